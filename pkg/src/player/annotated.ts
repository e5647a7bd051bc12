/** The annotations of an element, from recording to recording. */
import type { AssignedAnnotations } from "./annotation-assign.js";
import type { Annotations } from "./annotation-types.js";
import { EarlyAnnotations } from "./early-annotations.js";
import { type AnnotationDesk, bringAll, type PlayerHandle, widget } from "./joining.js";
import type { Media } from "../types.js";
import type { PlayerSource } from "./shown.js";

export class Annotated {
  readonly #early = new EarlyAnnotations();
  #desk: AnnotationDesk | undefined;
  #leaving: AbortController | undefined;
  #assigned: AssignedAnnotations | undefined;
  #hasBegun = false;

  #isUsed = false;

  /** What the page has in its hands. */
  get face(): Annotations {
    // Who asks for it will use it.
    if (!this.#isUsed) void bringAll();
    this.#isUsed = true;
    return this.#early.face;
  }

  /** A recording is open: fetches what is said of it. Never rejects. */
  async begin(element: HTMLElement, handle: PlayerHandle, media: Media, source: PlayerSource | null, emit: (name: string, detail: unknown) => void): Promise<void> {
    this.leave();
    const leaving = (this.#leaving = new AbortController());
    const { desk } = await widget();
    if (this.#isUsed) await bringAll();
    if (leaving.signal.aborted) return;
    const given = element.getAttribute("annotations");
    const credentials = element.getAttribute("crossorigin") === "use-credentials" ? "include" : undefined;
    this.#desk = desk(
      {
        handle,
        emit,
        identity: `${nameOf(source)} ${media.info.frames} ${media.info.sampleRate}`,
        // What the page has assigned is kept by the page.
        keeps: this.#assigned === undefined && element.getAttribute("autosave") !== "off",
        isReadonly: () => element.hasAttribute("readonly"),
        endText: () => element.shadowRoot?.querySelector<HTMLElement>(":is(input, textarea):focus")?.blur(),
        signal: leaving.signal,
        credentials,
      },
      media,
    );
    const begun = this.#desk;
    // Nobody edits what is about to be replaced.
    handle.setReadonly(true);
    await begun.begin(addressOf(given));
    if (leaving.signal.aborted) return;
    begun.applyReadonly();
    this.#hasBegun = true;
    if (this.#assigned) await begun.assign(this.#assigned).catch(reportError);
    if (leaving.signal.aborted) return;
    this.#early.attach(begun.annotations);
  }

  /** Takes the page's own state: of this recording, and of the next one unless the page says otherwise. */
  assign(given: AssignedAnnotations): void {
    this.#assigned = given;
    if (this.#hasBegun) void this.#desk?.assign(given).catch(reportError);
  }

  /** The attribute `readonly` has come or gone. */
  applyReadonly(): void {
    if (this.#hasBegun) this.#desk?.applyReadonly();
  }

  /** Records of the journal. */
  keep(records: object[]): void {
    this.#desk?.keep(records);
  }

  /** What the user chose in an offer. */
  answer(choice: string): void {
    this.#desk?.answer(choice);
  }

  /** The recording is gone. */
  leave(): void {
    this.#leaving?.abort();
    this.#hasBegun = false;
    this.#desk?.leave();
    this.#desk = undefined;
    this.#early.attach(undefined);
  }
}

/** What the attribute names; nonsense names nothing (the check of the attributes tells of it). */
function addressOf(given: string | null): string {
  if (!given) return "";
  try {
    return new URL(given, document.baseURI).href;
  } catch {
    return "";
  }
}

/** Tells one recording from another, as far as the page knows without reading it. */
function nameOf(source: PlayerSource | null): string {
  if (source instanceof File) return `${source.name} ${source.size} ${source.lastModified}`;
  if (source === null || source instanceof Blob) return `blob ${source?.size ?? 0}`;
  const url = new URL(source, document.baseURI);
  url.hash = "";
  return url.href;
}
