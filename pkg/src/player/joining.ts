/** The widget: fetched once per page, when the first element is connected. */
import { loadWidget } from "../player-lazy.js";
import type { Media } from "../types.js";
import type { SnapshotOptions } from "./snapshot.js";
import type { Playback } from "./playback.js";
import type { Sound } from "./sound.js";
import type { PlayerHandle } from "../../build/player/timeside_player.js";
import type { Words } from "./given-languages.js";

/** @internal */
export type { PlayerHandle };

/** @internal What the wasm needs of the element. */
export interface Bridge {
  /** Looks like a media element, whichever engine plays. */
  readonly audio: Sound;
  readonly host: HTMLElement;
  emit(name: string, detail: unknown): void;
  openFile(file: File): void;
  retry(): void;
  /** What there is for work with the sound. */
  works(playback: Playback): void;
}

/** @internal The widget's code, ready to mount. */
export interface Widget {
  sheet: CSSStyleSheet;
  words(tag: string): Promise<Words | null>;
  mount(root: HTMLElement, bridge: Bridge): PlayerHandle;
  /** Warns on the console of an attribute that makes no sense. */
  checkAttribute(element: Element, name: string): void;
  /** Shows chapters, markers and `<track>` children until left. */
  watchTracks(host: HTMLElement, handle: PlayerHandle, media: () => Media | null): { opened(): void; leave(): void };
  snapshot(root: HTMLElement, handle: PlayerHandle, options: SnapshotOptions): Promise<Blob>;
}

let loading: Promise<Widget> | undefined;

/** @internal The widget; a failure is not kept, so that a later element tries again. */
export function widget(): Promise<Widget> {
  loading ??= loadWidget().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
