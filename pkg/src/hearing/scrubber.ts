/** Sound under the hand: while a pointer is drawn along the ruler, short grains of the engine's own decode sound there. */
import type { Media, MediaEngine } from "../types.js";
import type { Output } from "./output.js";

/** Length of a grain in seconds: a few periods of the lowest voices. */
const GRAIN_SECS = 0.12;
/** It comes and goes in this time. */
const FADE_SECS = 0.03;
/** From one grain to the next, so that they overlap by their fades. */
const STEP_MS = (GRAIN_SECS - FADE_SECS) * 1000;

export class Scrubber {
  readonly #output: Output;
  readonly #sound: MediaEngine;
  readonly #media: () => Media | null;
  #wanted: number | undefined;
  #busy = false;
  #isDown = false;
  #wasPlaying = false;

  constructor(output: Output, sound: MediaEngine, media: () => Media | null) {
    this.#output = output;
    this.#sound = sound;
    this.#media = media;
  }

  /** The hand is at a time, in seconds. The playback rests meanwhile. */
  at(secs: number): void {
    if (!this.#isDown) {
      this.#isDown = true;
      this.#wasPlaying = !this.#sound.paused;
      if (this.#wasPlaying) this.#sound.pause();
    }
    this.#wanted = secs;
    if (!this.#busy) void this.#run();
  }

  /** The hand has let go: what played goes on. */
  end(): void {
    this.#wanted = undefined;
    if (!this.#isDown) return;
    this.#isDown = false;
    // Its caller seeks first.
    if (this.#wasPlaying) queueMicrotask(() => void this.#sound.play().catch(() => undefined));
  }

  /** One grain after the other, each where the hand is by then. */
  async #run(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#wanted !== undefined) {
        const secs = this.#wanted;
        this.#wanted = undefined;
        await this.#grain(secs);
      }
    } catch {
      // What cannot be read does not sound; the medium itself tells why.
    } finally {
      this.#busy = false;
    }
  }

  async #grain(secs: number): Promise<void> {
    const media = this.#media();
    if (!media || this.#sound.muted) return;
    const start = Math.max(0, secs - GRAIN_SECS / 2);
    const end = Math.min(start + GRAIN_SECS, media.info.duration ?? Infinity);
    if (end - start < FADE_SECS) return;
    const channels = await media.samples(start, end);
    const length = channels[0]?.length ?? 0;
    if (length === 0 || !this.#isDown) return;
    const context = this.#output.wake();
    const buffer = context.createBuffer(channels.length, length, media.info.sampleRate);
    channels.forEach((samples, c) => buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, c));
    const source = new AudioBufferSourceNode(context, { buffer });
    const gain = new GainNode(context, { gain: 0 });
    const now = context.currentTime;
    const { volume } = this.#sound;
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(volume, now + FADE_SECS);
    gain.gain.setValueAtTime(volume, now + buffer.duration - FADE_SECS);
    gain.gain.linearRampToValueAtTime(0, now + buffer.duration);
    source.connect(gain).connect(context.destination);
    source.onended = () => gain.disconnect();
    source.start(now);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
