/** What sounds in `<timeside-player>`: one of two engines behind one face, and the change from one to the other. */
import { TimeSideError } from "../errors.js";
import type { ChannelState, ExactPlayer, LoopRange, Media, MediaEngine } from "../types.js";
import { toExact, toMedia } from "./handover.js";
import { MEDIA_EVENTS, passOn } from "./media-contract.js";

interface Face extends Omit<MediaEngine, "play" | "pause"> {}

/** What both engines have in common, passed on to the one that plays. */
abstract class Face extends EventTarget {
  abstract readonly current: MediaEngine;
  abstract play(): Promise<void>;
  abstract pause(): void;

  static {
    passOn(this.prototype, (face) => face.current as HTMLMediaElement);
  }
}

/** Which engine is wished for. */
export type EngineWish = "auto" | "media" | "exact";

const FORWARDED = [...MEDIA_EVENTS, "error"] as const;
const RATES = { least: 0.1, most: 4 };
/** Between two looks at how near the end of a stretch is. */
const LOOK_MS = 50;
/** Two times of one frame. Seconds. */
const SAME_SECS = 1e-6;

/**
 * Stands for whichever engine plays: `<audio>` or the exact one. `auto` takes `<audio>`, unless that cannot play the
 * recording or something is wished that only the exact one does (a loop of a stretch, a state of channels).
 */
export class Sound extends Face implements MediaEngine {
  /** Stands in where the page gives none. */
  own: HTMLAudioElement;
  #audio: HTMLMediaElement;
  #exact: ExactPlayer | null = null;
  #wish: EngineWish = "auto";
  #url = "";
  #media: Media | null = null;
  #loopRange: LoopRange | null = null;
  #channels = new Map<number, Partial<ChannelState>>();
  /** Something was asked for that must stop at its frame: the exact engine stays with this recording. */
  #isPrecise = false;
  /** Counts stretches played by `<audio>`: a later one ends the watch over an earlier one. */
  #watched = 0;
  /** A recording is being opened, which the exact engine may play. */
  #opening: Promise<unknown> | undefined;
  #changing: Promise<void> | undefined;
  #goesOn = false;
  /** `play()` waits for the engine. */
  #isAwaited = false;
  readonly #forwardMedia = (event: Event): void => this.#forward(event, this.#audio);
  readonly #forwardExact = (event: Event): void => this.#forward(event, this.#exact);

  constructor(audio: HTMLAudioElement) {
    super();
    this.own = audio;
    this.#audio = audio;
    this.adopt(audio);
  }

