/** Work with the sound of one element: stretches, grains under the hand, clicks and tones, the system's keys, links. */
import { bring, isMissing } from "./later.js";
import { loadHearing } from "../player-lazy.js";
import { TimeSideError } from "../player-sdk.js";
import type { Hearing } from "../hearing/hearing.js";
import type { AnalyzerResult, LoopRange } from "../types.js";
import type { TimesidePlayer } from "./element.js";
import { LayerSounds } from "./layer-sounds.js";
import { Links } from "./links.js";
import { SessionTie } from "./media-session.js";
import { partOf, type Sonified, type SonifyOptions } from "./sonified.js";
import type { Sound } from "./sound.js";
import type { PlayerHandle } from "./joining.js";

export type { Sonified, SonifyOptions } from "./sonified.js";

/** In what the ruler counts: time from the start, frames, the hour of the day (where the recording tells it), beats. */
export type RulerUnit = "time" | "frames" | "clock" | "beats";

/** @internal The part of the wasm's bridge that is done here. */
export interface PlaybackBridge {
  playRange(start: number, end: number): void;
  playAround(at: number): void;
  repeatRange(start: number, end: number): void;
  scrub(at: number): void;
  copyLink(): void;
}

/** Attributes that need the widget. */
const OBSERVED = ["deeplinks", "ruler", "wrap"];
/** What `wrap` without a number means, in seconds. */
const LINE_SECS = 10;
/** So near, two times are one place. Seconds. */
const SAME_SECS = 0.05;
const WIDEST_ROLL_SECS = 60;

