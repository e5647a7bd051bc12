/** Plays an open medium from the engine's own decode, exact to the sample. */
import { TimeSideError, badParameter } from "../errors.js";
import type { ChannelState, ExactPlayer, LoopRange, Media, PlayerOptions } from "../types.js";
import { Clock } from "./clock.js";
import { Mixer } from "./mixer.js";
import { heardTime, layoutFor, openOutput, type Output, Power } from "./output.js";
import { Ranges } from "./ranges.js";
import { feedOf, type FeedSource } from "./source.js";
import { type Track, Tracks } from "./tracks.js";
import type { Report, ToProcessor } from "./wire.js";

/** As on `<audio>`: about four a second. */
const TIMEUPDATE_MS = 250;
interface Promised {
  resolve(): void;
  reject(reason: unknown): void;
}

const HAVE_METADATA = 1;
const HAVE_CURRENT_DATA = 2;
const HAVE_ENOUGH_DATA = 4;

/** Makes a player of a medium; its first samples are on their way. */
export async function createPlayer(media: Media, options: PlayerOptions = {}): Promise<ExactPlayer> {
  const source = feedOf(media);
  if (!source) throw badParameter("createPlayer", "media", "must be what open() gave");
  const { sampleRate, channels } = source.info;
  const output = await openOutput(sampleRate, channels, options);
  const player = new Player(media, output);
  try {
    await player.begin(media, source);
  } catch (error) {
    player.close();
    throw error;
  }
  return player;
}

class Player extends EventTarget implements ExactPlayer {
  readonly #output: Output;
  readonly #power: Power;
  readonly #rate: number;
  readonly #clock: Clock;
  readonly #mixer: Mixer;
  readonly #memory: SharedArrayBuffer | undefined;
  readonly #tracks: Tracks;
  #current = 0;
  #next: number | null = null;
  #seek = 0;
  /** Where the latest seek went, until the audio thread is there. */
  #target: number | undefined = 0;
  #seeking = false;
  #paused = true;
  #isPausing = false;
  #ended = false;
  #readyState = 0;
  #error: MediaError | null = null;
  #playbackRate = 1;
  #preservesPitch = true;
  #loop = false;
  #loopRange: LoopRange | null = null;
  #stopAt: number | null = null;
  #waiters: Promised[] = [];
  #underruns = 0;
  #buffered: [number, number] = [0, 0];
  #played = new Ranges([]);
  #playedFrom: number | undefined;
  #toldMs = 0;
  #isClosed = false;
  defaultPlaybackRate = 1;

