/** Another speed with its pitch, as a tape: interpolation by a windowed sinc, narrowed so that nothing folds back. */
import type { Queue } from "./queue.js";

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 16;
/** Steps of the table between two of them. */
const STEPS = 512;
/** Share of the band that is kept; the window's slope takes the rest. */
const BAND = 0.94;

/** `sinc(x) · window(x)` for `x = i / STEPS`, a Blackman–Harris window, and one element to interpolate with. */
const TABLE = Float32Array.from({ length: CROSSINGS * STEPS + 2 }, (_, i) => {
  const x = i / STEPS;
  if (x >= CROSSINGS) return 0;
  const phase = (Math.PI * x) / CROSSINGS;
  const window = 0.35875 + 0.48829 * Math.cos(phase) + 0.14128 * Math.cos(2 * phase) + 0.01168 * Math.cos(3 * phase);
  return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
});

/** Frames that are looked at on each side of a place at this speed. */
export function reach(speed: number): number {
  return Math.ceil((CROSSINGS * Math.max(1, speed)) / BAND) + 1;
}

export class Resample {
  #span: Float32Array[];

  constructor(channels: number) {
    this.#span = Array.from({ length: channels }, () => new Float32Array(0));
  }

  /** Writes `count` frames at `playhead`, `playhead + speed`, … into `out` from `offset` on. */
  render(queue: Queue, playhead: number, speed: number, out: Float32Array[], offset: number, count: number): void {
    const half = reach(speed);
    const first = Math.floor(playhead) - half;
    const length = Math.ceil(count * speed) + 2 * half + 2;
    if (this.#span[0]!.length < length) this.#span = this.#span.map(() => new Float32Array(length));
    queue.copy(first, length, this.#span, 0);
    const band = BAND / Math.max(1, speed);
    for (let n = 0; n < count; n++) {
      const at = playhead + n * speed - first;
      const [low, high] = [Math.floor(at) - half + 1, Math.floor(at) + half];
      for (let c = 0; c < out.length; c++) {
        const span = this.#span[c]!;
        let sum = 0;
        for (let i = low; i <= high; i++) {
          const x = Math.abs(i - at) * band * STEPS;
          const step = Math.floor(x);
          if (step >= CROSSINGS * STEPS) continue;
          const value = TABLE[step]!;
          sum += span[i]! * (value + (TABLE[step + 1]! - value) * (x - step));
        }
        out[c]![offset + n] = sum * band;
      }
    }
  }
}
