/** What `layers.configure()` and `layers.add()` take, checked before it reaches the widget. */
import { TimeSideError } from "../errors.js";
import type { AnalyzerResult } from "../types.js";

/** How any layer looks. What is left out stays; `null` gives the default back. */
export interface LayerSettings {
  /** As shown in the legend. */
  name?: string | null;
  /** Is it drawn? */
  visible?: boolean;
  /** 0 to 1. */
  opacity?: number | null;
  /** How it is laid over the other layers of its lane: `normal`, `multiply`, `screen`, `lighten`, `darken`. */
  blend?: string | null;
  /** Height of its lane in CSS pixels. */
  height?: number | null;
  /** Layers of one group share a lane; a layer's own id is its default group. */
  group?: string | null;
  /** Colour of its mark, any CSS colour. */
  color?: string | null;
  /** `magma`, `inverted-grey`, `viridis`, `inferno`, `cividis` or `grey`; of spectrograms and matrices. Default by the theme. */
  colorMap?: string | null;
  /** What the height (of a matrix: the colours) stands for: lowest and highest value; default fitted to the data. */
  range?: readonly [number, number] | null;
  /**
   * Of values: `linear` (default), `log`, `db`; of a waveform: `linear`, `db`; of a matrix: `linear`, or `log` (default)
   * where its rows are frequencies; of boxes and spectrograms: `mel` (default), `linear`, `log`, `bark`, `erb`.
   */
  scale?: string | null;
  /** Are texts drawn? Default true. */
  labels?: boolean | null;
  /** Waveform: samples are multiplied by it; default 1. */
  gain?: number | null;
  /** Waveform with `scale: "db"`: level in dB at the middle line, default −60. Spectrogram: of the first colour, default −85. */
  floorDb?: number | null;
  /** Waveform: is the RMS core drawn? Default true. */
  rms?: boolean | null;
  /** Waveform: are samples at full scale marked? Default true. */
  clipping?: boolean | null;
  /** Waveform: is the loudest sample as high as the lane? Default false. */
  normalise?: boolean | null;
  /** Waveform: `mix` or `apart` (default). */
  channels?: string | null;
  /** Events, segments, texts and boxes as clicks where they begin, notes and curves in Hz as tones: heard with the sound? Default false. */
  sonify?: boolean | null;
}

