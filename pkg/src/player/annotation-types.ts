/** What `element.annotations` can do. */
import type { Annotation, AnnotationFile, AnnotationWriteOptions, ImportReport, Tier } from "../types.js";

/** Which annotations are meant; what is left out asks nothing. */
export interface AnnotationQuery {
  /** In label, author or an attribute; case and accents do not count. */
  text?: string;
  /** Id of a tier. */
  tier?: string;
  /** Only those without a label. */
  withoutLabel?: boolean;
  /** Less sure than this. */
  confidenceBelow?: number;
  /** Only proposals (true), or none of them (false). */
  proposed?: boolean;
  /** Those that reach into `start..end`, seconds. */
  start?: number;
  end?: number;
  /** `start` (default), `end`, `duration`, `tier`, `label`, `low`, `high`, `value`, `confidence`, `author` or `id`. */
  sort?: string;
  descending?: boolean;
}

/** A new annotation: `start` is needed; without `end` it is a point, without `tier` it comes on the first. */
export type NewAnnotation = Partial<Annotation> & Pick<Annotation, "start">;

/** What changes; `null` takes a value away. `attributes` are all of them. */
export type AnnotationPatch = { [K in keyof Omit<Annotation, "id">]?: Annotation[K] | null };

/** A tier as the element has it. */
export interface ListedTier extends Tier {
  /** Are edits on it refused? */
  locked?: boolean;
  /** Is it folded away? */
  hidden?: boolean;
}

/** One edit of several that are one step; times and shifts in seconds. */
export type AnnotationEdit = (
  | { add: NewAnnotation }
  | { update: string; patch: AnnotationPatch }
  | { remove: string | string[] }
  | { move: string | string[]; by?: number; tier?: string }
  | { resize: string; edge: "start" | "end"; to: number; shared?: boolean }
  | { split: string; at: number; label?: string }
  | { merge: string[] }
  | { join: [string, string]; at?: number }
  | { duplicate: string | string[]; by?: number; tier?: string }
  | { addTier: Partial<Tier>; at?: number }
  | { updateTier: string; patch: { [K in keyof Omit<Tier, "id">]?: Tier[K] | null } }
  | { removeTier: string }
  | { moveTier: string; to: number }
) & {
  /** Where there is no room: `clip` (default) cuts to what is free, `refuse` throws. */
  fit?: "clip" | "refuse";
};

/** Ids of what a step changed. */
export interface AnnotationChange {
  added: string[];
  changed: string[];
  removed: string[];
}

/** How a file comes in. */
export interface AnnotationImportOptions {
  /** `merge` (default) takes tiers of the same id together, `new-tiers` keeps what comes apart, `replace` removes what was there. */
  mode?: "merge" | "new-tiers" | "replace";
  /** Name of the file. */
  name?: string;
}

/** The tiers. */
export interface Tiers {
  /** Top down. */
  list(): ListedTier[];
  /** A new tier; its id is chosen where none is given. */
  add(tier: Partial<Tier>, at?: number): Tier | undefined;
  update(id: string, patch: { [K in keyof Omit<Tier, "id">]?: Tier[K] | null }): void;
  /** With all that stands on it. */
  remove(id: string): void;
  /** To another place, counted from the top. */
  move(id: string, to: number): void;
  /** Refuses edits on a tier, or no longer; no step of the history. */
  lock(id: string, locked: boolean): void;
  /** Folds a tier away (`false`), or shows it again; no step of the history. */
  show(id: string, shown: boolean): void;
}

/** What a dragged edge holds on to, unless Alt is held. */
export interface SnapSettings {
  /** Does it hold on to anything? Default true. */
  on: boolean;
  /** Step of a grid in seconds; 0 (default) is none. */
  gridSecs: number;
  /** Borders of other annotations; default true. */
  boundaries: boolean;
  /** Where something begins or ends in the layers shown: beats, onsets, segments, chapters; default true. */
  events: boolean;
  /** Where the samples change their sign, as far as one can see them; default false. */
  zeroCrossings: boolean;
  /** The playhead and the selection; default true. */
  playhead: boolean;
}

/** How annotating behaves; kept in this browser. */
export interface AnnotatingSettings {
  /** Taken off the time of a key that is pressed while listening, 0 to 2000 ms; default 0. */
  reactionMs: number;
  /** Is an annotation spoken when the playhead enters it? Default false. */
  speakEntries: boolean;
  snap: SnapSettings;
}

/** Settings to change; what is left out stays. */
export type AnnotatingChanges = Partial<Omit<AnnotatingSettings, "snap">> & { snap?: Partial<SnapSettings> };

/**
 * The annotations of the open recording. Every edit is a step that can be undone; what is refused throws a
 * {@link TimeSideError} with the code `bad-annotations` and `details.reason`. Until the recording is open, edits wait.
 */
export interface Annotations {
  readonly tiers: Tiers;
  /**
   * Who annotates; kept in this browser. What hands add or change, on the lanes or in the panels, is signed with it; empty
   * (default) signs nothing. What a program adds names its own author.
   */
  author: string;
  /** How annotating behaves. Assigned, what is left out stays: `annotations.settings = { reactionMs: 120 }`. */
  get settings(): AnnotatingSettings;
  set settings(changes: AnnotatingChanges);
  list(query?: AnnotationQuery): Annotation[];
  /** Some rows of what a query finds, and how many there are: for tables of any length. */
  rows(query: AnnotationQuery, from: number, count: number): { total: number; rows: Annotation[] };
  /** Where an annotation stands among what a query finds, or −1. */
  rowOf(id: string, query: AnnotationQuery): number;
  get(id: string): Annotation | undefined;
  /** As it came to stand: the rules of its tier may have cut it. */
  add(annotation: NewAnnotation): Annotation;
  update(id: string, patch: AnnotationPatch): void;
  remove(id: string | string[]): void;
  split(id: string, at: number): void;
  merge(ids: string[]): void;
  /** Copies, `by` seconds on. */
  duplicate(id: string | string[], by?: number): void;
  /** Several edits as one step, all or none. */
  change(edits: AnnotationEdit[], name?: string): AnnotationChange;
  /** Removes all annotations; tiers stay. */
  clear(): void;
  /** Reads a file, as one step; also told by `importreport`. */
  import(file: Uint8Array | ArrayBuffer | Blob | string, format?: string, options?: AnnotationImportOptions): Promise<ImportReport>;
  export(format: string, options?: AnnotationWriteOptions): Promise<AnnotationFile>;
  /** False where there was nothing to undo. */
  undo(): boolean;
  redo(): boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Names of the steps: the last done last, the next to redo first. */
  history(): { done: string[]; undone: string[] };
  /** Has anything changed since it was loaded or exported? */
  readonly dirty: boolean;
  /** Ids of what is selected. */
  readonly selected: string[];
  /** Selects these and no others. */
  select(ids: string | string[] | null): void;
  /** Forgets what this browser has kept of unsaved changes, and begins with the file (or with nothing) again. */
  discardRestored(): Promise<void>;
  /** Are they being edited in another tab, or by another element of this page? Then they can only be read here. */
  readonly elsewhere: boolean;
  /** Edits them here from now on; the other one finishes what it has in hand and can only read from then on. */
  editHere(): Promise<void>;
}
