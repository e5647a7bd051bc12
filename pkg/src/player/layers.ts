/** `element.layers`: what is drawn over time. Wishes made before the widget stands are kept for it. */
import { checkSettings, KINDS, type LayerKind, type LayerOptions, type LayerSettings, refused, type SpectrogramSettings } from "./layer-settings.js";
import type { PlayerHandle } from "./joining.js";

/** @internal */
export const DEFAULT_LAYERS = "waveform spectrogram";

/** Wishes kept at most. */
const MAX_WISHES = 1000;

/** A layer as it is now. */
export interface LayerInfo {
  readonly id: string;
  readonly kind: LayerKind;
  /** Where its data comes from. */
  readonly source: "recording" | "result" | "page" | "track" | "chapters" | "markers";
  /** Id of its result, or `null`. */
  readonly result: string | null;
  readonly name: string;
  readonly unit: string;
  readonly visible: boolean;
  readonly opacity: number;
  readonly blend: string;
  /** CSS pixels. */
  readonly height: number;
  readonly group: string;
  /** Empty where it has none. */
  readonly color: string;
  readonly colorMap: string | null;
  readonly scale: string | null;
  /** What its height (of a matrix: its colours) stands for now. */
  readonly range: readonly [number, number] | null;
  /** Was the range set, rather than fitted? */
  readonly isRangeFixed: boolean;
  /** Rows or items that have come. */
  readonly rows: number;
  /** What made it: analyzer, result, version, parameters, date, author; `null` for what is no result. */
  readonly provenance: {
    analyzer: string;
    result: string;
    version: string;
    parameters: Readonly<Record<string, unknown>>;
    date: string;
    author: string;
  } | null;
  /** And its other settings, by their names. */
  readonly [setting: string]: unknown;
}

/** The layers shown. */
export interface Layers {
  /** Their ids in their order, top down; those of one group from the back to the front. */
  list(): string[];
  /** All that is known of each, in the same order: its kind, source, provenance and settings. */
  describe(): LayerInfo[];
  /** Adds a layer of the recording by its kind, one of a result, or one with data of its own; gives its id. */
  add(layer: "waveform" | "spectrogram" | LayerOptions): string;
  /** Takes a layer out of the list, with its result if it shows one. */
  remove(id: string): void;
  /** Moves a layer to a place in the list, 0 being the top. */
  move(id: string, place: number): void;
  /** Changes how a layer looks. Of one that is not there yet, kept until it is. */
  configure(id: "spectrogram", settings: SpectrogramSettings): void;
  configure(id: string, settings: LayerSettings & SpectrogramSettings): void;
}

type Wish = (handle: PlayerHandle) => void;

/** @internal The layers of a widget that comes and goes. */
export class LayerList implements Layers {
  readonly #attribute: () => string;
  readonly #handle: () => PlayerHandle | undefined;
  readonly #wishes: Wish[] = [];
  /** Layers wished for before there is a widget to tell of them. */
  readonly #added: { id: string; kind: LayerKind }[] = [];

  constructor(attribute: () => string, handle: () => PlayerHandle | undefined) {
    this.#attribute = attribute;
    this.#handle = handle;
  }

  list(): string[] {
    return this.describe().map(({ id }) => id);
  }

  describe(): LayerInfo[] {
    const handle = this.#handle();
    if (handle) return handle.layers() as LayerInfo[];
    return [...recordingLayers(this.#attribute()), ...this.#added].map((layer) => ({ ...UNKNOWN, ...layer, group: layer.id }) as LayerInfo);
  }

  add(layer: "waveform" | "spectrogram" | LayerOptions): string {
    const { id, kind, result, items, unit, ...settings } = (typeof layer === "string" ? { kind: layer } : layer) as LayerOptions;
    if (kind !== undefined && !KINDS.includes(kind)) throw refused("layers.add", "kind", `must be one of ${KINDS.join(", ")}`);
    const isOfRecording = kind === "waveform" || kind === "spectrogram";
    if (!result && !items && !isOfRecording) throw refused("layers.add", "items", "or a result must be given for anything but a waveform or spectrogram");
    if (items && (isOfRecording || kind === "curve" || kind === "matrix")) throw refused("layers.add", "kind", `${kind} shows no items`);
    if (id !== undefined && (typeof id !== "string" || !/^\S+$/.test(id))) throw refused("layers.add", "id", "must be a word without spaces");
    if (unit !== undefined && typeof unit !== "string") throw refused("layers.add", "unit", "must be a text");
    checkSettings("layers.add", result ? undefined : (kind ?? "segments"), settings);
    const base = id ?? (result?.id ?? kind ?? "segments");
    const given = { ...settings, id: base, kind, result, items: items && [...items], unit };
    const told = this.#tell((handle) => handle.addLayer(given));
    if (!this.#handle()) this.#added.push({ id: base, kind: kind ?? "segments" });
    return told ?? base;
  }

  remove(id: string): void {
    this.#tell((handle) => handle.removeLayer(id));
  }

  move(id: string, place: number): void {
    if (!Number.isInteger(place) || place < 0) throw refused("layers.move", "place", "must be a whole number from 0");
    this.#tell((handle) => handle.moveLayer(id, place));
  }

  configure(id: string, settings: LayerSettings & SpectrogramSettings): void {
    checkSettings("layers.configure", this.describe().find((layer) => layer.id === id)?.kind, settings);
    const given = { ...settings };
    this.#tell((handle) => handle.configureLayer(id, given));
  }

  /** A widget has come: it is told what the attribute and the page wished for. */
  tell(handle: PlayerHandle): void {
    handle.setLayers(this.#attribute());
    for (const wish of this.#wishes) wish(handle);
  }

  #tell<T>(wish: (handle: PlayerHandle) => T): T | undefined {
    // Kept also when it is done at once: an element that is moved gets another widget.
    if (this.#wishes.length < MAX_WISHES) this.#wishes.push(wish);
    const handle = this.#handle();
    return handle && wish(handle);
  }
}

/** The layers of the recording that an attribute names. */
export function recordingLayers(attribute: string): { id: string; kind: LayerKind }[] {
  const words = attribute.split(/\s+/).filter(Boolean);
  const named = words.map((word) => word.split(":")[0]!).filter((word) => word === "waveform" || word === "spectrogram");
  const seen = named.length > 0 || words.includes("none") ? named : DEFAULT_LAYERS.split(" ");
  return [...new Set(seen)].map((id) => ({ id, kind: id as LayerKind }));
}

/** What only the widget can tell. */
const UNKNOWN = {
  source: "recording",
  result: null,
  name: "",
  unit: "",
  visible: true,
  opacity: 1,
  blend: "normal",
  height: 0,
  color: "",
  colorMap: null,
  scale: null,
  range: null,
  isRangeFixed: false,
  rows: 0,
  provenance: null,
};
