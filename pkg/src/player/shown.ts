/** What `<timeside-player>` was given to open, and what of it is shown. */
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
  /** Does the view turn pages with the playhead? */
  follow: boolean;
}

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
    get follow() {
      return handle()?.follow ?? true;
    },
    set follow(on: boolean) {
      const widget = handle();
      if (widget) widget.follow = on;
    },
  };
}

/** @internal Name and size (where known) of a source, for the screen. */
export function describe(source: PlayerSource): [name: string, bytes: number | undefined] {
  if (source instanceof Blob) return [source instanceof File ? source.name : "", source.size];
  const part = new URL(source, document.baseURI).pathname.split("/").pop() ?? "";
  try {
    return [decodeURIComponent(part), undefined];
  } catch {
    return [part, undefined];
  }
}
