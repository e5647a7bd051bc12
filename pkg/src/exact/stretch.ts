/**
 * Another speed at the same pitch: WSOLA, waveform similarity overlap-add (Verhelst and Roelands, ICASSP 1993).
 * Blocks of the signal are laid over each other with half an overlap; each is taken from where, near its nominal
 * place, it continues best what sounds already.
 */
import type { Queue } from "./queue.js";

/** Length of a block's half: long enough for a period of the lowest voices, short enough for consonants. */
const HALF_SECS = 0.022;
/** How far from its nominal place a block may be taken: half a period of 40 Hz. */
const REACH_SECS = 0.0125;
/** The search looks at every so-many-th frame first. */
const COARSE = 8;

export class Stretch {
  readonly #half: number;
  readonly #reach: number;
  readonly #fade: Float32Array;
  /** The block's frames, one array per channel. */
  readonly #out: Float32Array[];
  readonly #next: Float32Array[];
  readonly #target: Float32Array;
  readonly #field: Float32Array;
  #used = 0;
  #made = 0;
  /** Index in the stream that would continue what sounds; −1 at rest. */
  #continues = -1;
  /** Frames of the stream per frame of the block. */
  #speed = 1;

  constructor(sampleRate: number, channels: number) {
    this.#half = Math.max(16, Math.round(HALF_SECS * sampleRate));
    this.#reach = Math.max(COARSE, Math.round(REACH_SECS * sampleRate));
    const planes = () => Array.from({ length: channels }, () => new Float32Array(this.#half));
    this.#out = planes();
    this.#next = planes();
    this.#target = new Float32Array(this.#half);
    this.#field = new Float32Array(this.#half + 2 * this.#reach);
    this.#fade = Float32Array.from({ length: this.#half }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / this.#half));
  }

  /** Frames of the stream from the playhead on that the next block may look at. */
  get lookahead(): number {
    return this.#half + this.#reach + COARSE;
  }

  /** True while a block is not played out, or its end does not meet the signal at the playhead. */
  isBusy(playhead: number): boolean {
    return this.#used < this.#made || (this.#continues >= 0 && this.#continues !== playhead);
  }

  /** True if the next frame needs a new block. */
  get isEmpty(): boolean {
    return this.#used >= this.#made;
  }

  /** Forgets what sounds: the signal jumps. */
  reset(): void {
    this.#used = this.#made = 0;
    this.#continues = -1;
  }

  /**
   * Makes a block at the playhead, a whole number. Returns where it was taken from: at speed 1 that is where the
   * playhead is from then on, so that the signal as it is follows without a seam.
   */
  make(queue: Queue, playhead: number, speed: number): number {
    const continues = this.#continues < 0 ? playhead : this.#continues;
    // Towards the end what is there is drawn out: behind it is silence.
    const room = queue.end - playhead <= this.#half * speed ? this.#half : 2 * this.#half;
    const nominal = Math.max(0, Math.min(playhead, queue.end - room - this.#reach));
    const from = Math.max(0, nominal + this.#search(queue, nominal, continues));
    queue.copy(continues, this.#half, this.#out, 0);
    queue.copy(from, this.#half, this.#next, 0);
    if (from !== continues) {
      for (let c = 0; c < this.#out.length; c++) {
        const [out, next] = [this.#out[c]!, this.#next[c]!];
        for (let i = 0; i < this.#half; i++) out[i]! += (next[i]! - out[i]!) * this.#fade[i]!;
      }
    }
    this.#continues = from + this.#half;
    this.#speed = speed;
    this.#used = 0;
    this.#made = this.#half;
    return from;
  }

  /** Gives up to `count` frames of the block; returns how many, and how far the playhead goes with them. */
  take(out: Float32Array[], offset: number, count: number): { frames: number; advance: number } {
    const frames = Math.min(count, this.#made - this.#used);
    for (let c = 0; c < out.length; c++) {
      const [from, to] = [this.#out[c]!, out[c]!];
      for (let i = 0; i < frames; i++) to[offset + i] = from[this.#used + i]!;
    }
    this.#used += frames;
    return { frames, advance: frames * this.#speed };
  }

  /** The offset from `nominal` at which the signal is most like that at `continues`. */
  #search(queue: Queue, nominal: number, continues: number): number {
    const reach = this.#reach;
    this.#mix(queue, continues, this.#half, this.#target);
    this.#mix(queue, nominal - reach, this.#half + 2 * reach, this.#field);
    let best = { at: reach, likeness: -Infinity };
    const look = (at: number, step: number) => {
      const likeness = this.#likeness(at, step);
      // Of equals the nearest to the nominal place: silence must not wander.
      const isNearer = likeness === best.likeness && Math.abs(at - reach) < Math.abs(best.at - reach);
      if (likeness > best.likeness || isNearer) best = { at, likeness };
    };
    for (let at = 0; at <= 2 * reach; at += COARSE) look(at, COARSE);
    const middle = best.at;
    best = { at: middle, likeness: -Infinity };
    for (let at = Math.max(0, middle - COARSE); at <= Math.min(2 * reach, middle + COARSE); at++) look(at, 2);
    return best.at - reach;
  }

  /** Correlation of the target with the field at `at`, over the field's own energy. */
  #likeness(at: number, step: number): number {
    let [product, energy] = [0, 1e-9];
    for (let i = 0; i < this.#half; i += step) {
      const x = this.#field[at + i]!;
      product += x * this.#target[i]!;
      energy += x * x;
    }
    return product / Math.sqrt(energy);
  }

  /** The sum of the channels: all are taken from one place, so that their phases keep together. */
  #mix(queue: Queue, from: number, count: number, into: Float32Array): void {
    const half = this.#half;
    for (let done = 0; done < count; done += half) {
      const run = Math.min(half, count - done);
      queue.copy(from + done, run, this.#next, 0);
      for (let i = 0; i < run; i++) {
        let sum = 0;
        for (const channel of this.#next) sum += channel[i]!;
        into[done + i] = sum;
      }
    }
  }
}
