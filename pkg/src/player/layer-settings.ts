/** What `layers.configure()` takes, checked before it reaches the widget. */
import { TimeSideError } from "../player-sdk.js";

/** How the spectrogram is made, spread and coloured. What is left out stays; `null` gives the default back. */
export interface SpectrogramSettings {
  /** `magma`, `inverted-grey`, `viridis`, `inferno`, `cividis` or `grey`; default by the theme. Never asks the engine. */
  colorMap?: string | null;
  /** Level of the map's first colour in dB relative to a full-scale sine; default −85. Never asks the engine. */
  floorDb?: number | null;
  /** Level of its last; default −15. Never asks the engine. */
  ceilingDb?: number | null;
  /** Added to every level; default 0. Never asks the engine. */
  gainDb?: number | null;
  /** Frequency axis: `mel` (default), `linear`, `log`, `bark` or `erb`. */
  scale?: string | null;
  /** Frequency in Hz at the bottom; default the scale's lowest. */
  minHz?: number | null;
  /** Frequency in Hz at the top; default half the sample rate. */
  maxHz?: number | null;
  /** Samples under the window, 16 to 65536; default 2048. */
  block?: number | null;
  /** Points of the FFT are so many times as many, 1 to 16; default 1. */
  padding?: number | null;
  /** Window, as in `media.spectrogram()`; default `hann`. */
  window?: string | null;
  /** One channel, from 0; default the mean of all. */
  channel?: number | null;
}

const TEXTS: Record<string, readonly string[]> = {
  colorMap: ["magma", "inverted-grey", "viridis", "inferno", "cividis", "grey"],
  scale: ["linear", "log", "mel", "bark", "erb"],
  window: ["hann", "hamming", "blackman", "blackman_harris", "gaussian", "kaiser", "flat_top", "rectangular"],
};
const NUMBERS: Record<string, readonly [least: number, most: number, whole?: true]> = {
  floorDb: [-200, 100],
  ceilingDb: [-200, 100],
  gainDb: [-100, 100],
  minHz: [0, 1e6],
  maxHz: [0, 1e6],
  block: [16, 65_536, true],
  padding: [1, 16, true],
  channel: [0, 1024, true],
};

/** Settings of a layer that were asked for, kept for when the widget comes. */
export class LayerSettings {
  readonly #given = new Map<string, SpectrogramSettings>();

  /** Checks and keeps; gives what is to be told. */
  configure(id: string, settings: SpectrogramSettings): SpectrogramSettings {
    if (id !== "spectrogram") throw refused("id", `“${id}” is no layer with settings; spectrogram is`);
    for (const [name, value] of Object.entries(settings)) check(name, value);
    this.#given.set(id, { ...this.#given.get(id), ...settings });
    return settings;
  }

  /** Tells all of them. */
  tell(handle: { configureLayer(id: string, settings: SpectrogramSettings): void }): void {
    for (const [id, settings] of this.#given) handle.configureLayer(id, settings);
  }
}

function check(name: string, value: unknown): void {
  const texts = TEXTS[name];
  const bounds = NUMBERS[name];
  if (!texts && !bounds) throw refused(name, `is unknown; known are ${[...Object.keys(TEXTS), ...Object.keys(NUMBERS)].join(", ")}`);
  if (value === null || value === undefined) return;
  if (texts && !texts.includes(value as string)) throw refused(name, `must be one of ${texts.join(", ")}`);
  if (!bounds) return;
  const [least, most, whole] = bounds;
  const number = value as number;
  if (typeof value !== "number" || !(number >= least && number <= most) || (whole && !Number.isInteger(number))) {
    throw refused(name, `must be a ${whole ? "whole " : ""}number from ${least} to ${most}`);
  }
}

function refused(name: string, reason: string): TimeSideError {
  return new TimeSideError("bad-parameter", `layers.configure: ${name} ${reason}`, { processor: "layers.configure", parameter: name });
}
