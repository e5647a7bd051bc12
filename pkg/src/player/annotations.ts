/** `element.annotations` of an open recording: what the widget does, with the face and the words of JavaScript. */
import { formatAnnotations, parseAnnotations, TimeSideError } from "../player-sdk.js";
import type { Annotation, AnnotationDocument, AnnotationFile, AnnotationWriteOptions, ImportReport, Tier } from "../annotation-types.js";
import type { Media } from "../types.js";
import type {
  AnnotatingChanges, AnnotatingSettings, AnnotationChange, AnnotationEdit, AnnotationImportOptions, AnnotationPatch, AnnotationQuery, Annotations, ListedTier, NewAnnotation, Tiers,
} from "./annotation-types.js";
import { type Annotating, keep, kept } from "./annotating.js";
import type { PlayerHandle } from "./joining.js";

/** So many cross to the widget at once: a slice is no long task. */
const SLICE = 4000;

/** What a refusal says, by the widget's word for it. */
const REFUSALS: Record<string, string> = {
  "read-only": "these annotations may only be read: remove the attribute readonly to edit them, or call annotations.editHere() where another tab does",
  locked: "the tier is locked: unlock it first",
  "unknown-annotation": "there is no annotation of this id",
  "unknown-tier": "there is no tier of this id: add it first",
  "duplicate-id": "this id is taken: leave it out, and one is chosen",
  "out-of-range": "start and end must be seconds within the recording",
  overlap: "there is no room: the tier forbids overlaps",
  "outside-parent": "it would lie outside the annotations of the parent tier",
  "would-orphan": "an annotation on a tier below would lie outside it",
  "not-inside": "the place is not inside the annotation",
  "different-tiers": "they stand on different tiers",
  "not-neighbours": "another annotation stands between",
  "too-few": "it takes two of them",
  "not-in-vocabulary": "the tier's vocabulary has no such label",
  "rule-broken": "the tier has what its new rule or kind forbids",
  "points-cannot-tile": "points cannot cut a tier into pieces: choose another kind or rule",
  "parent-cycle": "a tier cannot be its own ancestor",
};

/** Calls the widget; what it refuses becomes an error with words. */
function asked<T>(call: string, ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    const { refusal, ...details } = Object(thrown) as { refusal?: string };
    if (!refusal) throw thrown;
    const words = REFUSALS[refusal] ?? refusal;
    throw new TimeSideError("bad-annotations", `annotations.${call}: ${words}`, { reason: refusal, ...details });
  }
}

const listOf = <T>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);

export class WidgetAnnotations implements Annotations {
  readonly #handle: PlayerHandle;
  readonly #media: Media;
  readonly #emit: (name: string, detail: unknown) => void;
  /** One document comes in after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Begins again with what was there at first; set by whoever keeps it. */
  onDiscard: () => Promise<void> = async () => {};
  /** Makes it the turn of this one; set by whoever keeps it. */
  onEditHere: () => Promise<void> | undefined = () => undefined;
  /** Another document edits. */
  isElsewhere = false;

  constructor(handle: PlayerHandle, media: Media, emit: (name: string, detail: unknown) => void) {
    this.#handle = handle;
    this.#media = media;
    this.#emit = emit;
    handle.setAnnotating(kept());
  }

  get author(): string {
    return this.#annotating().author;
  }

  set author(name: string) {
    this.#annotate({ author: String(name ?? "").trim() });
  }

  get settings(): AnnotatingSettings {
    const { author: _, ...settings } = this.#annotating();
    return settings;
  }

  set settings(changes: AnnotatingChanges) {
    const { author: _, ...settings } = Object(changes) as Partial<Annotating>;
    this.#annotate(settings);
  }

