/** `<timeside-player>`: the element around the widget. Plays by itself; the widget joins when its wasm has arrived. */
import { open as openMedia, TimeSideError } from "../player-sdk.js";
import type { Media, Results, Step } from "../types.js";
import { MEDIA_EVENTS, passOn, reflect, type PassedOn } from "./media-contract.js";
import { expectedResults, type Expected } from "./expected.js";
import { LayerSettings, type SpectrogramSettings } from "./layer-settings.js";
import { SHELL_CSS } from "./shell-css.js";
import { widget, type PlayerHandle } from "./widget.js";

/** What an element can be given to open. */
export type PlayerSource = string | URL | File | Blob;

/** The part of the recording that is shown. Seconds. */
export interface View {
  readonly start: number;
  readonly end: number;
  /** Shows `start..end`. */
  zoomTo(start: number, end: number): void;
  /** Comes nearer by a factor, about a time or the middle of the view. */
  zoomBy(factor: number, at?: number): void;
  /** Does the view turn pages with the playhead? */
  follow: boolean;
}

/** The layers shown. */
export interface Layers {
  list(): string[];
  add(id: string): void;
  remove(id: string): void;
  /** Changes how a layer looks: the spectrogram's colours, range, axis and analysis. */
  configure(id: "spectrogram", settings: SpectrogramSettings): void;
}

// Under Node there is no DOM: importing must not throw.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const OBSERVED = [
  "src", "controls", "autoplay", "loop", "muted", "preload", "crossorigin", "volume", "playbackrate", "layers",
  "analyzers", "theme", "start", "end", "zoom", "lang", "hotkeys", "nohotkeys",
] as const;

const DEFAULT_LAYERS = "waveform spectrogram";

/** Room kept before the widget stands, so that the page does not jump. CSS pixels. */
const HEIGHTS: Record<string, number> = { waveform: 148, spectrogram: 193 };
const FRAME_HEIGHT = 35 + 33 + 25 + 53;

export interface TimesidePlayer extends PassedOn {
  controls: boolean;
  autoplay: boolean;
  loop: boolean;
  preload: string;
  theme: string;
  hotkeys: string;
  crossOrigin: string;
}

/** The interface of the same name holds the members that `passOn` and `reflect` define. */
export class TimesidePlayer extends Base {
  static readonly observedAttributes: readonly string[] = OBSERVED;

