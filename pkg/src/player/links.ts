/** Links to a place in a recording, as media fragments: `#t=10,20&view=8,24&layers=waveform&tier=words&id=a7`. */
import type { TimesidePlayer } from "./element.js";

/** What a link says; times in seconds. */
export interface Place {
  /** A point, or a stretch that is selected. */
  t?: { start: number; end?: number };
  /** What is shown. */
  view?: { start: number; end: number };
  /** How many times narrower the view is than the recording, where `view` is not said. */
  zoom?: number;
  layers?: string;
  /** The selected annotation, and its tier. */
  id?: string;
  tier?: string;
}

/** Who knows what is selected, in seconds. */
export interface SelectionHands {
  selection: { start: number; end: number } | null;
}

/** Between a change and the address that tells of it. */
const QUIET_MS = 400;

/** Reads a fragment, with or without `#`; what is no number of seconds is left out. */
export function readPlace(hash: string): Place {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const place: Place = {};
  const t = pair(said.get("t")?.replace(/^npt:/, ""));
  if (t) place.t = { start: t[0], ...(t[1] > t[0] && { end: t[1] }) };
  const view = pair(said.get("view"));
  if (view && view[1] > view[0]) place.view = { start: view[0], end: view[1] };
  const zoom = Number(said.get("zoom"));
  if (zoom > 0 && Number.isFinite(zoom)) place.zoom = zoom;
  for (const name of ["layers", "id", "tier"] as const) {
    const text = said.get(name);
    if (text) place[name] = text;
  }
  return place;
}

/** Writes a fragment without `#`. */
export function writePlace({ t, view, zoom, layers, tier, id }: Place): string {
  const span = (start: number, end: number | undefined): string => [start, end].filter((secs) => secs !== undefined).map(shortest).join(",");
  const parts = [
    t && `t=${span(t.start, t.end)}`,
    view && `view=${span(view.start, view.end)}`,
    zoom && `zoom=${shortest(zoom)}`,
    layers && `layers=${encodeURIComponent(layers)}`,
    tier && `tier=${encodeURIComponent(tier)}`,
    id && `id=${encodeURIComponent(id)}`,
  ];
  return parts.filter(Boolean).join("&");
}

/** Seconds, or `h:mm:ss`, as media fragments have them; a missing begin is 0. */
function pair(text: string | null | undefined): [number, number] | undefined {
  if (!text) return undefined;
  const [start, end] = text.split(",").map((part) => part.split(":").reduce((sum, digits) => sum * 60 + (digits === "" ? Number.NaN : Number(digits)), 0));
  const from = text.startsWith(",") ? 0 : start!;
  return from >= 0 && Number.isFinite(from) ? [from, end ?? Number.NaN] : undefined;
}

/** To the microsecond, without zeros at the end. */
const shortest = (secs: number | undefined): string => String(Math.round((secs ?? 0) * 1e6) / 1e6);

/** The one element of the page that follows the address. */
let owner: Links | undefined;

export class Links {
  readonly #element: TimesidePlayer;
  readonly #hands: SelectionHands;
  #annotation: { id?: string; tier?: string } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What this element itself wrote: no news. */
  #written = "";
  #follows = false;
  readonly #heard = (): void => this.#follow();
  readonly #changed = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), QUIET_MS);
  };
  readonly #chosen = (event: Event): void => {
    const { id, tier } = ((event as CustomEvent).detail ?? {}) as { id?: string; tier?: string };
    this.#annotation = { ...(id && { id }), ...(tier && { tier }) };
    if (this.#follows) this.#changed();
  };

  constructor(element: TimesidePlayer, hands: SelectionHands) {
    this.#element = element;
    this.#hands = hands;
    element.addEventListener("annotationselect", this.#chosen);
  }

  /** The page's address with the present place. */
  link(): string {
    const address = new URL(location.href);
    address.hash = writePlace(this.#place());
    return address.href;
  }

  /** Whether the page's address is read and followed (the attribute `deeplinks`). */
  set follows(on: boolean) {
    if (on === this.#follows) return;
    if (on && owner) {
      console.warn("<timeside-player deeplinks>: another element of this page follows the address already");
      return;
    }
    this.#follows = on;
    owner = on ? this : undefined;
    const change = (target: EventTarget, type: string, heard: () => void): void =>
      on ? target.addEventListener(type, heard) : target.removeEventListener(type, heard);
    for (const type of ["viewchange", "selectionchange", "pause", "seeked"]) change(this.#element, type, this.#changed);
    change(this.#element, "ready", this.#heard);
    change(globalThis, "hashchange", this.#heard);
    clearTimeout(this.#timer);
    if (on && this.#element.media) this.#follow();
  }

  leave(): void {
    this.follows = false;
    this.#element.removeEventListener("annotationselect", this.#chosen);
  }

  #place(): Place {
    const { view, currentTime, duration } = this.#element;
    const t = this.#hands.selection ?? { start: currentTime };
    const isWhole = !(view.end - view.start < duration * (1 - 1e-6));
    const list = this.#element.layers.describe().filter(({ source, visible }) => source === "recording" && visible);
    const layers = list.map(({ kind }) => kind).join(" ");
    const usual = "waveform spectrogram";
    return { t, ...(!isWhole && { view: { start: view.start, end: view.end } }), ...(layers !== usual && { layers: layers || "none" }), ...this.#annotation };
  }

  #write(): void {
    if (!this.#follows || !this.#element.media) return;
    this.#written = `#${writePlace(this.#place())}`;
    if (location.hash !== this.#written) history.replaceState(history.state, "", this.#written);
  }

  #follow(): void {
    if (!this.#follows || location.hash === this.#written) return;
    const place = readPlace(location.hash);
    // Anchors of the page are not ours.
    if (!place.t && !place.view && !place.zoom && !place.id && !place.layers) return;
    this.go(place);
  }

  /** Shows a place. */
  go({ t, view, zoom, layers, id }: Place): void {
    const element = this.#element;
    const { duration } = element;
    if (layers) element.layers = layers;
    if (t && t.start <= duration) {
      this.#hands.selection = t.end === undefined ? null : { start: t.start, end: Math.min(t.end, duration) };
      element.currentTime = t.start;
    }
    if (view) element.view.zoomTo(view.start, view.end);
    else if (zoom) {
      const centre = t ? (t.start + (t.end ?? t.start)) / 2 : element.currentTime;
      const half = duration / Math.max(1, zoom) / 2;
      element.view.zoomTo(centre - half, centre + half);
    }
    if (id) (element as { annotations?: { select?(id: string): void } }).annotations?.select?.(id);
  }
}
