/** The panels below the transport bar of one element: loaded, mounted, shown, and left. */
import { annotationFormats, formatAnnotations, processors } from "../player-sdk.js";
import type { AnnotationDocument } from "../types.js";
import { Keys } from "./keys.js";
import type { TimesidePlayer } from "./element.js";
import type { PlayerHandle } from "./joining.js";
import { bring } from "./later.js";
import { type CommandInfo, type RunInfo, workbench, type WorkbenchHandle, type WorkbenchHost } from "./bench.js";

/** The part of the bridge that the widget's own module implements. */
export interface PanelBridge {
  /** Shows a panel by its id, or none; `subject` is what of it is asked for. */
  showPanel(panel: string | undefined, subject: string | undefined): void;
  /** What the panels show has changed: `runs`, `media`, `layers`, `keys` or `palette`. */
  changed(topic: string): void;
  /** The panels' words of a language, by their names; `undefined` is English. */
  speak(tag: string, words: unknown): void;
  /** There are results to show, or there will be: brings the workbench, which lists them. */
  wantResults(): void;
  /** The widget is taken down. */
  leave(): void;
}

export class Panels implements PanelBridge {
  readonly #element: TimesidePlayer;
  readonly #keys = new Keys();
  #handle: PlayerHandle | undefined;
  #bench: WorkbenchHandle | undefined;
  #loading: Promise<void> | undefined;
  #panel: string | undefined;
  #subject: string | undefined;
  #opener: HTMLElement | undefined;
  #language: [tag: string, words: unknown] = ["en", undefined];
  #left = false;

  constructor(element: TimesidePlayer) {
    this.#element = element;
  }

  /** The widget stands. */
  attach(handle: PlayerHandle): void {
    this.#handle = handle;
    this.#keys.tell(handle);
  }

  showPanel(panel: string | undefined, subject: string | undefined): void {
    const { shadowRoot } = this.#element;
    const focused = shadowRoot?.activeElement as HTMLElement | null | undefined;
    const isInside = focused?.closest("#workbench");
    if (panel && focused && !isInside) this.#opener = focused;
    this.#panel = panel;
    this.#subject = subject;
    if (this.#bench) this.#bench.show(panel, subject);
    else if (panel) this.#bring();
    if (!panel && isInside) (this.#opener?.isConnected ? this.#opener : this.#element).focus();
  }

  changed(topic: string): void {
    this.#bench?.changed(topic);
  }

  speak(tag: string, words: unknown): void {
    this.#language = [tag, words];
    this.#bench?.setLanguage(tag, words);
  }

  wantResults(): void {
    this.#bring();
  }

  leave(): void {
    this.#left = true;
    this.#bench?.unmount();
    this.#bench = this.#handle = this.#opener = undefined;
  }

  #bring(): void {
    if (this.#bench) return;
    this.#loading ??= this.#mount()
      .catch((error: unknown) => {
        this.#handle?.warn(error);
        this.#handle?.setPanel(undefined);
      })
      .finally(() => (this.#loading = undefined));
  }

  async #mount(): Promise<void> {
    const [{ sheet, mount }] = await Promise.all([workbench(), bring()]);
    const { shadowRoot } = this.#element;
    const place = shadowRoot?.querySelector<HTMLElement>("#workbench");
    if (this.#left || !shadowRoot || !place) return;
    if (!shadowRoot.adoptedStyleSheets.includes(sheet)) shadowRoot.adoptedStyleSheets.push(sheet);
    this.#bench = mount(place, this.#host());
    this.#bench.setLanguage(...this.#language);
    this.#bench.show(this.#panel, this.#subject);
  }

  #host(): WorkbenchHost {
    const handle = (): PlayerHandle => {
      if (!this.#handle) throw new Error("The widget is gone.");
      return this.#handle;
    };
    return {
      element: this.#element,
      closePanel: () => handle().setPanel(undefined),
      openPanel: (panel, subject) => handle().setPanel(panel, subject),
      announce: (text) => handle().announce(text),
      commands: () => handle().commands() as CommandInfo[],
      setKeys: (changed) => this.#keys.change(handle(), changed),
      chordOf: (event) => handle().chordOf(event),
      selection: () => handle().selection as ReturnType<WorkbenchHost["selection"]>,
      runs: () => handle().runs() as RunInfo[],
      results: () => handle().results() as ReturnType<WorkbenchHost["results"]>,
      cancelRun: (key) => handle().cancelRun(key),
      removeRun: (key) => handle().removeRun(key),
      processors,
      annotationFormats,
      formatAnnotations: (format, options) => {
        const info = this.#element.media?.info;
        const facts = info && { media: info.name, sampleRate: info.sampleRate, ...(info.duration && { duration: info.duration }) };
        return formatAnnotations(handle().annotationDocument() as AnnotationDocument, format, { ...facts, ...options });
      },
    };
  }
}
