/** `<timeside-player>`: the element around the widget. Plays by itself; the widget joins when its wasm has arrived. */
import { TimeSideError } from "../errors.js";
import { sdk } from "../player-lazy.js";
import type { ChannelState, ExactPlayer, LoopRange, Media, Results, Step } from "../types.js";
import { absolute, isRate, isShare, numberOf, OBSERVED } from "./attribute-values.js";
import type { PlayerEventTarget } from "./events.js";
import { Annotated } from "./annotated.js";
import type { AssignedAnnotations } from "./annotation-assign.js";
import type { Annotations } from "./annotation-types.js";
import { MEDIA_EVENTS, passOn, reflect, type PassedOn, upgrade } from "./media-contract.js";
import { expectedResults, type Expected } from "./expected.js";
import { watchLanguages } from "./given-languages.js";
import { speak } from "./speaking.js";
import { DEFAULT_LAYERS, LayerList, type Layers, recordingLayers } from "./layers.js";
import { SHELL_CSS } from "./shell-css.js";
import { applyView, describe, type PlayerSource, type View, viewOf, childSource, make, roomFor } from "./shown.js";
import type { AnalyzeOptions, SnapshotOptions } from "./view-options.js";
import type { Playback } from "./playback.js";
import { type EngineWish, Sound } from "./sound.js";
import { workbench } from "./bench.js";
import { bringAll, widget, type PlayerHandle } from "./joining.js";

// Under Node there is no DOM: importing must not throw.
const Base = (globalThis.HTMLElement ?? class {}) as unknown as { new (): PlayerEventTarget; readonly prototype: PlayerEventTarget };

export interface TimesidePlayer extends PassedOn {
  controls: boolean;
  autoplay: boolean;
  loop: boolean;
  preload: string;
  theme: string;
  hotkeys: string;
  /** Is every edit of the annotations refused? */
  readonly: boolean;
  crossOrigin: string;
}

/** The interface of the same name holds the members that `passOn` and `reflect` define. */
export class TimesidePlayer extends Base {
  static readonly observedAttributes: readonly string[] = OBSERVED;

