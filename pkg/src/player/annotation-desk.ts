/** The annotations of one opened recording: where they come from, and where they are kept. */
import { parseAnnotations, TimeSideError } from "../player-sdk.js";
import type { AnnotationDocument, Media } from "../types.js";
import { type AssignedAnnotations, documentOf, editsTowards } from "./annotation-assign.js";
import { AnnotationStore, type JournalRecord, type Saved } from "./annotation-store.js";
import { WidgetAnnotations } from "./annotations.js";
import type { AnnotationDesk, DeskHost } from "./joining.js";

type Plain = Pick<AnnotationDocument, "tiers" | "annotations"> & Partial<AnnotationDocument>;

const EMPTY: Plain = { tiers: [], annotations: [] };

export class Desk implements AnnotationDesk {
  readonly #host: DeskHost;
  readonly #media: Media;
  readonly annotations: WidgetAnnotations;
  #store: AnnotationStore | undefined;
  /** Why nothing is kept, once something should have been. */
  #trouble: "blocked" | "full" | "elsewhere" | undefined;
  #toldTrouble = false;
  #release: (() => void) | undefined;
  #origin: Plain = EMPTY;
  #originHash = "";
  #restoring = false;
  #left = false;
  #isAssigned = false;

  constructor(host: DeskHost, media: Media) {
    this.#host = host;
    this.#media = media;
    this.annotations = new WidgetAnnotations(host.handle, media, host.emit);
    this.annotations.onDiscard = () => this.#discard();
  }

  /** Fetches the file of the attribute, and brings back what was not saved. Never rejects. */
  async begin(url: string): Promise<void> {
    const saved = this.#host.keeps ? this.#find(url) : Promise.resolve(null);
    if (url) await this.#fetch(url);
    const found = await saved;
    if (this.#left) return;
    try {
      if (found && !this.#host.isReadonly()) await this.#restore(found);
      else if (this.#origin !== EMPTY) await this.annotations.take(this.#origin, "load");
    } catch (error) {
      // A widget that has been taken down meanwhile has nobody to tell.
      if (!this.#left) this.#host.handle.warn(error);
    }
  }

  /** The page's own state: the first one, and any under `readonly`, begins anew; others come as one step. */
  async assign(given: AssignedAnnotations): Promise<void> {
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
    if (this.#trouble || !this.#store) this.#tell(this.#trouble ?? "blocked");
    else this.#store.append(records, () => this.#origin, this.#originHash);
  }

  /** What the user chose in an offer. */
  answer(choice: string): void {
    if (choice === "discard") void this.#discard();
    if (choice === "download") void this.#download();
  }

  leave(): void {
    this.#left = true;
    this.#release?.();
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

  /** What this browser has kept, unless another tab works on it. */
  async #find(url: string): Promise<Saved | null> {
    const key = `${this.#host.identity}\n${url}`;
    try {
      if (!(await this.#lock(`timeside-annotations ${key}`))) {
        this.#trouble = "elsewhere";
        return null;
      }
      const store = await AnnotationStore.open(key);
      if (this.#left) {
        store.close();
        return null;
      }
      store.onfailure = (error) => this.#tell(error?.name === "QuotaExceededError" ? "full" : "blocked");
      this.#store = store;
      return await store.read();
    } catch {
      this.#trouble = "blocked";
      return null;
    }
  }

  /** Held until this document is left; false where another holds it. Without locks there is nothing to hold. */
  async #lock(name: string): Promise<boolean> {
    const locks = (navigator as Partial<Navigator>).locks;
    if (!locks) return true;
    return new Promise((resolve) => {
      locks
        .request(name, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          return lock && !this.#left ? new Promise<void>((release) => (this.#release = release)) : undefined;
        })
        .catch(() => resolve(true));
    });
  }

  async #restore(saved: Saved): Promise<void> {
    const { handle } = this.#host;
    this.#restoring = true;
    try {
      await this.annotations.take(saved.base, "restore");
      handle.replayAnnotations(saved.records);
      // A long journal is read once.
      if (saved.records.length > 100) this.#store?.replace(this.annotations.document(), saved.sourceHash);
    } finally {
      this.#restoring = false;
    }
    handle.offer(saved.sourceHash === this.#originHash ? "restored" : "restored-changed");
    this.#host.emit("annotationsrestored", { savedAt: new Date(saved.savedAt), steps: saved.records.length });
  }

  async #discard(): Promise<void> {
    this.#store?.clear();
    await this.annotations.take(this.#origin, "load");
    this.#host.handle.offer(undefined);
  }

  /** Once: nothing is lost yet, and it can be downloaded. */
  #tell(trouble: "blocked" | "full" | "elsewhere"): void {
    this.#trouble = trouble;
    if (this.#toldTrouble || this.#left) return;
    this.#toldTrouble = true;
    const words = {
      blocked: "this browser does not let the page keep annotations: download them before you leave",
      full: "this browser's storage is full, so annotations are no longer kept: download them before you leave",
      elsewhere: "these annotations are open in another tab, which keeps its own: download what you change here, or close that tab and reload",
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
