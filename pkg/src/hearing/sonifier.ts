/** Events as clicks and curves of pitch as tones, mixed with the playback: scheduled ahead from the medium's clock. */
import type { ExactPlayer, Media, MediaEngine } from "../types.js";
import { heardTime, type Output } from "./output.js";
import { Timeline } from "./timeline.js";
import { clickAt, Tone } from "./voices.js";

/** What one layer sounds like; times in seconds, rising. */
export interface Part {
  /** Clicks, or tones if there is a pitch at each time. */
  times: Float64Array;
  /** Hz; 0 and NaN are silence. */
  hz: Float64Array | null;
  /** 0..1. */
  volume: number;
  /** −1 (left) to 1 (right). */
  pan: number;
  /** Pitch of the clicks in Hz. */
  clickHz: number;
}

/** How far ahead of what is heard it is scheduled. A hidden page gets its turn once a second. Seconds. */
const AHEAD_SECS = 0.3;
const HIDDEN_AHEAD_SECS = 1.6;
const TICK_MS = 60;
/** Looks at two clocks at once, at most, and how long one may take. */
const LOOKS = 5;
const QUICK_SECS = 2e-4;
/** A clock further off than this is taken anew. The exact engine's is the context's own. Seconds. */
const DRIFT_SECS = 0.03;
const EXACT_DRIFT_SECS = 0.002;
/** Of a value, when no other follows: longer gaps are silence. Seconds. */
const HOLD_SECS = 0.1;

/** After these it moves, or rests, until the next of them. */
const MOVES = ["playing"];
const RESTS = ["pause", "seeking", "waiting", "ended", "emptied"];
const TURNS = ["play", "playing", "pause", "seeking", "seeked", "ratechange", "waiting", "ended", "enginechange", "emptied"];

/** Where the medium is at a time of the context, in seconds, and how fast it goes. */
interface Place {
  at: number;
  secs: number;
  rate: number;
}

interface Bus {
  context: AudioContext;
  gain: GainNode;
}

export class Sonifier {
  readonly #own: Output;
  readonly #sound: MediaEngine & { readonly exact: ExactPlayer | null };
  readonly #media: () => Media | null;
  readonly #parts = new Map<string, Part>();
  readonly #timeline = new Timeline();
  readonly #tones = new Map<string, Tone>();
  #clicks: AudioScheduledSourceNode[] = [];
  #bus: Bus | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isSet = false;
  #isMoving: boolean;
  #loop = "";
  #volume = 0.5;
  #cursor = false;
  readonly #turned = (event: Event): void => {
    this.#silence();
    if (MOVES.includes(event.type)) this.#isMoving = true;
    if (RESTS.includes(event.type)) this.#isMoving = false;
    if (event.type === "seeked" && this.#sound.paused && this.#cursor) void this.#soundCursor();
    this.#run();
  };
  readonly #louder = (): void => this.#setGain();
  readonly #moved = (): void => this.#tick();