  #shadow: ShadowRoot | undefined;
  #frame!: HTMLDivElement;
  #native!: HTMLDivElement;
  #ui!: HTMLDivElement;
  #audio!: HTMLMediaElement;
  #ownAudio!: HTMLAudioElement;
  #handle: PlayerHandle | undefined;
  #mounting = false;
  #media: Media | null = null;
  #source: PlayerSource | null = null;
  #opening: AbortController | undefined;
  #failure: unknown;
  #objectUrl = "";
  #steps: Step[] | undefined;
  #expected: Expected[] = [];
  readonly #settings = new LayerSettings();
  readonly #forward = (event: Event): void => {
    this.dispatchEvent(new Event(event.type));
  };

  constructor() {
    super();
    if (!this.attachShadow) return;
    const root = this.attachShadow({ mode: "open", delegatesFocus: false });
    this.#shadow = root;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHELL_CSS);
    root.adoptedStyleSheets = [sheet];
    this.#frame = make("div", "frame");
    this.#native = make("div", "native");
    this.#ui = make("div", "ui");
    this.#ownAudio = make("audio", "audio");
    const media = make("slot", "media-slot");
    media.name = "media";
    media.append(this.#ownAudio);
    this.#native.append(media);
    this.#frame.append(this.#native, this.#ui, make("slot", "sources"));
    root.append(this.#frame);
    this.#adopt(this.#ownAudio);
    root.addEventListener("slotchange", () => this.#readChildren());
  }

  // Life

  connectedCallback(): void {
    for (const name of ["layers", "analyzers", "src", "volume", "playbackRate", "muted", "currentTime"]) this.#upgrade(name);
    this.#readChildren();
    this.#showNative();
    void this.#mount();
    if (!this.#source && this.src) this.#load(this.src);
  }

  disconnectedCallback(): void {
    // A move within the page is no farewell.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  attributeChangedCallback(name: (typeof OBSERVED)[number], before: string | null, now: string | null): void {
    if (!this.#shadow || before === now) return;
    const audio = this.#audio;
    switch (name) {
      case "src":
        if (this.isConnected) this.#load(now);
        break;
      case "controls":
        this.#showNative();
        this.#handle?.setControls(now !== null);
        break;
      case "autoplay":
        audio.autoplay = now !== null;
        break;
      case "loop":
        audio.loop = now !== null;
        break;
      case "muted":
        // As on <audio>, the attribute is the state at the start.
        audio.defaultMuted = now !== null;
        if (!this.#media) audio.muted = now !== null;
        break;
      case "preload":
        audio.preload = (now ?? "metadata") as typeof audio.preload;
        break;
      case "crossorigin":
        audio.crossOrigin = now;
        break;
      case "volume":
        if (isShare(now)) audio.volume = Number(now);
        break;
      case "playbackrate":
        if (Number(now) > 0) audio.playbackRate = Number(now);
        break;
      case "layers":
        this.#handle?.setLayers(now ?? DEFAULT_LAYERS);
        break;
      case "analyzers":
        this.#steps = undefined;
        this.#planAnalyses();
        break;
      case "theme":
        this.#handle?.recolor();
        break;
      case "start":
      case "end":
      case "zoom":
        this.#applyView();
        break;
      case "lang":
        this.#handle?.setLanguage(now ?? "");
        break;
      case "hotkeys":
      case "nohotkeys":
        this.#applyHotkeys();
        break;
    }
  }

  // The contract of <audio>, as far as it is not passed on as it is

  get src(): string {
    const value = this.getAttribute("src");
    return value === null ? "" : new URL(value, document.baseURI).href;
  }

  set src(value: string | null) {
    if (value === null || value === undefined) this.removeAttribute("src");
    else this.setAttribute("src", String(value));
  }

  /** Starts to play; rejects where this browser cannot play the recording. */
  play(): Promise<void> {
    return this.#audio.play();
  }

  /** Seconds. Also moves the playhead of a recording that this browser cannot play. */
  get currentTime(): number {
    return this.#audio.error && this.#handle ? this.#handle.playhead : this.#audio.currentTime;
  }

  set currentTime(secs: number) {
    if (this.#handle && this.#media) this.#handle.seek(secs);
    else this.#audio.currentTime = secs;
  }

  /** Seconds, `NaN` until known. */
  get duration(): number {
    const known = this.#audio.duration;
    return Number.isFinite(known) ? known : (this.#media?.info.duration ?? known);
  }

  /** Focuses the playhead, from where every key acts. */
  override focus(options?: FocusOptions): void {
    const find = (selector: string): HTMLElement | null => this.#ui.querySelector(selector);
    (find(".playhead") ?? find("button:not(:disabled)") ?? this.#audio).focus(options);
  }

  // More than <audio>

  /** The SDK's handle of the open recording, for analyses and samples; `null` until `ready`. */
  get media(): Media | null {
    return this.#media;
  }

  /** Opens a file, blob or address. If it cannot be opened, what was open before stays. */
  async open(source: PlayerSource): Promise<Media> {
    return this.#open(source, true);
  }

  /** What is shown, in seconds. */
  get view(): View {
    // A view outlives the widget's coming and going.
    const handle = (): PlayerHandle | undefined => this.#handle;
    return {
      get start() {
        return handle()?.viewStart ?? 0;
      },
      get end() {
        return handle()?.viewEnd ?? 0;
      },
      zoomTo: (start, end) => handle()?.zoomTo(start, end),
      zoomBy: (factor, at) => handle()?.zoomBy(factor, at),
      get follow() {
        return handle()?.follow ?? true;
      },
      set follow(on: boolean) {
        const widget = handle();
        if (widget) widget.follow = on;
      },
    };
  }

  /** The layers shown; set by the attribute's string, such as `"waveform spectrogram"`. */
  get layers(): Layers {
    const list = (): string[] => (this.getAttribute("layers") ?? DEFAULT_LAYERS).split(/\s+/).filter(Boolean);
    const set = (ids: string[]): void => this.setAttribute("layers", ids.join(" ") || "none");
    return {
      list,
      add: (id) => set([...list().filter((other) => other !== id && other !== "none"), id]),
      remove: (id) => set(list().filter((other) => other !== id)),
      configure: (id, settings) => {
        const told = this.#settings.configure(id, settings);
        this.#handle?.configureLayer(id, told);
      },
    };
  }

  set layers(value: string) {
    this.setAttribute("layers", String(value));
  }

  /** The analyses run on every recording: ids in one text, or steps with parameters. */
  get analyzers(): string | Step[] {
    return this.#steps ?? this.getAttribute("analyzers") ?? "";
  }

  set analyzers(value: string | Step[]) {
    if (typeof value === "string") {
      this.setAttribute("analyzers", value);
      return;
    }
    this.#steps = value;
    this.#planAnalyses();
  }

  /** Runs one analysis, shows its results and gives them. */
  async analyze(step: Step): Promise<Results> {
    if (!this.#media) throw new TimeSideError("not-found", "No recording is open: set src or call open() first.");
    if (!this.#handle) return this.#media.run(step);
    return (await this.#handle.analyze(step)) as Results;
  }

  // Opening

  #load(source: string | null): void {
    if (source === null) {
      this.#reset();
      return;
    }
    this.#showNative();
    // The sound need not wait for the engine.
    this.#play(new URL(source, document.baseURI).href);
    // Failures are told by an event and shown.
    this.#open(source, false).catch(() => undefined);
  }

  async #open(source: PlayerSource, keep: boolean): Promise<Media> {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    const keeps = keep && this.#media !== null;
    if (!keeps) {
      this.#forget();
      this.#source = source;
      this.#handle?.opening(...describe(source));
    }
    try {
      const credentials = this.getAttribute("crossorigin") === "use-credentials" ? "include" : undefined;
      const media = await openMedia(source, { signal: opening.signal, ...(credentials && { credentials }) });
      await this.#prepare();
      if (opening.signal.aborted) {
        media.close();
        throw opening.signal.reason;
      }
      if (keep) {
        this.#forget();
        this.#source = source;
        this.#play(source instanceof Blob ? this.#urlOf(source) : String(source));
      }
      this.#media = media;
      this.#tell(media);
      return media;
    } catch (error) {
      if (!opening.signal.aborted) this.#fail(error, keeps);
      throw error;
    } finally {
      if (this.#opening === opening) this.#opening = undefined;
    }
  }

  #fail(error: unknown, keeps: boolean): void {
    if (keeps) this.#handle?.warn(error);
    else {
      this.#failure = error;
      this.#handle?.failed(error);
    }
    this.#emit("error", error);
  }

  #tell(media: Media): void {
    const handle = this.#handle;
    if (!handle) return;
    media.onread = (done) => handle.readTo(done);
    media.onreaderror = (error) => handle.warn(error);
    handle.opened(media as never);
    this.#applyView();
    this.#analyzeAll();
    this.#emit("ready", { media });
  }

  #play(url: string): void {
    const audio = this.#audio;
    if (audio.src === url) return;
    const playing = !audio.paused;
    audio.src = url;
    // `open()` under a running sound goes on sounding; a refusal shows as an event of the element.
    if (playing) void audio.play().catch(() => undefined);
  }

  #urlOf(blob: Blob): string {
    this.#objectUrl = URL.createObjectURL(blob);
    return this.#objectUrl;
  }

  #forget(): void {
    this.#failure = undefined;
    this.#media?.close();
    this.#media = null;
    if (this.#objectUrl) URL.revokeObjectURL(this.#objectUrl);
    this.#objectUrl = "";
  }

  #reset(): void {
    this.#opening?.abort();
    this.#forget();
    this.#source = null;
    if (this.#audio.hasAttribute("src")) {
      this.#audio.removeAttribute("src");
      this.#audio.load();
    }
    this.#handle?.closed();
  }

  // The widget

  async #mount(): Promise<void> {
    if (this.#handle || this.#mounting) return;
    this.#mounting = true;
    try {
      // The engine is on its way for the recording anyway; what it can give says how much room to keep.
      const engine = this.src || this.#source ? this.#prepare() : undefined;
      const [{ sheet, mount }] = await Promise.all([widget(), engine]);
      if (!this.isConnected || !this.#shadow) return;
      if (!this.#shadow.adoptedStyleSheets.includes(sheet)) this.#shadow.adoptedStyleSheets.push(sheet);
      this.#handle = mount(this.#ui, {
        audio: this.#audio,
        host: this,
        emit: (name, detail) => this.#emit(name, detail),
        openFile: (file) => void this.open(file).catch(() => undefined),
        retry: () => this.#retry(),
      });
      this.#handle.setControls(this.controls);
      this.#handle.setLayers(this.getAttribute("layers") ?? DEFAULT_LAYERS);
      this.#settings.tell(this.#handle);
      this.#handle.setLanguage(this.lang);
      this.#handle.expect(this.#expected, this.analyzers);
      this.#applyHotkeys();
      this.#showNative();
      if (this.#media) this.#tell(this.#media);
      else if (this.#failure) this.#handle.failed(this.#failure);
      else if (this.#source) this.#handle.opening(...describe(this.#source));
    } catch (error) {
      const words = `The widget could not start (${String(error)}). The sound plays with the browser's own controls.`;
      this.#emit("error", error instanceof TimeSideError ? error : new TimeSideError("io", words, {}, error));
    } finally {
      this.#mounting = false;
    }
  }

  #leave(): void {
    this.#audio.pause();
    this.#opening?.abort();
    this.#handle?.unmount();
    this.#handle = undefined;
    this.#forget();
    this.#source = null;
  }

  #retry(): void {
    const source = this.#source;
    if (source === null) return;
    if (typeof source === "string") {
      this.#audio.load();
      this.#load(source);
    } else void this.open(source).catch(() => undefined);
  }

  #showNative(): void {
    const mounted = this.#handle !== undefined;
    this.#native.hidden = mounted;
    this.#audio.controls = this.controls && !mounted;
    const layers = this.layers.list();
    const room = this.#source || this.src ? layers.reduce((sum, id) => sum + (HEIGHTS[id] ?? 0), FRAME_HEIGHT) : 0;
    this.#native.style.minHeight = mounted ? "" : `${room}px`;
  }

  #analyzeAll(): void {
    if (this.#handle && this.#media) this.#handle.setAnalyzers(this.analyzers);
  }

  /** Other analyses are wished for. */
  #planAnalyses(): void {
    if (this.#handle) void this.#prepare().then(() => this.#analyzeAll());
  }

  /** Asks the engine what the analyzers give, so that the widget keeps room for it; without analyzers, nothing. */
  async #prepare(): Promise<void> {
    if (this.#expected.length > 0 || this.analyzers.length === 0) return;
    this.#expected = await expectedResults();
    this.#handle?.expect(this.#expected, this.analyzers);
  }

  #applyView(): void {
    const handle = this.#handle;
    if (!handle || !this.#media) return;
    const [start, end, zoom] = ["start", "end", "zoom"].map((name) => Number.parseFloat(this.getAttribute(name) ?? ""));
    const duration = this.#media.info.duration ?? this.duration;
    if (start! >= 0 || end! >= 0) handle.zoomTo(start! >= 0 ? start! : 0, end! >= 0 ? end! : duration);
    if (zoom! > 0) handle.zoomBy(zoom!, start! >= 0 ? start! : undefined);
  }

  #applyHotkeys(): void {
    this.#handle?.setHotkeys(this.hasAttribute("nohotkeys"), this.getAttribute("hotkeys") ?? "");
  }

  // Children and events

  #readChildren(): void {
    const given = this.querySelector<HTMLAudioElement>(":scope > audio[slot=media]");
    this.#adopt(given ?? this.#ownAudio);
    if (this.hasAttribute("src") || this.#source || !this.isConnected) return;
    const sources = [...(given ?? this).querySelectorAll<HTMLSourceElement>(":scope > source[src]")];
    const best = sources.find((source) => !source.type || this.#audio.canPlayType(source.type)) ?? sources[0];
    const url = best?.src ?? (given?.currentSrc || given?.src);
    if (url) this.#load(url);
  }

  #adopt(audio: HTMLMediaElement): void {
    if (this.#audio === audio) return;
    for (const name of MEDIA_EVENTS) {
      this.#audio?.removeEventListener(name, this.#forward);
      audio.addEventListener(name, this.#forward);
    }
    this.#audio = audio;
    if (audio === this.#ownAudio) audio.preload ||= "metadata";
  }

  #emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** A property set before the element was defined hides the accessor: set it again. */
  #upgrade(name: string): void {
    if (!Object.hasOwn(this, name)) return;
    const self = this as unknown as Record<string, unknown>;
    const value = self[name];
    delete self[name];
    self[name] = value;
  }

  static {
    passOn(this.prototype, (player) => player.#audio);
    reflect(this.prototype, ["controls", "autoplay", "loop"], {
      preload: "preload",
      theme: "theme",
      hotkeys: "hotkeys",
      crossOrigin: "crossorigin",
    });
  }
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, id: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.id = id;
  return element;
}

function isShare(text: string | null): boolean {
  return text !== null && text !== "" && Number(text) >= 0 && Number(text) <= 1;
}

/** Name and size (where known) of a source, for the screen. */
function describe(source: PlayerSource): [name: string, bytes: number | undefined] {
  if (source instanceof Blob) return [source instanceof File ? source.name : "", source.size];
  const part = new URL(source, document.baseURI).pathname.split("/").pop() ?? "";
  try {
    return [decodeURIComponent(part), undefined];
  } catch {
    return [part, undefined];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "timeside-player": TimesidePlayer;
  }
}