/** How the spectrogram is made, spread and coloured. What is left out stays; `null` gives the default back. */
export interface SpectrogramSettings extends LayerSettings {
  /** Level of the map's last colour in dB relative to a full-scale sine; default −15. Never asks the engine. */
  ceilingDb?: number | null;
  /** Added to every level; default 0. Never asks the engine. */
  gainDb?: number | null;
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

/** Something on the time axis; as `Annotation`, without what only annotations need. */
export interface LayerItem {
  /** Seconds. */
  start: number;
  /** Seconds; left out for a moment. */
  end?: number;
  label?: string;
  /** Height, or MIDI number of a note. */
  value?: number;
  /** Lower edge of a box, Hz. */
  low?: number;
  /** Upper edge of a box, Hz. */
  high?: number;
}

/** What a layer can be. */
export type LayerKind = "waveform" | "spectrogram" | "curve" | "matrix" | "events" | "segments" | "notes" | "text" | "boxes";

/** A layer to add: of the recording (`kind`), of a result, or of the page's own data. */
export interface LayerOptions extends SpectrogramSettings {
  /** Default: the kind, or the result's id; a number is added where it is taken. */
  id?: string;
  kind?: LayerKind;
  /** A result that the page has computed. */
  result?: AnalyzerResult;
  /** Data of its own, of a kind from `events` on. */
  items?: readonly LayerItem[];
  /** Unit of the items' values. */
  unit?: string;
}

const SCALES = ["linear", "log", "mel", "bark", "erb"];
const MAPS = ["magma", "inverted-grey", "viridis", "inferno", "cividis", "grey"];

/** A type, words to choose from, or the least and the most of a number (whole numbers only, if so said). */
type Rule = "text" | "switch" | "range" | readonly string[] | readonly [least: number, most: number, whole?: true];
const COMMON: Record<string, Rule> = {
  name: "text",
  visible: "switch",
  opacity: [0, 1],
  blend: ["normal", "multiply", "screen", "lighten", "darken"],
  height: [16, 2000],
  group: "text",
  color: "text",
  labels: "switch",
};
/** What begins at places in time, or has a pitch, can be heard too. */
const HEARD: Record<string, Rule> = { sonify: "switch" };
const VALUES: Record<string, Rule> = { range: "range", scale: ["linear", "log", "db"] };
const OWN: Record<string, Record<string, Rule>> = {
  waveform: {
    scale: ["linear", "db"],
    gain: [0.001, 1e6],
    floorDb: [-200, -1],
    rms: "switch",
    clipping: "switch",
    normalise: "switch",
    channels: ["mix", "apart"],
  },
  spectrogram: {
    colorMap: MAPS,
    scale: SCALES,
    window: ["hann", "hamming", "blackman", "blackman_harris", "gaussian", "kaiser", "flat_top", "rectangular"],
    floorDb: [-200, 100],
    ceilingDb: [-200, 100],
    gainDb: [-100, 100],
    minHz: [0, 1e6],
    maxHz: [0, 1e6],
    block: [16, 65_536, true],
    padding: [1, 16, true],
    channel: [0, 1024, true],
  },
  curve: { ...VALUES, ...HEARD },
  matrix: { colorMap: MAPS, range: "range", scale: ["linear", "log"] },
  events: { ...VALUES, ...HEARD },
  segments: { ...VALUES, ...HEARD },
  notes: { range: "range", ...HEARD },
  text: HEARD,
  boxes: { range: "range", scale: SCALES, ...HEARD },
};

/** @internal What a kind of layer takes; of one whose kind is not known yet, anything that some kind takes. */
export function checkSettings(call: string, kind: string | undefined, settings: object): void {
  const kinds = kind === undefined ? Object.values(OWN) : [OWN[kind] ?? {}];
  for (const [name, value] of Object.entries(settings)) {
    const rules = [COMMON[name], ...kinds.map((own) => own[name])].filter((rule) => rule !== undefined);
    if (rules.length === 0) {
      const known = [COMMON, ...kinds].flatMap((own) => Object.keys(own));
      throw refused(call, name, `is unknown${kind ? ` to a layer of kind ${kind}` : ""}; known are ${[...new Set(known)].join(", ")}`);
    }
    if (value === null || value === undefined) continue;
    const wrong = rules.map((rule) => against(rule, value));
    if (wrong.every((words) => words !== undefined)) throw refused(call, name, wrong[0]!);
  }
}

/** @internal The kinds there are. */
export const KINDS = Object.keys(OWN);

/** What is wrong with a value, in words. */
function against(rule: Rule, value: unknown): string | undefined {
  if (rule === "text") return typeof value === "string" ? undefined : "must be a text";
  if (rule === "switch") return typeof value === "boolean" ? undefined : "must be true or false";
  if (rule === "range") {
    const [low, high] = Array.isArray(value) ? (value as unknown[]) : [];
    const good = Number.isFinite(low) && Number.isFinite(high) && (low as number) < (high as number);
    return good ? undefined : "must be two numbers, the lower one first";
  }
  if (typeof rule[0] === "string") {
    return (rule as readonly string[]).includes(value as string) ? undefined : `must be one of ${rule.join(", ")}`;
  }
  const [least, most, whole] = rule as readonly [number, number, true?];
  const good = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  return good ? undefined : `must be a ${whole ? "whole " : ""}number from ${least} to ${most}`;
}

/** @internal */
export function refused(call: string, name: string, reason: string): TimeSideError {
  return new TimeSideError("bad-parameter", `${call}: ${name} ${reason}`, { processor: call, parameter: name });
}