  /** Takes another media element. */
  adopt(audio: HTMLMediaElement): void {
    for (const name of FORWARDED) {
      this.#audio.removeEventListener(name, this.#forwardMedia);
      audio.addEventListener(name, this.#forwardMedia);
    }
    this.#audio = audio;
  }

  get audio(): HTMLMediaElement {
    return this.#audio;
  }

  /** The exact engine while it plays or would play. */
  get exact(): ExactPlayer | null {
    return this.#exact;
  }

  get active(): "media" | "exact" {
    return this.#exact ? "exact" : "media";
  }

  get wish(): EngineWish {
    return this.#wish;
  }

  set wish(wish: EngineWish) {
    this.#wish = wish;
    // What `<audio>` was spared so far.
    if (wish !== "exact" && !this.#audio.src) this.#feedAudio();
    void this.settle();
  }

  get loopRange(): LoopRange | null {
    return this.#loopRange;
  }

  set loopRange(range: LoopRange | null) {
    if (this.#exact) this.#exact.loopRange = range;
    this.#loopRange = range;
    void this.settle();
  }

  /**
   * Plays a stretch (seconds) and pauses at its end: to the frame, unless `<audio>` is wished for. The stretch that is
   * repeated goes on being repeated.
   */
  async playRange(start: number, end: number): Promise<void> {
    const watched = ++this.#watched;
    if (this.#wish !== "media" && !this.#exact) {
      this.#audio.pause();
      this.#isPrecise = true;
      await this.#opening;
      await this.settle();
      if (watched !== this.#watched) return;
    }
    const exact = this.#exact;
    this.current.currentTime = start;
    if (!exact) {
      await this.#audio.play();
      return this.#watchEnd(end, watched);
    }
    const range = this.#loopRange;
    if (!range || Math.abs(range.start - start) > SAME_SECS || Math.abs(range.end - end) > SAME_SECS) {
      exact.loopRange = null;
      exact.stopAt = end;
    }
    await exact.play();
  }

  /** `<audio>` knows no end of its own. */
  #watchEnd(end: number, watched: number): void {
    const audio = this.#audio;
    if (audio.paused || watched !== this.#watched) return;
    const left = (end - audio.currentTime) / audio.playbackRate;
    if (left > 0) return void setTimeout(() => this.#watchEnd(end, watched), Math.min(LOOK_MS, left * 1000));
    audio.pause();
    audio.currentTime = end;
  }

  get channels(): readonly ChannelState[] {
    if (this.#exact) return this.#exact.channels;
    const plain = { gain: 1, muted: false, solo: false };
    return Array.from({ length: this.#media?.info.channels ?? 0 }, (_, c) => ({ ...plain, ...this.#channels.get(c) }));
  }

  setChannel(channel: number, state: Partial<ChannelState>): void {
    this.#exact?.setChannel(channel, state);
    this.#channels.set(channel, { ...this.#channels.get(channel), ...state });
    void this.settle();
  }

  // Opening

  /** Gives `<audio>` an address; `opening` ends when the engine has the recording, or has refused it. */
  open(url: string): void {
    const playing = !this.paused || this.#goesOn;
    this.#goesOn = false;
    if (this.#url === url && this.#exact === null && this.#audio.src === url) return;
    this.drop();
    this.#url = url;
    if (this.#wish !== "exact") this.#feedAudio();
    // What sounds goes on sounding; a refusal shows as an event.
    if (playing) void this.play().catch(() => undefined);
  }

  /** A recording is on its way: until then what `<audio>` refuses is not refused. */
  expect(opening: Promise<Media>): void {
    const settled = opening.then(
      (media) => this.#attach(media),
      () => undefined,
    );
    this.#opening = settled;
    void settled.finally(() => {
      if (this.#opening !== settled) return;
      this.#opening = undefined;
      // Now it counts.
      if (!this.#exact && this.#audio.error) this.dispatchEvent(new Event("error"));
    });
  }

  /** The recording is closed. */
  drop(): void {
    this.#media = null;
    this.#isPrecise = false;
    this.#watched += 1;
    this.#channels.clear();
    // Another that is opened under a running sound goes on sounding.
    this.#goesOn = this.#exact !== null && !this.#exact.paused;
    this.#leaveExact()?.close();
  }

  /** No recording any more. */
  empty(): void {
    this.drop();
    this.#url = "";
    if (!this.#audio.hasAttribute("src")) return;
    this.#audio.removeAttribute("src");
    this.#audio.load();
  }

  async #attach(media: Media): Promise<void> {
    this.#media = media;
    await this.settle();
  }

  // The choice

  /** Takes the engine that is wished for; a running sound goes on where it is. */
  async settle(): Promise<void> {
    while (this.#changing) await this.#changing;
    const media = this.#media;
    if (!media) return;
    const wanted = this.#wanted(media);
    if (wanted === this.active) return;
    this.#changing = (wanted === "exact" ? this.#goExact(media) : this.#goMedia())
      .catch((error: unknown) => this.#tellRefusal(error))
      .finally(() => (this.#changing = undefined));
    await this.#changing;
    // Something else may be wished by now.
    if (this.#media !== media || this.#wanted(media) !== wanted) await this.settle();
  }

  #wanted(media: Media): "media" | "exact" {
    if (this.#wish !== "auto") return this.#wish;
    const needsExact = this.#isPrecise || this.#loopRange !== null || this.#channels.size > 0;
    // What the element has found out counts more than what it said.
    const plays = this.#audio.readyState > 0 || (media.info.playable && !this.#audio.error);
    return needsExact || !plays ? "exact" : "media";
  }

  async #goExact(media: Media): Promise<void> {
    const exact = await media.player();
    if (this.#media !== media) return exact.close();
    const audio = this.#audio;
    exact.volume = audio.volume;
    exact.muted = audio.muted;
    exact.preservesPitch = audio.preservesPitch;
    exact.playbackRate = Math.min(RATES.most, Math.max(RATES.least, audio.playbackRate));
    exact.loop = audio.loop;
    exact.loopRange = this.#loopRange;
    for (const [channel, state] of this.#channels) exact.setChannel(channel, state);
    const take = (): void => {
      // Dropped while the two met.
      if (this.#media !== media) return exact.close();
      this.#exact = exact;
      for (const name of FORWARDED) exact.addEventListener(name, this.#forwardExact);
      exact.addEventListener("trackchange", this.#forwardExact);
    };
    if (this.#isAwaited || audio.autoplay) {
      if (audio.currentTime > 0) exact.currentTime = audio.currentTime;
      audio.pause();
      take();
      if (!this.#isAwaited) void exact.play().catch(() => undefined);
    } else await toExact(audio, exact, take);
    if (this.#exact !== exact) return;
    this.#tell("durationchange", "canplay", "timeupdate", "enginechange");
  }

  async #goMedia(): Promise<void> {
    const exact = this.#exact;
    const audio = this.#audio;
    if (!exact) return;
    this.#feedAudio();
    audio.muted = exact.muted;
    audio.loop = exact.loop;
    audio.preservesPitch = exact.preservesPitch;
    audio.playbackRate = exact.playbackRate;
    await toMedia(exact, audio, () => void this.#leaveExact());
    setTimeout(() => exact.close(), 100);
    this.#tell("durationchange", "timeupdate", "enginechange");
  }

  #leaveExact(): ExactPlayer | null {
    const exact = this.#exact;
    for (const name of [...FORWARDED, "trackchange"]) exact?.removeEventListener(name, this.#forwardExact);
    this.#exact = null;
    return exact;
  }

  #tellRefusal(error: unknown): void {
    const told = error instanceof TimeSideError ? error : new TimeSideError("io", `the exact engine cannot play: ${String(error)}`, {}, error);
    this.dispatchEvent(new CustomEvent("refusal", { detail: told }));
  }

  #feedAudio(): void {
    if (this.#url && this.#audio.src !== this.#url) this.#audio.src = this.#url;
  }

  #forward(event: Event, from: EventTarget | null): void {
    if (from !== (this.#exact ?? this.#audio)) return;
    if (event.type === "error" && !this.#exact && this.#mayChange) {
      // Perhaps the exact engine can.
      void this.settle();
      return;
    }
    const exact = this.#exact;
    if (event.type === "pause" && exact && exact.stopAt !== null) {
      // The stretch is over; what comes next has no end.
      exact.stopAt = null;
      exact.loopRange = this.#loopRange;
    }
    const told = event instanceof CustomEvent ? new CustomEvent(event.type, { detail: event.detail }) : new Event(event.type);
    this.dispatchEvent(told);
  }

  #tell(...types: string[]): void {
    for (const type of types) this.dispatchEvent(new Event(type));
  }

  // The face

  override get current(): MediaEngine {
    return this.#exact ?? this.#audio;
  }

  /** The exact engine may yet come. */
  get #mayChange(): boolean {
    return this.#wish !== "media" && (this.#opening !== undefined || this.#changing !== undefined || (this.#media !== null && this.#wanted(this.#media) === "exact"));
  }

  override async play(): Promise<void> {
    if (this.#exact || !this.#mayChange) return this.current.play();
    const waits = this.#wish === "exact" || this.#audio.error !== null;
    try {
      if (!waits) return await this.#audio.play();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "NotSupportedError")) throw error;
    }
    this.#isAwaited = true;
    try {
      await this.#opening;
      await this.settle();
      if (!this.#isAwaited) throw new DOMException("playing was ended by pause()", "AbortError");
    } finally {
      this.#isAwaited = false;
    }
    return this.current.play();
  }

  override pause(): void {
    this.#isAwaited = false;
    this.current.pause();
  }

  override get paused(): boolean {
    return this.current.paused && !this.#isAwaited;
  }

  override get error(): MediaError | null {
    return !this.#exact && this.#mayChange ? null : this.current.error;
  }

  override get duration(): number {
    return this.current.duration;
  }

  override get currentTime(): number {
    return this.current.currentTime;
  }

  override set currentTime(secs: number) {
    this.current.currentTime = secs;
  }

  override get loop(): boolean {
    return this.current.loop;
  }

  override set loop(on: boolean) {
    this.#audio.loop = on;
    if (this.#exact) this.#exact.loop = on;
  }
}
