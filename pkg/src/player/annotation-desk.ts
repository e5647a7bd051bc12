/** The annotations of one opened recording: where they come from, and where they are kept. */
import { parseAnnotations, TimeSideError } from "../player-sdk.js";
import type { AnnotationDocument, Media } from "../types.js";
import { type AssignedAnnotations, documentOf, editsTowards } from "./annotation-assign.js";
import { AnnotationStore, type JournalRecord, type Saved } from "./annotation-store.js";
import { Tenure } from "./annotation-tenure.js";
import { WidgetAnnotations } from "./annotations.js";
import type { AnnotationDesk, DeskHost } from "./joining.js";
import { bring, isMissing } from "./later.js";

type Plain = Pick<AnnotationDocument, "tiers" | "annotations"> & Partial<AnnotationDocument>;

const EMPTY: Plain = { tiers: [], annotations: [] };

/** Of a journal longer than `MOST_RECORDS` as many are kept as steps; the older become part of the document. */
const KEPT_RECORDS = 200;
const MOST_RECORDS = 400;

export class Desk implements AnnotationDesk {
  readonly #host: DeskHost;
  readonly #media: Media;
  readonly annotations: WidgetAnnotations;
  #store: AnnotationStore | undefined;
  /** Why nothing is kept, once something should have been. */
  #trouble: "blocked" | "full" | undefined;
  #toldTrouble = false;
  #tenure: Tenure | undefined;
  #key = "";
  /** Is it another's turn to edit? */
  #isGuest = false;
  /** And does it edit? Then they are only shown here. */
  #isElsewhere = false;
  /** Do the others know that this one edits, though nothing can be written? */
  #hasAnnounced = false;
  /** What was done here while it was another's turn. */
  #strays: JournalRecord[] = [];
  #origin: Plain = EMPTY;
  #originHash = "";
  #restoring = false;
  /** What the storage has is taken up by one task after the other. */
  #turn: Promise<void> = Promise.resolve();
  /** The edition of which others have written, until it is shown here. */
  #written: number | undefined;
  #left = false;
  #isAssigned = false;

  constructor(host: DeskHost, media: Media) {
    this.#host = host;
    this.#media = media;
    this.annotations = new WidgetAnnotations(host.handle, media, host.emit);
    this.annotations.onDiscard = () => this.#discard();
    this.annotations.onEditHere = () => this.#tenure?.take();
  }

  /** Fetches the file of the attribute, and brings back what was not saved. Never rejects. */
  begin(url: string): Promise<void> {
    return this.#inTurn(() => this.#begin(url));
  }

