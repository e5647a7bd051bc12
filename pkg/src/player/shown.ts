/** What `<timeside-player>` was given to open, and what of it is shown. */
import { numberOf } from "./attribute-values.js";
import type { PlayerHandle } from "./joining.js";

/** What an element can be given to open. */
export type PlayerSource = string | URL | File | Blob;

/** The part of the recording that is shown. Seconds. */
export interface View {
  readonly start: number;
  readonly end: number;
  /** Shows `start..end`. */
  zoomTo(start: number, end: number): void;
  /** Comes nearer by a factor, about a time or the middle of the view. */
  zoomBy(factor: number, at?: number): void;
  /** Shows everything. */
  fit(): void;
  /** Shows what was shown before; false if there is nothing. */
  back(): boolean;
  /** Shows again what {@link back} left. */
  forward(): boolean;
  /** Does the view go with the playhead? Takes `true` for pages, and the words of {@link followMode}. */
  get follow(): boolean;
  set follow(mode: boolean | FollowMode);
  /** How it goes with the playhead. */
  readonly followMode: FollowMode;
}

/** What the view does while it plays: it turns pages, keeps the playhead in the middle, or stays. */
export type FollowMode = "page" | "centre" | "off";

/** @internal The view of a widget that comes and goes. */
export function viewOf(handle: () => PlayerHandle | undefined): View {
  return {
    get start() {
      return handle()?.viewStart ?? 0;
    },
    get end() {
      return handle()?.viewEnd ?? 0;
    },
    zoomTo: (start, end) => handle()?.zoomTo(start, end),
    zoomBy: (factor, at) => handle()?.zoomBy(factor, at),
    fit: () => handle()?.fit(),
    back: () => handle()?.stepViews(false) ?? false,
    forward: () => handle()?.stepViews(true) ?? false,
    get follow(): boolean {
      return this.followMode !== "off";
    },
    set follow(mode: boolean | FollowMode) {
      const widget = handle();
      if (widget) widget.follow = mode === true ? "page" : mode === false ? "off" : mode;
    },
    get followMode() {
      return (handle()?.follow ?? "page") as FollowMode;
    },
  };
}

/** @internal Name and size (where known) of a source, for the screen. */
export function describe(source: PlayerSource): [name: string, bytes: number | undefined] {
  if (source instanceof Blob) return [source instanceof File ? source.name : "", source.size];
  if (!URL.canParse(source, document.baseURI)) return [String(source), undefined];
  const part = new URL(source, document.baseURI).pathname.split("/").pop() ?? "";
  try {
    return [decodeURIComponent(part), undefined];
  } catch {
    return [part, undefined];
  }
}

/** CSS pixels. */
const HEIGHTS: Record<string, number> = { waveform: 148, spectrogram: 193 };
const FRAME_HEIGHT = 35 + 33 + 25 + 53;

/** @internal Room kept for layers before the widget stands, so that the page does not jump; CSS pixels. */
export function roomFor(layers: readonly string[]): number {
  return layers.reduce((sum, id) => sum + (HEIGHTS[id] ?? 0), FRAME_HEIGHT);
}

/** @internal The `<source>` among an element's children that this browser plays, or the first. */
export function childSource(element: Element, canPlayType: (type: string) => string): string | undefined {
  const sources = [...element.querySelectorAll<HTMLSourceElement>(":scope > source[src]")];
  return (sources.find((source) => !source.type || canPlayType(source.type)) ?? sources[0])?.src;
}

/** @internal An element with an id. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, id: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.id = id;
  return element;
}

/** @internal Shows what the attributes `start`, `end` and `zoom` say, of a recording of so many seconds. */
export function applyView(element: Element, handle: PlayerHandle, duration: number): void {
  const [start, end, zoom] = ["start", "end", "zoom"].map((name) => numberOf(element.getAttribute(name)));
  if (start! >= 0 || end! >= 0) handle.zoomTo(start! >= 0 ? start! : 0, end! >= 0 ? end! : duration);
  if (zoom! > 0) handle.zoomBy(zoom!, start! >= 0 ? start! : undefined);
}