  constructor(own: Output, sound: MediaEngine & { readonly exact: ExactPlayer | null }, media: () => Media | null) {
    this.#own = own;
    this.#sound = sound;
    this.#media = media;
    this.#isMoving = !sound.paused && !sound.seeking;
    for (const type of TURNS) sound.addEventListener(type, this.#turned);
    sound.addEventListener("volumechange", this.#louder);
    sound.addEventListener("timeupdate", this.#moved);
  }

  /** Gives a layer a voice, or takes it. */
  set(key: string, part: Part | null): void {
    if (part) this.#parts.set(key, part);
    else this.#parts.delete(key);
    this.#silence();
    this.#run();
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#setGain();
  }

  /** Whether a place that is stepped to at rest sounds: the pitch there, else its level as a pitch. */
  set cursor(on: boolean) {
    this.#cursor = on;
  }

  leave(): void {
    this.#parts.clear();
    this.#silence();
    clearInterval(this.#timer);
    for (const type of TURNS) this.#sound.removeEventListener(type, this.#turned);
    this.#sound.removeEventListener("volumechange", this.#louder);
    this.#sound.removeEventListener("timeupdate", this.#moved);
    this.#bus?.gain.disconnect();
    this.#bus = undefined;
  }

  /** Runs while there is something to play. */
  #run(): void {
    const wanted = this.#parts.size > 0 && !this.#sound.paused;
    if (wanted && this.#timer === undefined) this.#timer = setInterval(() => this.#tick(), TICK_MS);
    if (wanted) return this.#tick();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #busNow(): Bus {
    // The exact engine's own context: what is scheduled there is as exact as it.
    const context = this.#sound.exact?.context ?? this.#own.wake();
    if (this.#bus?.context === context) return this.#bus;
    this.#bus?.gain.disconnect();
    const gain = new GainNode(context);
    gain.connect(context.destination);
    this.#bus = { context, gain };
    this.#setGain();
    return this.#bus;
  }

  #setGain(): void {
    if (this.#bus) this.#bus.gain.gain.value = this.#sound.muted ? 0 : this.#sound.volume * this.#volume;
  }

  #tick(): void {
    const sound = this.#sound;
    if (!this.#isMoving || sound.paused || this.#parts.size === 0) return;
    const bus = this.#busNow();
    if (bus.context.state !== "running") return;
    const place = this.#look(bus.context);
    if (!place) return;
    this.#keepTime(place);
    const ahead = document.hidden ? HIDDEN_AHEAD_SECS : AHEAD_SECS;
    for (const stretch of this.#timeline.advance(bus.context.currentTime + ahead)) {
      for (const [key, part] of this.#parts) this.#schedule(bus, key, part, stretch);
    }
    this.#clicks = this.#clicks.slice(-256);
  }

  /** A time of the context and where the medium is then. The exact engine knows; `<audio>` is asked at one moment. */
  #look(context: AudioContext): Place | undefined {
    const { exact, playbackRate } = this.#sound;
    if (exact) {
      // A speed just asked for is not yet the speed that sounds.
      const { anchor } = exact;
      return anchor ? { at: anchor.contextTime, secs: anchor.secs, rate: anchor.rate } : undefined;
    }
    // A busy machine may let time pass between two looks, so the quickest of some counts.
    let best = { at: 0, secs: 0, rate: playbackRate, tookSecs: Infinity };
    for (let i = 0; i < LOOKS && best.tookSecs > QUICK_SECS; i++) {
      const before = heardTime(context);
      const secs = this.#sound.currentTime;
      const tookSecs = heardTime(context) - before;
      if (tookSecs < best.tookSecs) best = { at: before + tookSecs / 2, secs, rate: playbackRate, tookSecs };
    }
    return best;
  }

  /** Starts the timeline, or starts it anew where the medium is not where it was thought to be. */
  #keepTime({ at, secs, rate }: Place): void {
    const { exact, duration, loop: all } = this.#sound;
    const range = exact?.loopRange ?? null;
    const end = exact?.stopAt ?? (Number.isFinite(duration) ? duration : Infinity);
    const loop = range ?? (all && Number.isFinite(duration) ? { start: 0, end: duration } : null);
    const course = JSON.stringify([rate, loop, end, exact !== null]);
    const thought = this.#timeline.secsAt(at);
    const isOff = thought === undefined || Math.abs(thought - secs) > (exact ? EXACT_DRIFT_SECS : DRIFT_SECS) * Math.max(1, rate);
    if (this.#isSet && course === this.#loop && !isOff) return;
    this.#silence();
    this.#isSet = true;
    this.#loop = course;
    this.#timeline.start(secs, at, { rate, loop, end });
  }

  #schedule(bus: Bus, key: string, part: Part, { from, to, at }: { from: number; to: number; at: number }): void {
    const { rate } = this.#timeline;
    const { times, hz } = part;
    for (let i = lowerBound(times, from); i < times.length && times[i]! < to; i++) {
      const when = at + (times[i]! - from) / rate;
      if (hz) this.#toneOf(bus, key, part).to(hz[i]!, when, holds(times, i) / rate);
      else if (when >= bus.context.currentTime - 0.01) this.#clicks.push(clickAt(bus.gain, when, part));
    }
  }

  #toneOf(bus: Bus, key: string, part: Part): Tone {
    let tone = this.#tones.get(key);
    if (!tone) this.#tones.set(key, (tone = new Tone(bus.gain, part)));
    return tone;
  }

  /** What is scheduled does not sound: the medium has turned. */
  #silence(): void {
    this.#isSet = false;
    for (const click of this.#clicks) click.stop();
    this.#clicks = [];
    for (const tone of this.#tones.values()) tone.end();
    this.#tones.clear();
  }

  async #soundCursor(): Promise<void> {
    const secs = this.#sound.currentTime;
    const hz = this.#pitchAt(secs) ?? (await this.#levelAt(secs));
    if (!hz || !this.#sound.paused) return;
    const bus = this.#busNow();
    const tone = new Tone(bus.gain, { volume: 1, pan: 0 });
    const now = bus.context.currentTime;
    tone.to(hz, now, 0.12);
    setTimeout(() => tone.end(), 200);
  }

  #pitchAt(secs: number): number | undefined {
    for (const { times, hz } of this.#parts.values()) {
      const i = lowerBound(times, secs);
      const near = [i - 1, i].filter((j) => Math.abs((times[j] ?? Infinity) - secs) < HOLD_SECS);
      const found = hz && near.map((j) => hz[j]!).find((value) => value > 0);
      if (found) return found;
    }
    return undefined;
  }

  /** −60 dB to full scale as 200 to 1000 Hz. */
  async #levelAt(secs: number): Promise<number | undefined> {
    const media = this.#media();
    if (!media) return undefined;
    const start = Math.max(0, secs - 0.02);
    const peaks = await media.peaks({ start, end: start + 0.04, pixels: 1 }).catch(() => undefined);
    const rms = Math.max(0, ...(peaks?.channels.map((channel) => channel.rms[0] ?? 0) ?? []));
    if (!(rms > 1e-3)) return undefined;
    return 200 * 5 ** (1 + Math.log10(rms) / 3);
  }
}

/** Index of the first time not before `secs`. */
function lowerBound(times: Float64Array, secs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < secs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How long value `i` holds, in seconds of the medium. */
const holds = (times: Float64Array, i: number): number => Math.min(HOLD_SECS, (times[i + 1] ?? Infinity) - times[i]!);