export class Playback {
  readonly #element: TimesidePlayer;
  readonly #sound: Sound;
  readonly #links: Links;
  readonly #session: SessionTie;
  readonly #attributes = new MutationObserver((records) => {
    for (const { attributeName } of records) this.#apply(attributeName ?? "");
  });
  #handle: PlayerHandle | undefined;
  #hearing: Promise<Hearing> | undefined;
  #returnTo: { at: number; end: number } | undefined;
  #preRoll = 1;
  #postRoll = 1;
  #sonifyVolume = 0.5;
  #sonifyCursor = false;
  #scrubs = true;
  #isPressed = false;
  #beats: { times: Float64Array; meter: number } | undefined;
  readonly #sonified = new Set<string>();
  readonly #layerSounds = new LayerSounds((key, what) => this.sonify(key, what));
  readonly #paused = (): void => this.#goBack();
  readonly #ready = (): void => {
    this.#beats = undefined;
    for (const key of [...this.#sonified]) void this.sonify(key, null);
    this.#layerSounds.forget();
    this.layersChanged();
    this.#apply("ruler");
  };
  readonly #found = (event: Event): void => this.#listenForBeats((event as CustomEvent<{ result: AnalyzerResult }>).detail.result);

  /** @internal */
  constructor(element: TimesidePlayer, sound: Sound) {
    this.#element = element;
    this.#sound = sound;
    this.#links = new Links(element, this);
    this.#session = new SessionTie(element);
    element.addEventListener("pause", this.#paused);
    element.addEventListener("ready", this.#ready);
    element.addEventListener("analysisresult", this.#found);
  }

  /** @internal */
  get bridge(): PlaybackBridge {
    return {
      playRange: (start, end) => quietly(this.playRange(start, end)),
      playAround: (at) => quietly(this.playAround(at)),
      repeatRange: (start, end) => (this.#sound.loopRange = end > start ? { start, end } : null),
      scrub: (at) => this.#press(at),
      copyLink: () => void this.copyLink(),
    };
  }

  /** @internal The widget stands. */
  attach(handle: PlayerHandle): void {
    this.#handle = handle;
    this.#attributes.observe(this.#element, { attributeFilter: OBSERVED });
    for (const name of OBSERVED) this.#apply(name);
  }

  /** @internal Layers, or what they show, are others: those set to be heard are. */
  layersChanged(): void {
    if (this.#handle) this.#layerSounds.follow(this.#handle);
  }

  /** @internal The widget is taken down. */
  leave(): void {
    this.#attributes.disconnect();
    this.#element.removeEventListener("pause", this.#paused);
    this.#element.removeEventListener("ready", this.#ready);
    this.#element.removeEventListener("analysisresult", this.#found);
    this.#session.leave();
    this.#links.leave();
    void this.#hearing?.then((hearing) => hearing.leave());
    this.#hearing = this.#handle = undefined;
  }

  // Stretches

  /**
   * Plays from `start` to `end` (seconds) and stops there: to the frame, unless `engine="media"`. A stretch that is
   * looped goes on being looped.
   *
   * @throws {TimeSideError} `bad-parameter`
   */
  async playRange(start: number, end: number): Promise<void> {
    if (!(start >= 0 && end > start)) throw refused("playRange", "end", `must lie after start, from 0: got ${start} to ${end}`);
    this.#returnTo = undefined;
    await this.#sound.playRange(start, end);
  }

  /** Plays what is selected; resolves at once where nothing is. */
  async playSelection(): Promise<void> {
    const selected = this.selection;
    if (selected) await this.playRange(selected.start, selected.end);
  }

  /** What is selected, in seconds; `null` if nothing is. `selectionchange` tells of another. */
  get selection(): LoopRange | null {
    return (this.#handle?.selection as LoopRange | null | undefined) ?? null;
  }

  set selection(range: LoopRange | null) {
    this.#handle?.select(range?.start ?? 0, range?.end ?? 0);
  }

  /** Plays from `preRoll` before a time (default: where the playhead is) to `postRoll` after it, and returns to it. */
  async playAround(at: number = this.#element.currentTime): Promise<void> {
    // Pressed again while it plays, it is about the same place.
    const about = this.#returnTo?.at ?? at;
    const { duration } = this.#element;
    const end = Math.min(about + this.#postRoll, duration || Infinity);
    const start = Math.max(0, about - this.#preRoll);
    if (!(end > start)) return;
    await this.playRange(start, end);
    this.#returnTo = { at: about, end };
  }

  /** Seconds before the playhead that {@link playAround} begins at; default 1. */
  get preRoll(): number {
    return this.#preRoll;
  }

  set preRoll(secs: number) {
    this.#preRoll = roll("preRoll", secs);
  }

  /** Seconds after the playhead that it ends at; default 1. */
  get postRoll(): number {
    return this.#postRoll;
  }

  set postRoll(secs: number) {
    this.#postRoll = roll("postRoll", secs);
  }

  /** Repeats the selection to the frame while there is one, and the whole recording else. */
  get loops(): boolean {
    return this.#sound.loop;
  }

  set loops(on: boolean) {
    if (on !== this.#sound.loop) this.#handle?.toggleLoop();
  }

  // Sounds of our own

  /** Whether a drag along the ruler sounds; default true. */
  get scrubs(): boolean {
    return this.#scrubs;
  }

  set scrubs(on: boolean) {
    this.#scrubs = Boolean(on);
  }

  /** Sounds a short grain of the recording at a time (seconds), as a hand on the ruler does; `null` lets go. */
  async scrub(at: number | null): Promise<void> {
    if (at === null && !this.#hearing) return;
    const { scrubber } = await this.#hear();
    if (at === null) scrubber.end();
    else scrubber.at(at);
  }

  /**
   * Makes a result, or times and pitches, audible beside the playback: events as clicks, pitch (Hz over time) as a tone.
   * It follows seeks, speed and loops. `null` ends it.
   *
   * @throws {TimeSideError} `bad-parameter`
   */
  async sonify(key: string, what: Sonified | null, options: SonifyOptions = {}): Promise<void> {
    if (what === null && !this.#sonified.has(key)) return;
    const part = what && partOf(what, options);
    const { sonifier } = await this.#hear();
    sonifier.set(key, part);
    if (part) this.#sonified.add(key);
    else this.#sonified.delete(key);
  }

  /** The keys of what is audible beside the playback. */
  get sonified(): string[] {
    return [...this.#sonified];
  }

  /** How loud that is beside the recording, 0 to 1; default 0.5. */
  get sonifyVolume(): number {
    return this.#sonifyVolume;
  }

  set sonifyVolume(volume: number) {
    if (!(volume >= 0 && volume <= 1)) throw refused("sonifyVolume", "volume", `must be from 0 to 1, not ${volume}`);
    this.#sonifyVolume = volume;
    void this.#hearing?.then(({ sonifier }) => (sonifier.volume = volume));
  }

  /** At rest, each place that is sought sounds as a tone: the pitch there of a curve that is sonified, else its level. */
  get sonifyCursor(): boolean {
    return this.#sonifyCursor;
  }

  set sonifyCursor(on: boolean) {
    this.#sonifyCursor = Boolean(on);
    if (on || this.#hearing) void this.#hear().then(({ sonifier }) => (sonifier.cursor = this.#sonifyCursor));
  }

  // Time

  /** In what the ruler counts; as the attribute. */
  get ruler(): RulerUnit {
    const unit = this.#element.getAttribute("ruler");
    return unit === "frames" || unit === "clock" || unit === "beats" ? unit : "time";
  }

  set ruler(unit: RulerUnit) {
    this.#element.setAttribute("ruler", unit);
  }

  /** Seconds in a line of the wrapped waveform, 0 where it is in one line. */
  get wrap(): number {
    return this.#handle?.wrap ?? 0;
  }

  set wrap(secs: number) {
    if (secs > 0) this.#element.setAttribute("wrap", String(secs));
    else {
      this.#element.removeAttribute("wrap");
      // A key may have wrapped it without the attribute.
      if (this.#handle) this.#handle.wrap = 0;
    }
  }

  /** Where beats are, in seconds, for `ruler="beats"`. Without it, the first analysis that finds beats says it. */
  setBeats(times: ArrayLike<number>, beatsPerBar = 4): void {
    if (!(Number.isInteger(beatsPerBar) && beatsPerBar > 0)) throw refused("setBeats", "beatsPerBar", `must be a whole number from 1, not ${beatsPerBar}`);
    this.#beats = { times: Float64Array.from(times).sort(), meter: beatsPerBar };
    this.#apply("ruler");
  }

  // Links

  /** The page's address with the present place. */
  link(): string {
    return this.#links.link();
  }

  /** Puts {@link link} on the clipboard, and says so; where the browser refuses, the link is shown. */
  async copyLink(): Promise<void> {
    const link = this.link();
    try {
      await navigator.clipboard.writeText(link);
      this.#handle?.tellCopied();
    } catch {
      this.#handle?.warn(new TimeSideError("unsupported-environment", `This browser does not allow copying here. The link: ${link}`));
    }
  }

  #apply(name: string): void {
    const handle = this.#handle;
    if (!handle) return;
    const value = this.#element.getAttribute(name);
    if (name === "deeplinks") this.#links.follows = value !== null;
    // What draws lines is on its way; if it does not come, the widget says so.
    if (name === "wrap" && value !== null && isMissing()) bring().then(() => this.#apply(name), () => undefined);
    else if (name === "wrap") handle.wrap = value === null ? 0 : Number(value) > 0 ? Number(value) : LINE_SECS;
    if (name === "ruler") this.#count(handle);
  }

  #count(handle: PlayerHandle): void {
    const none = new Float64Array(0);
    const info = this.#element.media?.info;
    const unit = this.ruler;
    if (unit === "beats" && this.#beats) handle.countTimeIn("beats", this.#beats.meter, this.#beats.times);
    else if (unit === "clock" && info?.timeReference != null) handle.countTimeIn("day", info.timeReference / info.sampleRate, none);
    else handle.countTimeIn(unit === "frames" ? "frames" : "time", 0, none);
  }

  #listenForBeats(result: AnalyzerResult | undefined): void {
    if (this.#beats || !result || !/beat/i.test(result.id)) return;
    if (result.timeMode === "event" || result.timeMode === "segment") this.setBeats(result.time);
  }

  #goBack(): void {
    const target = this.#returnTo;
    this.#returnTo = undefined;
    if (target && Math.abs(this.#sound.currentTime - target.end) < SAME_SECS) this.#element.currentTime = target.at;
  }

  /** The pointer on the ruler: a press alone seeks, only a drag sounds. */
  #press(at: number): void {
    const isUp = Number.isNaN(at);
    if (this.#scrubs && (isUp || this.#isPressed)) void this.scrub(isUp ? null : at);
    this.#isPressed = !isUp;
  }

  #hear(): Promise<Hearing> {
    this.#hearing ??= loadHearing().then(
      (Hearing) => {
        const hearing = new Hearing(this.#sound, () => this.#element.media);
        hearing.sonifier.volume = this.#sonifyVolume;
        return hearing;
      },
      (error: unknown) => {
        this.#hearing = undefined;
        throw error;
      },
    );
    return this.#hearing;
  }
}

function roll(name: string, secs: number): number {
  if (!(secs >= 0 && secs <= WIDEST_ROLL_SECS)) throw refused(name, "secs", `must be seconds from 0 to ${WIDEST_ROLL_SECS}, not ${secs}`);
  return secs;
}

function refused(what: string, parameter: string, reason: string): TimeSideError {
  return new TimeSideError("bad-parameter", `${what}: ${parameter} ${reason}`, { processor: what, parameter });
}

/** A refusal to play shows as an event. */
const quietly = (played: Promise<void>): void => void played.catch(() => undefined);