  readonly tiers: Tiers = {
    list: () => this.#handle.tiers() as ListedTier[],
    add: (tier, at) => {
      const known = new Set(this.tiers.list().map(({ id }) => id));
      this.#do("tiers.add", [{ addTier: tier, ...(at !== undefined && { at }) }], "add-tier");
      return this.tiers.list().find(({ id }) => !known.has(id)) as Tier;
    },
    update: (id, patch) => void this.#do("tiers.update", [{ updateTier: id, patch }], "change-tier"),
    remove: (id) => void this.#do("tiers.remove", [{ removeTier: id }], "remove-tier"),
    move: (id, to) => void this.#do("tiers.move", [{ moveTier: id, to }], "move-tier"),
    show: (id, shown) => {
      if (!this.#handle.showTier(id, shown)) throw new TimeSideError("bad-annotations", `annotations.tiers.show: ${REFUSALS["unknown-tier"]}`, { reason: "unknown-tier" });
    },
    lock: (id, locked) => {
      if (!this.#handle.lockTier(id, locked)) throw new TimeSideError("bad-annotations", `annotations.tiers.lock: ${REFUSALS["unknown-tier"]}`, { reason: "unknown-tier" });
    },
  };

  list(query: AnnotationQuery = {}): Annotation[] {
    return this.rows(query, 0, Infinity).rows;
  }

  rows(query: AnnotationQuery, from: number, count: number): { total: number; rows: Annotation[] } {
    return this.#handle.annotationRows(query, from, count) as { total: number; rows: Annotation[] };
  }

  rowOf(id: string, query: AnnotationQuery): number {
    return this.#handle.annotationRow(id, query);
  }

  get(id: string): Annotation | undefined {
    return this.#handle.annotation(String(id)) as Annotation | undefined;
  }

  add(annotation: NewAnnotation): Annotation {
    const { added } = this.#do("add", [{ add: annotation }], "add");
    return this.get(added[0]!)!;
  }

  update(id: string, patch: AnnotationPatch): void {
    this.#do("update", [{ update: id, patch }], "change");
  }

  remove(id: string | string[]): void {
    this.#do("remove", [{ remove: id }], "remove");
  }

  split(id: string, at: number): void {
    this.#do("split", [{ split: id, at }], "split");
  }

  merge(ids: string[]): void {
    this.#do("merge", [{ merge: ids }], "merge");
  }

  duplicate(id: string | string[], by = 0): void {
    this.#do("duplicate", [{ duplicate: id, by }], "duplicate");
  }

  change(edits: AnnotationEdit[], name = "change"): AnnotationChange {
    return this.#do("change", edits, name);
  }

  clear(): void {
    this.#do("clear", [{ remove: this.list().map(({ id }) => id) }], "clear");
  }

  async import(file: Uint8Array | ArrayBuffer | Blob | string, format?: string, options: AnnotationImportOptions = {}): Promise<ImportReport> {
    const name = options.name ?? (file instanceof File ? file.name : undefined);
    const bytes = file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : file instanceof ArrayBuffer ? new Uint8Array(file) : file;
    const read = await parseAnnotations(bytes, format, { ...this.#medium(), ...(name !== undefined && { name }) });
    return this.take(read, options.mode ?? "merge");
  }

  async export(format: string, options: AnnotationWriteOptions = {}): Promise<AnnotationFile> {
    const file = await formatAnnotations(this.document(), format, { ...this.#medium(), ...options });
    if (!options.tiers) this.#handle.markAnnotationsSaved();
    return file;
  }

  undo(): boolean {
    return asked("undo", () => this.#handle.undoAnnotations());
  }

  redo(): boolean {
    return asked("redo", () => this.#handle.redoAnnotations());
  }

  get canUndo(): boolean {
    return this.history().done.length > 0;
  }

  get canRedo(): boolean {
    return this.history().undone.length > 0;
  }

  history(): { done: string[]; undone: string[] } {
    const { done, undone } = this.#handle.annotationHistory() as { done: string[]; undone: string[] };
    return { done, undone };
  }

  get dirty(): boolean {
    return (this.#handle.annotationHistory() as { dirty: boolean }).dirty;
  }

  get selected(): string[] {
    return this.#handle.selectedAnnotations() as string[];
  }

  select(ids: string | string[] | null): void {
    this.#handle.selectAnnotations(ids === null ? [] : listOf(ids));
  }

  discardRestored(): Promise<void> {
    return this.onDiscard();
  }

  get elsewhere(): boolean {
    return this.isElsewhere;
  }

  async editHere(): Promise<void> {
    await this.onEditHere();
  }

  /** @internal All of it. */
  document(): Pick<AnnotationDocument, "tiers" | "annotations"> {
    return this.#handle.annotationDocument() as AnnotationDocument;
  }

  /** @internal Takes in a document, anew (`load`) or as a step, and tells how it went. */
  take(document: Pick<AnnotationDocument, "tiers" | "annotations"> & Partial<AnnotationDocument>, mode: "load" | "restore" | NonNullable<AnnotationImportOptions["mode"]>): Promise<ImportReport> {
    const taken = this.#turn.then(async () => {
      const { tiers, annotations, report } = document;
      for (let at = 0; at < annotations.length; at += SLICE) {
        if (at > 0) await new Promise((resolve) => setTimeout(resolve));
        this.#handle.stageAnnotations(annotations.slice(at, at + SLICE));
      }
      const told = asked("import", () => this.#handle.takeAnnotations(tiers, report ?? {}, mode)) as ImportReport;
      if (mode !== "restore") this.#emit("importreport", { report: told, count: annotations.length });
      return told;
    });
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  #do(call: string, edits: AnnotationEdit[], name: string): AnnotationChange {
    return asked(call, () => this.#handle.changeAnnotations(edits, name)) as AnnotationChange;
  }

  #annotating(): Annotating {
    return this.#handle.annotating() as Annotating;
  }

  #annotate(changes: Partial<Record<keyof Annotating, unknown>>): void {
    this.#handle.setAnnotating(changes);
    keep(this.#annotating());
    this.#emit("annotatingchange", null);
  }

  #medium(): { duration?: number; sampleRate: number } {
    const { duration, sampleRate } = this.#media.info;
    return { sampleRate, ...(duration !== null && { duration }) };
  }
}