  async #begin(url: string): Promise<void> {
    const saved = this.#host.keeps ? this.#find(url) : Promise.resolve(null);
    if (url) await this.#fetch(url);
    const found = await saved;
    if (this.#left) return;
    if (found || this.#origin !== EMPTY) await bring();
    if (this.#left) return;
    if (found && !this.#host.isReadonly()) await this.#restore(found);
    else if (this.#origin !== EMPTY) await this.annotations.take(this.#origin, "load");
    if (this.#isElsewhere) this.#tellElsewhere();
    // What two make at a time shall not have the same id.
    if (this.#isGuest) this.#host.handle.numberAnnotationsFrom(crypto.getRandomValues(new Uint32Array(1))[0]!);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      // A widget that has been taken down meanwhile has nobody to tell.
      if (!this.#left) this.#host.handle.warn(error);
    });
    return this.#turn;
  }

  /** The page's own state: the first one, and any under `readonly`, begins anew; others come as one step. */
  async assign(given: AssignedAnnotations): Promise<void> {
    // No turn of the event loop where none is needed: the page may ask at once for what it has assigned.
    if (isMissing()) await bring();
    const { annotations } = this;
    if (this.#isAssigned && !this.#host.isReadonly()) {
      const edits = editsTowards(annotations, given, 1 / this.#media.info.sampleRate);
      if (edits.length) annotations.change(edits, "change");
      return;
    }
    this.#isAssigned = true;
    const { tiers = [], annotations: all } = documentOf(given);
    await annotations.take({ tiers, annotations: all }, "load");
  }

  /** Records of the journal: written before anything else happens. */
  keep(records: JournalRecord[]): void {
    if (this.#restoring || !this.#host.keeps) return;
    if (this.#isGuest) {
      this.#strays.push(...records);
      // Who edits first has the turn.
      if (!this.#isElsewhere) void this.#tenure?.take();
      return;
    }
    if (this.#store && !this.#trouble) this.#store.append(records, () => this.#origin, this.#originHash);
    else {
      this.#tell(this.#trouble ?? "blocked");
      if (!this.#hasAnnounced) this.#announce();
      this.#hasAnnounced = true;
    }
  }

  #announce(): void {
    this.#tenure?.announce(this.#store?.edition ?? 0);
  }

  /** What the user chose in an offer. */
  answer(choice: string): void {
    if (choice === "discard") void this.#discard();
    if (choice === "download") void this.#download();
    if (choice === "edit-here") void this.#tenure?.take();
  }

  /** May they be edited here, now? */
  applyReadonly(): void {
    this.#host.handle.setReadonly(this.#host.isReadonly() || this.#isElsewhere);
  }

  leave(): void {
    this.#left = true;
    this.#tenure?.leave();
    this.#store?.close();
    removeEventListener("beforeunload", this.#hold);
  }

  async #fetch(url: string): Promise<void> {
    try {
      const response = await fetch(url, { signal: this.#host.signal, ...(this.#host.credentials && { credentials: this.#host.credentials }) });
      if (!response.ok) {
        const code = response.status === 404 || response.status === 410 ? "not-found" : "network";
        throw new TimeSideError(code, `${url}: the server answered ${response.status}: the annotations are not shown`);
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      this.#originHash = hashOf(bytes);
      const { duration, sampleRate } = this.#media.info;
      const name = new URL(url).pathname.split("/").pop() ?? "";
      this.#origin = await parseAnnotations(bytes, undefined, { name, sampleRate, ...(duration !== null && { duration }) });
    } catch (cause) {
      if (this.#host.signal.aborted) return;
      const words = `${url}: the annotations could not be fetched (${String(cause)})`;
      const error = cause instanceof TimeSideError ? cause : new TimeSideError("network", words, {}, cause);
      this.#host.handle.warn(error);
      this.#host.emit("error", error);
    }
  }

  /** What this browser has kept. Where another document works on it, it is only read. */
  async #find(url: string): Promise<Saved | null> {
    this.#key = `${this.#host.identity}\n${url}`;
    const tenure = (this.#tenure = new Tenure(`timeside-annotations ${this.#key}`, {
      written: (edition) => this.#follow(edition),
      finish: () => this.#finish(),
      lost: () => {
        this.#lost();
        // It may have slept while another one wrote, who knows what.
        this.#follow(NaN);
      },
      gained: (given) => this.#inTurn(() => this.#gained(given as Plain | undefined)),
    }));
    this.#isGuest = !(await tenure.begin());
    const saved = await this.#read();
    this.annotations.isElsewhere = this.#isElsewhere = this.#isGuest && saved !== null;
    return saved;
  }

  async #read(): Promise<Saved | null> {
    try {
      const store = await AnnotationStore.open(this.#key);
      if (this.#left) {
        store.close();
        return null;
      }
      store.onfailure = (error) => this.#tell(error?.name === "QuotaExceededError" ? "full" : "blocked");
      store.onwritten = () => this.#announce();
      this.#store?.close();
      this.#store = store;
      this.#trouble = undefined;
      return await store.read();
    } catch {
      this.#trouble = "blocked";
      return null;
    }
  }

  /** Shows what was kept; gives how many steps that were. */
  async #replay({ base, records, sourceHash }: Saved): Promise<number> {
    const { handle } = this.#host;
    this.#restoring = true;
    try {
      await this.annotations.take(base, "restore");
      const cut = records.length > MOST_RECORDS ? records.length - KEPT_RECORDS : 0;
      if (cut) {
        // A long journal is read once.
        handle.replayAnnotations(records.slice(0, cut));
        if (!this.#isGuest) this.#store?.replace(this.annotations.document(), sourceHash, records.slice(cut));
      }
      handle.replayAnnotations(records.slice(cut));
    } finally {
      this.#restoring = false;
    }
    return records.length;
  }

  async #restore(saved: Saved): Promise<void> {
    const steps = await this.#replay(saved);
    if (this.#isElsewhere) return;
    this.#host.handle.offer(saved.sourceHash === this.#originHash ? "restored" : "restored-changed");
    this.#host.emit("annotationsrestored", { savedAt: new Date(saved.savedAt), steps });
  }

  /** Ends a drag and a text in hand, so that they are kept; gives what the storage has not. */
  #finish(): Plain | undefined {
    this.#host.endText();
    this.#host.handle.setReadonly(true);
    return this.#trouble && this.annotations.document();
  }

  /** Another one has written: it is shown here too. Soon; what is written meanwhile comes along. */
  #follow(edition: number): void {
    // Under the attribute the file is shown, and nothing that was made of it.
    if (this.#host.isReadonly()) return;
    if (this.#isGuest && !this.#isElsewhere) {
      // Whoever has a text in hand edits as well.
      this.#host.endText();
      if (!this.#strays.length) this.#lost();
    }
    const isPending = this.#written !== undefined;
    this.#written = edition;
    if (!isPending) void this.#inTurn(() => this.#catchUp());
  }

  async #catchUp(): Promise<void> {
    const edition = this.#written;
    this.#written = undefined;
    // Those who have strays are about to get their turn, with all that there is.
    if (this.#left || this.#strays.length || !this.#store || this.#trouble) return;
    await bring();
    if (!this.#isGuest || edition === this.#store.edition) {
      const news = await this.#store.news();
      if (this.#left || !news.length) return;
      // One that slept has kept what it had in hand: it comes to what is edited here, between two steps.
      if (!this.#isGuest) this.#finish();
      this.#restoring = true;
      try {
        // Nothing of the view changes, nor what is selected.
        this.#host.handle.replayAnnotations(news);
      } finally {
        this.#restoring = false;
        this.applyReadonly();
      }
    } else {
      const { selected } = this.annotations;
      const saved = await this.#read();
      if (this.#left || !this.#isGuest) return;
      if (saved) await this.#replay(saved);
      else await this.annotations.take(this.#origin, "restore");
      if (this.#left) return;
      this.annotations.select(selected.filter((id) => this.annotations.get(id)));
    }
    this.#host.emit("annotationsrefreshed", null);
  }

  #lost(): void {
    this.#isGuest = true;
    this.#hasAnnounced = false;
    this.annotations.isElsewhere = this.#isElsewhere = true;
    this.#host.handle.setReadonly(true);
    this.#tellElsewhere();
  }

  #tellElsewhere(): void {
    if (!this.#host.isReadonly()) this.#host.handle.offer("elsewhere");
    this.#host.emit("annotationselsewhere", { elsewhere: true });
  }

  /** Takes up what the one before has left. */
  async #gained(given: Plain | undefined): Promise<void> {
    try {
      const saved = await this.#read();
      if (given || saved) await bring();
      if (this.#left) return;
      if (given) {
        await this.annotations.take(given, "restore");
        this.#store?.replace(this.annotations.document(), this.#originHash);
      } else if (saved) await this.#replay(saved);
      this.#isGuest = false;
      this.annotations.isElsewhere = this.#isElsewhere = false;
      const strays = this.#strays.splice(0);
      if (strays.length) {
        // They stand in a document that nothing has replaced.
        if (given || saved) this.#host.handle.replayAnnotations(strays);
        this.keep(strays);
      }
      // The one before may have gone without a word.
      else if (saved) this.#announce();
    } catch (error) {
      if (!this.#left) this.#host.handle.warn(error);
    }
    if (this.#left) return;
    this.applyReadonly();
    this.#host.handle.offer(undefined);
    this.#host.emit("annotationselsewhere", { elsewhere: false });
  }

  async #discard(): Promise<void> {
    if (this.#isElsewhere) throw new TimeSideError("bad-annotations", "annotations.discardRestored: another tab edits these annotations: call editHere() first", { reason: "read-only" });
    this.#store?.clear();
    await this.annotations.take(this.#origin, "load");
    this.#host.handle.offer(undefined);
  }

  /** Once: nothing is lost yet, and it can be downloaded. */
  #tell(trouble: "blocked" | "full"): void {
    this.#trouble = trouble;
    if (this.#toldTrouble || this.#left) return;
    this.#toldTrouble = true;
    const words = {
      blocked: "this browser does not let the page keep annotations: download them before you leave",
      full: "this browser's storage is full, so annotations are no longer kept: download them before you leave",
    };
    addEventListener("beforeunload", this.#hold);
    this.#host.handle.offer(`unsaved-${trouble}`);
    this.#host.emit("error", new TimeSideError("io", `annotations: ${words[trouble]}`, { reason: `storage-${trouble}` }));
  }

  readonly #hold = (event: Event): void => {
    if (this.annotations.dirty) event.preventDefault();
  };

  async #download(): Promise<void> {
    const { bytes, extension, mimeType } = await this.annotations.export("json");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: mimeType }));
    link.download = `${this.#media.info.name || "annotations"}.${extension}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

/** FNV-1a of 32 bits: tells another file, no more. */
function hashOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length}-${(hash >>> 0).toString(16)}`;
}