  constructor(media: Media, output: Output) {
    super();
    this.#output = output;
    this.#power = new Power(output);
    this.#rate = output.context.sampleRate;
    this.#clock = new Clock(this.#rate);
    const { channels } = media.info;
    this.#mixer = new Mixer(channels, output.share);
    const layout = layoutFor(this.#rate, channels);
    if (globalThis.crossOriginIsolated) this.#memory = new SharedArrayBuffer(layout.slots * layout.slotFrames * channels * 4);
    const memory = { layout, ...(this.#memory && { memory: this.#memory }) };
    this.#tracks = new Tracks(this.#rate, memory, (message, transfer) => this.#post(message, transfer), (number, error) => {
      if (number === this.#current && !this.#isClosed) this.#fail(error);
    });
    output.node.port.onmessage = ({ data }: MessageEvent<Report>) => this.#hear(data);
    output.node.onprocessorerror = () => this.#fail(new TimeSideError("io", "the audio worklet stopped"));
    this.#post({ type: "layout", ...memory });
  }

  /** @internal */
  async begin(media: Media, source: FeedSource): Promise<void> {
    this.#current = await this.#tracks.add(media, source);
    this.#readyState = HAVE_METADATA;
    this.#post({ type: "seek", seek: this.#seek, track: this.#current, frame: 0 });
    this.#seeking = false;
    if (this.#output.context.state === "running") this.#power.rest(() => this.#paused);
  }

  // What plays

  get media(): Media {
    return this.#track.media;
  }

  get context(): AudioContext {
    return this.#output.context;
  }

  get node(): AudioWorkletNode {
    return this.#output.node;
  }

  get sampleRate(): number {
    return this.#rate;
  }

  get isResampled(): boolean {
    return this.#rate !== this.#track.source.info.sampleRate;
  }

  get isShared(): boolean {
    return this.#memory !== undefined;
  }

  get underruns(): number {
    return this.#underruns;
  }

  get #track(): Track {
    return this.#tracks.get(this.#current);
  }

  // Playing

  play(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new DOMException("the player is closed", "AbortError"));
    if (this.#error) {
      this.#error = null;
      this.#tracks.revive(this.#current);
    }
    if (this.#ended) this.#goTo(0);
    const played = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    if (this.#paused) {
      this.#tellPause();
      this.#paused = false;
      this.#later("play");
      if (this.#readyState < HAVE_ENOUGH_DATA) this.#later("waiting");
      this.#post({ type: "play" });
      this.#wake();
    } else if (this.#clock.latest && this.#clock.latest.speed > 0 && !this.#seeking) this.#settle();
    return played;
  }

  pause(): void {
    if (this.#paused || this.#isClosed) return;
    this.#post({ type: "pause" });
    this.#pausing();
  }

  playAt(contextTime: number, { fade = false } = {}): void {
    if (!Number.isFinite(contextTime)) throw badParameter("playAt", "contextTime", "must be a time of the context in seconds");
    if (this.#paused) this.#later("play");
    this.#tellPause();
    this.#paused = false;
    this.#post({ type: "play", at: Math.round(contextTime * this.#rate), fadeIn: fade });
    this.#wake();
  }

  fadeOut(): void {
    if (this.#paused) return;
    this.#post({ type: "pause", fadeOut: true });
    this.#pausing();
  }

  get paused(): boolean {
    return this.#paused;
  }

  get ended(): boolean {
    return this.#ended;
  }

  // Time

  get currentTime(): number {
    return this.#frame() / this.#rate;
  }

  set currentTime(secs: number) {
    if (!Number.isFinite(secs)) throw new TypeError(`currentTime must be a finite number of seconds, not ${secs}`);
    this.#goTo(Math.max(0, Math.min(secs, this.duration || Infinity)));
  }

  fastSeek(secs: number): void {
    this.currentTime = secs;
  }

  get currentFrame(): number {
    return Math.floor(this.#frame());
  }

  get duration(): number {
    const frames = this.#tracks.framesOf(this.#track);
    if (frames !== null) return frames / this.#rate;
    return this.#clock.latest?.frames ? this.#clock.latest.frames / this.#rate : (this.#track.source.info.duration ?? Number.NaN);
  }

  get seeking(): boolean {
    return this.#seeking;
  }

  // Loops, ends, what follows

  get loop(): boolean {
    return this.#loop;
  }

  set loop(on: boolean) {
    this.#loop = Boolean(on);
    this.#bound();
  }

  get loopRange(): LoopRange | null {
    return this.#loopRange;
  }

  set loopRange(range: LoopRange | null) {
    if (range !== null) {
      const { start, end } = range;
      if (!(Number.isFinite(start) && start >= 0)) throw badParameter("loopRange", "start", "must be seconds from 0");
      if (!(Math.round(end * this.#rate) > Math.round(start * this.#rate))) throw badParameter("loopRange", "end", "must lie after start");
    }
    this.#loopRange = range && { start: range.start, end: range.end };
    this.#bound();
  }

  get stopAt(): number | null {
    return this.#stopAt;
  }

  set stopAt(secs: number | null) {
    if (secs !== null && !(secs >= 0)) throw badParameter("stopAt", "secs", "must be seconds from 0, or null");
    this.#stopAt = secs;
    this.#bound();
  }

  async queue(media: Media | null): Promise<void> {
    if (media === null) {
      const dropped = this.#next;
      this.#next = null;
      this.#post({ type: "next", track: null });
      if (dropped !== null) this.#tracks.remove(dropped);
      return;
    }
    const source = feedOf(media);
    if (!source) throw badParameter("queue", "media", "must be what open() gave");
    const own = this.#track.source.info;
    if (source.info.sampleRate !== own.sampleRate) throw badParameter("queue", "media", `has ${source.info.sampleRate} Hz: without a gap only media of ${own.sampleRate} Hz follow`);
    if (source.info.channels !== own.channels) throw badParameter("queue", "media", `has ${source.info.channels} channels: without a gap only media of ${own.channels} follow`);
    await this.queue(null);
    const track = await this.#tracks.add(media, source);
    this.#next = track;
    this.#post({ type: "next", track });
  }

  // Sound

  get volume(): number {
    return this.#mixer.volume;
  }

  set volume(volume: number) {
    if (!(volume >= 0 && volume <= 1)) throw new DOMException(`volume must be from 0 to 1, not ${volume}`, "IndexSizeError");
    this.#mixer.volume = volume;
    this.#mix();
  }

  get muted(): boolean {
    return this.#mixer.isMuted;
  }

  set muted(on: boolean) {
    this.#mixer.isMuted = Boolean(on);
    this.#mix();
  }

  get channels(): readonly ChannelState[] {
    return this.#mixer.channels;
  }

  setChannel(channel: number, state: Partial<ChannelState>): void {
    this.#mixer.set(channel, state);
    this.#mix();
  }

  get playbackRate(): number {
    return this.#playbackRate;
  }

  set playbackRate(rate: number) {
    if (!(rate >= 0.1 && rate <= 4)) throw new DOMException(`playbackRate must be from 0.1 to 4, not ${rate}`, "NotSupportedError");
    this.#playbackRate = rate;
    this.#speed();
  }

  get preservesPitch(): boolean {
    return this.#preservesPitch;
  }

  set preservesPitch(on: boolean) {
    this.#preservesPitch = Boolean(on);
    this.#speed();
  }

  // The rest of what <audio> tells

  get readyState(): number {
    return this.#readyState;
  }

  get networkState(): number {
    return this.#readyState < HAVE_ENOUGH_DATA ? 2 : 1;
  }

  get error(): MediaError | null {
    return this.#error;
  }

  get buffered(): TimeRanges {
    const [start, end] = this.#buffered;
    return new Ranges([[start / this.#rate, end / this.#rate]]);
  }

  get seekable(): TimeRanges {
    return new Ranges([[0, this.duration || 0]]);
  }

  get played(): TimeRanges {
    this.#countPlayed(this.currentTime);
    return this.#played;
  }

  get currentSrc(): string {
    return this.#track.source.info.uri;
  }

  canPlayType(type: string): CanPlayTypeResult {
    return /^(audio|video)\//.test(type) ? "maybe" : "";
  }

  load(): void {
    this.pause();
    this.#goTo(0);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#settle(new DOMException("the player was closed", "AbortError"));
    this.#tracks.close();
    this.#output.node.port.onmessage = null;
    this.#output.node.port.close();
    this.#power.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  // Towards the audio thread

  #post(message: ToProcessor, transfer: Transferable[] = []): void {
    this.#output.node.port.postMessage(message, transfer);
  }

  #goTo(secs: number): void {
    this.#countPlayed(this.currentTime);
    // The place at which it paused is no longer heard of.
    this.#tellPause();
    this.#target = Math.round(secs * this.#rate);
    this.#playedFrom = undefined;
    this.#seek += 1;
    this.#clock.reset();
    this.#ended = false;
    this.#seeking = true;
    this.#post({ type: "seek", seek: this.#seek, track: this.#current, frame: this.#target });
    this.#later("seeking");
  }

  #bound(): void {
    const frame = (secs: number): number => Math.round(secs * this.#rate);
    const range = this.#loopRange;
    const loop = range ? { start: frame(range.start), end: frame(range.end) } : this.#loop ? { start: 0, end: Infinity } : null;
    const stop = this.#stopAt === null ? null : frame(this.#stopAt);
    this.#post({ type: "bounds", track: this.#current, bounds: { loop, stop } });
  }

  #mix(): void {
    this.#post({ type: "gains", channels: this.#mixer.gains() });
    this.#later("volumechange");
  }

  #speed(): void {
    this.#post({ type: "speed", speed: this.#playbackRate, preservesPitch: this.#preservesPitch });
    this.#later("ratechange");
  }

  /** Lets the context run, or tells that the browser does not. */
  #wake(): void {
    const refused = (error: unknown): void => {
      if (this.#paused || this.#isClosed) return;
      this.#post({ type: "pause" });
      this.#paused = true;
      this.#later("pause");
      this.#settle(error);
    };
    this.#power.wake(refused);
  }

  warmUp(): Promise<void> {
    return this.#power.wake();
  }

  // From the audio thread

  #hear(report: Report): void {
    this.#underruns = report.underruns;
    if (report.seek !== this.#seek || this.#isClosed) return;
    if (report.track !== this.#current && report.reason !== "track") return;
    this.#clock.hear(report);
    this.#buffered = [report.frame, report.frame + report.buffered];
    switch (report.reason) {
      case "ready":
        return this.#isReady();
      case "play":
      case "speed":
        this.#target = undefined;
        this.#playedFrom ??= report.frame / this.#rate;
        if (this.#readyState < HAVE_ENOUGH_DATA) this.#isReady();
        if (report.reason === "play" && !this.#paused) {
          this.#tell("playing");
          this.#settle();
        }
        return report.reason === "speed" ? this.#tell("timeupdate") : undefined;
      case "waiting":
        this.#readyState = HAVE_CURRENT_DATA;
        this.#tell("waiting");
        return;
      case "loop":
        this.#countPlayed(this.#loopRange?.end ?? this.duration);
        this.#playedFrom = report.frame / this.#rate;
        return this.#tell("timeupdate");
      case "track":
        return this.#follow(report.track);
      case "pause":
        this.#target = undefined;
        return this.#tellPause();
      case "stop":
      case "ended":
        this.#target = undefined;
        this.#ended = report.reason === "ended";
        this.#countPlayed(report.frame / this.#rate);
        this.#playedFrom = undefined;
        if (!this.#paused) this.#pausing();
        this.#tellPause();
        if (this.#ended) this.#tell("ended");
        return;
      case "tick":
        if (report.speed > 0) this.#tellTime();
        return;
    }
  }

  #isReady(): void {
    const isFirst = this.#readyState === HAVE_METADATA;
    this.#readyState = HAVE_ENOUGH_DATA;
    if (isFirst) this.#tell("loadeddata");
    if (this.#seeking) {
      this.#seeking = false;
      this.#tell("timeupdate");
      this.#tell("seeked");
    }
    this.#tell("canplay");
    this.#tell("canplaythrough");
  }

  /** The next track has begun. */
  #follow(number: number): void {
    const before = this.#current;
    this.#current = number;
    this.#next = null;
    this.#loopRange = null;
    this.#stopAt = null;
    this.#played = new Ranges([]);
    this.#playedFrom = 0;
    this.#tracks.remove(before);
    this.#bound();
    this.#tell("durationchange");
    this.dispatchEvent(new CustomEvent("trackchange", { detail: { media: this.media } }));
  }

  /** It rests as soon as the audio thread has heard: then its place is known to the frame, and told. */
  #pausing(): void {
    this.#paused = this.#isPausing = true;
    this.#countPlayed(this.currentTime);
    this.#playedFrom = undefined;
    this.#settle(new DOMException("playing was ended by pause()", "AbortError"));
    this.#power.rest(() => this.#paused);
  }

  #tellPause(): void {
    if (!this.#isPausing) return;
    this.#isPausing = false;
    this.#tell("timeupdate");
    this.#tell("pause");
  }

  #fail(error: TimeSideError): void {
    const words = { code: 3, message: error.message, MEDIA_ERR_ABORTED: 1, MEDIA_ERR_NETWORK: 2, MEDIA_ERR_DECODE: 3, MEDIA_ERR_SRC_NOT_SUPPORTED: 4 } as const;
    this.#error = error.code === "network" ? { ...words, code: 2 } : words;
    this.#settle(error);
    if (!this.#paused) {
      this.#post({ type: "pause" });
      this.#pausing();
    }
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }

  /** The frame that is heard now, with its fraction. */
  #frame(): number {
    if (this.#target !== undefined && (this.#seeking || !this.#clock.latest)) return this.#target;
    const found = this.#clock.at(heardTime(this.#output.context) * this.#rate, (from, to) => this.#turned(from, to));
    // What is heard of the track before counts as the begin of this.
    return found?.track === this.#current ? found.frame : (this.#target ?? 0);
  }

  get anchor(): { contextTime: number; secs: number; rate: number } | null {
    const { latest } = this.#clock;
    if (!latest || latest.speed === 0 || latest.track !== this.#current) return null;
    return { contextTime: latest.contextFrame / this.#rate, secs: latest.frame / this.#rate, rate: latest.speed };
  }

  contextTimeAt(ms: number): number {
    return heardTime(this.#output.context) + (ms - performance.now()) / 1000;
  }

  /** Where a frame reckoned onwards from the last report really is: behind a loop's seam, or at an end. */
  #turned(from: number, to: number): number {
    const range = this.#loopRange;
    const total = this.duration * this.#rate;
    const end = range ? Math.min(Math.round(range.end * this.#rate), total || Infinity) : total;
    const start = range ? Math.round(range.start * this.#rate) : 0;
    if ((range || this.#loop) && from <= end && to >= end && end > start) return start + ((to - end) % (end - start));
    if (this.#stopAt !== null && from <= this.#stopAt * this.#rate) return Math.min(to, Math.round(this.#stopAt * this.#rate));
    return Number.isFinite(total) ? Math.min(to, total) : to;
  }

  #countPlayed(to: number): void {
    if (this.#playedFrom === undefined || !(to > this.#playedFrom)) return;
    this.#played = this.#played.with(this.#playedFrom, to);
    this.#playedFrom = this.#paused ? undefined : to;
  }

  // Telling

  #tellTime(): void {
    const now = performance.now();
    if (now - this.#toldMs < TIMEUPDATE_MS) return;
    this.#toldMs = now;
    this.#tell("timeupdate");
  }

  #tell(type: string): void {
    this.dispatchEvent(new Event(type));
  }

  /** Events of a caller's own doing come after the call. */
  #later(type: string): void {
    queueMicrotask(() => {
      if (!this.#isClosed) this.#tell(type);
    });
  }

  #settle(error?: unknown): void {
    for (const waiter of this.#waiters.splice(0)) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
  }
}