  #shadow: ShadowRoot | undefined;
  #frame!: HTMLDivElement;
  #native!: HTMLDivElement;
  #ui!: HTMLDivElement;
  #sound!: Sound;
  #handle: PlayerHandle | undefined;
  #playback: Playback | null = null;
  #mounting = false;
  #media: Media | null = null;
  #source: PlayerSource | null = null;
  #opening: AbortController | undefined;
  #failure: unknown;
  #objectUrl = "";
  #steps: Step[] | undefined;
  #expected: Expected[] = [];
  readonly #layers = new LayerList(() => this.getAttribute("layers") ?? DEFAULT_LAYERS, () => this.#handle);
  #tracks: { opened(): Promise<void>; leave(): void } | undefined;
  readonly #annotated = new Annotated();
  #hasLoopOfAttributes = false;
  #check: ((name: string) => void) | undefined;
  #unwatch: (() => void) | undefined;

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
    const audio = make("audio", "audio");
    const media = make("slot", "media-slot");
    media.name = "media";
    media.append(audio);
    this.#native.append(media);
    const controls = make("slot", "own-controls");
    controls.name = "controls";
    this.#frame.append(this.#native, this.#ui, controls, make("slot", "sources"));
    root.append(this.#frame);
    audio.preload ||= "metadata";
    this.#sound = new Sound(audio);
    const told = [...MEDIA_EVENTS, "enginechange", "trackchange"];
    for (const name of told) this.#sound.addEventListener(name, () => this.dispatchEvent(new Event(name)));
    this.#sound.addEventListener("refusal", (event) => this.#refused(event));
    this.#sound.addEventListener("error", (event) => this.#refused(event));
    root.addEventListener("slotchange", () => this.#readChildren());
  }

  // Life

  connectedCallback(): void {
    upgrade(this, ["layers", "analyzers", "annotations", "readonly", "src", "volume", "playbackRate", "muted", "currentTime"]);
    // On its way at once, though nobody waits for it: the sound needs none of it.
    void sdk().catch(() => undefined);
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
    this.#check?.(name);
    const sound = this.#sound;
    const { audio } = sound;
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
        sound.loop = now !== null;
        this.#applyLoop();
        break;
      case "muted":
        // As on <audio>, the attribute is the state at the start.
        audio.defaultMuted = now !== null;
        if (!this.#media) sound.muted = now !== null;
        break;
      case "preload":
        audio.preload = (now ?? "metadata") as typeof audio.preload;
        break;
      case "crossorigin":
        audio.crossOrigin = now;
        break;
      case "volume":
        if (isShare(now)) sound.volume = Number(now);
        break;
      case "playbackrate":
        if (isRate(now)) sound.playbackRate = Number(now);
        break;
      case "layers":
        this.#handle?.setLayers(now ?? DEFAULT_LAYERS);
        break;
      case "analyzers":
        this.#steps = undefined;
        this.#planAnalyses();
        break;
      case "annotations":
        if (this.#media) void this.#annotate(this.#media);
        break;
      case "readonly":
        this.#annotated.applyReadonly();
        break;
      case "theme":
        this.#handle?.recolor();
        break;
      case "engine":
        sound.wish = this.engine;
        break;
      case "start":
      case "end":
        this.#applyLoop();
        this.#applyView();
        break;
      case "zoom":
        this.#applyView();
        break;
      case "lang":
        speak(this, () => this.#handle);
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
    return value === null ? "" : absolute(value);
  }

  set src(value: string | null) {
    if (value === null || value === undefined) this.removeAttribute("src");
    else this.setAttribute("src", String(value));
  }

  /** Starts to play; rejects where this browser cannot play the recording. */
  play(): Promise<void> {
    return this.#sound.play();
  }

  /** Seconds. Also moves the playhead of a recording that this browser cannot play. */
  get currentTime(): number {
    return this.#sound.error && this.#handle ? this.#handle.playhead : this.#sound.currentTime;
  }

  set currentTime(secs: number) {
    if (this.#handle && this.#media) this.#handle.seek(secs);
    else this.#sound.currentTime = secs;
  }

  /** Seconds, `NaN` until known. */
  get duration(): number {
    const known = this.#sound.duration;
    return Number.isFinite(known) ? known : (this.#media?.info.duration ?? known);
  }

  /** Focuses the playhead, from where every key acts. */
  override focus(options?: FocusOptions): void {
    const find = (selector: string): HTMLElement | null => this.#ui.querySelector(selector);
    (find(".playhead") ?? find("button:not(:disabled)") ?? this.#sound.audio).focus(options);
  }

  // More than <audio>

  /** The SDK's handle of the open recording, for analyses and samples; `null` until `ready`. */
  get media(): Media | null {
    return this.#media;
  }

  /** Which engine is wished for: `auto` takes `<audio>` unless only the exact one can do what is asked. */
  get engine(): EngineWish {
    const wish = this.getAttribute("engine");
    return wish === "media" || wish === "exact" ? wish : "auto";
  }

  set engine(wish: EngineWish) {
    this.setAttribute("engine", wish);
  }

  /** Which engine plays; `enginechange` tells of another. */
  get activeEngine(): "media" | "exact" {
    return this.#sound.active;
  }

  /** The exact engine, while it is the one that plays; for what `<audio>` has not. */
  get exact(): ExactPlayer | null {
    return this.#sound.exact;
  }

  /**
   * A stretch that is repeated to the frame, in seconds, or `null`; also set by `loop` together with `start` and `end`.
   * With `engine="auto"` it brings the exact engine.
   */
  get loopRange(): LoopRange | null {
    return this.#sound.loopRange;
  }

  set loopRange(range: LoopRange | null) {
    this.#sound.loopRange = range;
  }

  /** How each channel is heard; empty until `ready`. */
  get channels(): readonly ChannelState[] {
    return this.#sound.channels;
  }

  /** Changes gain, mute or solo of a channel. With `engine="auto"` it brings the exact engine. */
  setChannel(channel: number, state: Partial<ChannelState>): void {
    this.#sound.setChannel(channel, state);
  }

  /** Stretches, grains, clicks and tones: what work with a sound needs beyond `<audio>`; `null` until the widget stands. */
  get playback(): Playback | null {
    return this.#playback;
  }

  /** The page's address with what is shown, selected and where the playhead is, as the attribute `deeplinks` reads it. */
  link(): string {
    return this.#playback?.link() ?? location.href;
  }

  /** Opens a file, blob or address. If it cannot be opened, what was open before stays. */
  async open(source: PlayerSource): Promise<Media> {
    return this.#open(source, true);
  }

  /** Takes the colours anew, after the page has set other `--timeside-*` properties. */
  recolor(): void {
    this.#handle?.recolor();
  }

  /** What is shown, in seconds. */
  get view(): View {
    return viewOf(() => this.#handle);
  }

  /** The layers shown; set by the attribute's string, such as `"waveform spectrogram"`. */
  get layers(): Layers {
    return this.#layers;
  }

  set layers(value: string) {
    this.setAttribute("layers", String(value));
  }

  /** What is said of the recording; set by the attribute's string (the address of a file), or by annotations, which become what is shown. */
  get annotations(): Annotations {
    return this.#annotated.face;
  }

  set annotations(value: string | AssignedAnnotations) {
    if (typeof value === "string") this.setAttribute("annotations", value);
    else this.#annotated.assign(value ?? []);
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

  /** Runs one analysis, or several in one pass, over the whole or a stretch; shows the results and gives them. */
  async analyze(step: Step | Step[], options: AnalyzeOptions = {}): Promise<Results> {
    if (!this.#media) throw new TimeSideError("not-found", "No recording is open: set src or call open() first.");
    if (!this.#handle) return this.#media.run(step, options);
    await (await widget()).bring();
    return (await this.#handle.analyze(step, options)) as Results;
  }

  /** A picture of the lanes as they are shown, with ruler and legends, or of the wrapped lines. */
  async snapshot(options: SnapshotOptions = {}): Promise<Blob> {
    const { snapshot } = await widget();
    const handle = this.#handle;
    if (!handle || !this.#shadow) throw new TimeSideError("not-found", "There is no picture yet: wait for ready, or open a recording.");
    return snapshot(this.#ui, handle, options);
  }

  // Opening

  #load(source: string | null): void {
    if (source === null) {
      this.#reset();
      return;
    }
    this.#showNative();
    // The sound need not wait for the engine.
    this.#sound.open(absolute(source));
    // Failures are told by an event and shown.
    const opening = this.#open(source, false);
    this.#sound.expect(opening);
    opening.catch(() => undefined);
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
      // What a server drew belongs to the recording of the `src` attribute.
      const peaks = keep ? null : this.getAttribute("peaks");
      const { open } = await sdk();
      const media = await open(source, { signal: opening.signal, ...(credentials && { credentials }), ...(peaks && { peaks }) });
      media.onpicture = (state) => this.dispatchEvent(new CustomEvent(`peaks-${state}`, { bubbles: true, composed: true }));
      await this.#prepare();
      if (opening.signal.aborted) {
        media.close();
        throw opening.signal.reason;
      }
      if (keep) {
        this.#forget();
        this.#source = source;
        this.#sound.open(source instanceof Blob ? this.#urlOf(source) : absolute(String(source)));
        this.#sound.expect(Promise.resolve(media));
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
    void this.#tracks?.opened();
    this.#applyView();
    this.#analyzeAll();
    void this.#annotate(media).then(() => this.#media === media && this.#emit("ready", { media }));
  }

  async #annotate(media: Media): Promise<void> {
    if (!this.#handle) return;
    await this.#annotated.begin(this, this.#handle, media, this.#source, (name, detail) => this.#emit(name, detail));
  }

  #urlOf(blob: Blob): string {
    this.#objectUrl = URL.createObjectURL(blob);
    return this.#objectUrl;
  }

  #forget(): void {
    this.#annotated.leave();
    this.#failure = undefined;
    this.#sound.drop();
    this.#media?.close();
    this.#media = null;
    if (this.#objectUrl) URL.revokeObjectURL(this.#objectUrl);
    this.#objectUrl = "";
  }

  #reset(): void {
    this.#opening?.abort();
    this.#forget();
    this.#source = null;
    this.#sound.empty();
    this.#handle?.closed();
  }

  // The widget

  async #mount(): Promise<void> {
    if (this.#handle || this.#mounting) return;
    this.#mounting = true;
    try {
      // The engine is on its way for the recording anyway; what it can give says how much room to keep.
      const engine = this.src || this.#source ? this.#prepare() : undefined;
      // Likewise the workbench, which lists the results.
      const list = this.analyzers.length > 0 ? workbench().catch(() => undefined) : undefined;
      const [{ sheet, mount, checkAttribute, watchTracks }] = await Promise.all([widget(), engine, list, this.hasAttribute("wrap") && bringAll()]);
      if (!this.isConnected || !this.#shadow) return;
      if (!this.#check) {
        this.#check = (name) => checkAttribute(this, name);
        this.getAttributeNames().forEach(this.#check);
      }
      if (!this.#shadow.adoptedStyleSheets.includes(sheet)) this.#shadow.adoptedStyleSheets.push(sheet);
      this.#handle = mount(this.#ui, {
        audio: this.#sound,
        host: this,
        emit: (name, detail) => this.#emit(name, detail),
        openFile: (file) => void this.open(file).catch(() => undefined),
        retry: () => this.#retry(),
        works: (playback) => (this.#playback = playback),
        keepRecords: (records) => this.#annotated.keep(records),
        answerOffer: (choice) => this.#annotated.answer(choice),
      });
      this.#handle.setControls(this.controls);
      this.#layers.tell(this.#handle);
      const say = (): void => speak(this, () => this.#handle);
      this.#unwatch = watchLanguages(say);
      say();
      this.#handle.expect(this.#expected, this.analyzers);
      this.#applyHotkeys();
      this.#showNative();
      this.#tracks = watchTracks(this, this.#handle, () => this.#media);
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
    this.#unwatch?.();
    this.#sound.pause();
    this.#opening?.abort();
    this.#tracks?.leave();
    this.#tracks = undefined;
    this.#handle?.unmount();
    this.#handle = undefined;
    this.#playback = null;
    this.#forget();
    this.#source = null;
  }

  #retry(): void {
    const source = this.#source;
    if (source === null) return;
    if (typeof source === "string") {
      this.#sound.audio.load();
      this.#load(source);
    } else void this.open(source).catch(() => undefined);
  }

  #showNative(): void {
    const mounted = this.#handle !== undefined;
    this.#native.hidden = mounted;
    if (!mounted && !this.#sound.own.parentNode) this.#native.firstElementChild!.append(this.#sound.own); // a widget took it out
    this.#sound.audio.controls = this.controls && !mounted;
    const room = this.#source || this.src ? roomFor(recordingLayers(this.getAttribute("layers") ?? DEFAULT_LAYERS).map(({ id }) => id)) : 0;
    this.#native.style.minHeight = mounted ? "" : `${room}px`;
  }

  #analyzeAll(): void {
    if (this.#handle && this.#media) this.#handle.setAnalyzers(this.analyzers);
  }

  /** Other analyses are wished for. */
  #planAnalyses(): void {
    if (this.#handle) void this.#prepare().then(() => this.#analyzeAll());
  }

  /** Asks the engine what the analyzers give, so that the widget keeps room for it. */
  async #prepare(): Promise<void> {
    if (this.#expected.length > 0 || this.analyzers.length === 0) return;
    [this.#expected] = await Promise.all([expectedResults(), bringAll()]);
    this.#handle?.expect(this.#expected, this.analyzers);
  }

  #applyView(): void {
    if (this.#handle && this.#media) applyView(this, this.#handle, this.#media.info.duration ?? this.duration);
  }

  /** `loop` with `start` and `end` repeats that stretch. */
  #applyLoop(): void {
    const [start, end] = ["start", "end"].map((name) => numberOf(this.getAttribute(name)));
    const isRange = this.loop && start! >= 0 && end! > start!;
    const given = isRange ? { start: start!, end: end! } : null;
    if (given || this.#hasLoopOfAttributes) this.#sound.loopRange = given;
    this.#hasLoopOfAttributes = isRange;
  }

  #applyHotkeys(): void {
    this.#handle?.setHotkeys(this.hasAttribute("nohotkeys"), this.getAttribute("hotkeys") ?? "");
  }

  // Children and events

  #readChildren(): void {
    const given = this.querySelector<HTMLAudioElement>(":scope > audio[slot=media]");
    this.#sound.adopt(given ?? this.#sound.own);
    if (this.hasAttribute("src") || this.#source || !this.isConnected) return;
    const url = childSource(given ?? this, (type) => this.#sound.canPlayType(type)) ?? (given?.currentSrc || given?.src);
    if (url) this.#load(url);
  }

  /** Something the exact engine met; what `<audio>` meets shows in the widget. */
  #refused(event: Event): void {
    const { detail } = event as CustomEvent<unknown>;
    if (!detail) return;
    this.#handle?.warn(detail);
    this.#emit("error", detail);
  }

  #emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  static {
    passOn(this.prototype, (player) => player.#sound as unknown as HTMLMediaElement);
    reflect(this.prototype, ["controls", "autoplay", "loop", "readonly"], {
      preload: "preload",
      theme: "theme",
      hotkeys: "hotkeys",
      crossOrigin: "crossorigin",
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "timeside-player": TimesidePlayer;
  }
}
