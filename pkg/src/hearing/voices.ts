/** The two voices of a layer: a click and a tone. */

/** Length of a click in seconds. */
const CLICK_SECS = 0.03;
/** A tone comes and goes in this time. */
const FADE_SECS = 0.008;

/** A click at a time of the context. */
export function clickAt(bus: GainNode, when: number, { clickHz, volume, pan }: { clickHz: number; volume: number; pan: number }): AudioScheduledSourceNode {
  const { context } = bus;
  const click = new OscillatorNode(context, { type: "triangle", frequency: clickHz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(volume, when);
  gain.gain.exponentialRampToValueAtTime(1e-3 * Math.max(volume, 1e-3), when + CLICK_SECS);
  click.connect(gain).connect(new StereoPannerNode(context, { pan })).connect(bus);
  click.onended = () => gain.disconnect();
  click.start(when);
  click.stop(when + CLICK_SECS);
  return click;
}

/** A tone that follows a curve. */
export class Tone {
  readonly #oscillator: OscillatorNode;
  readonly #gain: GainNode;
  readonly #volume: number;
  #until = -1;

  constructor(bus: GainNode, { volume, pan }: { volume: number; pan: number }) {
    const { context } = bus;
    this.#volume = volume;
    this.#oscillator = new OscillatorNode(context, { type: "triangle" });
    this.#gain = new GainNode(context, { gain: 0 });
    this.#oscillator.connect(this.#gain).connect(new StereoPannerNode(context, { pan })).connect(bus);
    this.#oscillator.onended = () => this.#gain.disconnect();
    this.#oscillator.start();
  }

  /** From `when` on it has this pitch, for so long; 0 and NaN are silence. */
  to(hz: number, when: number, secs: number): void {
    if (!(hz > 0)) return;
    const { frequency } = this.#oscillator;
    const { gain } = this.#gain;
    if (when > this.#until + FADE_SECS) {
      // After a gap it begins anew, without a glide.
      frequency.setValueAtTime(hz, when);
      gain.setValueAtTime(0, when);
      gain.linearRampToValueAtTime(this.#volume, when + FADE_SECS);
    } else {
      gain.cancelScheduledValues(this.#until);
      gain.setValueAtTime(this.#volume, this.#until);
      frequency.linearRampToValueAtTime(hz, when);
    }
    this.#until = when + secs;
    gain.setValueAtTime(this.#volume, this.#until);
    gain.linearRampToValueAtTime(0, this.#until + FADE_SECS);
  }

  /** Silence, now. */
  end(): void {
    const { currentTime } = this.#gain.context;
    this.#gain.gain.cancelScheduledValues(currentTime);
    this.#gain.gain.setTargetAtTime(0, currentTime, FADE_SECS / 3);
    this.#oscillator.stop(currentTime + 4 * FADE_SECS);
  }
}
