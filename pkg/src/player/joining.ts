/** The widget: fetched once per page, when the first element is connected. */
import { loadWidget } from "../player-lazy.js";
import type { SnapshotOptions } from "./view-options.js";
import type { Playback } from "./playback.js";
import type { Sound } from "./sound.js";
import type { PlayerHandle } from "../../build/player/timeside_player.js";
import type { Media } from "../types.js";
import type { AssignedAnnotations } from "./annotation-assign.js";
import type { Annotations } from "./annotation-types.js";
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
  /** Keeps what has changed of the annotations. */
  keepRecords(records: object[]): void;
  /** What the user chose in an offer: `keep`, `discard`, `download`, `edit-here`. */
  answerOffer(choice: string): void;
}

/** @internal What the annotations of an opened recording need of the element. */
export interface DeskHost {
  readonly handle: PlayerHandle;
  readonly emit: (name: string, detail: unknown) => void;
  /** Of the recording: under it its annotations are kept. */
  readonly identity: string;
  /** Are they kept in this browser? */
  readonly keeps: boolean;
  isReadonly(): boolean;
  /** Ends a text that is being written, as Enter does. */
  endText(): void;
  readonly signal: AbortSignal;
  readonly credentials: RequestCredentials | undefined;
}

/** @internal The annotations of an opened recording. */
export interface AnnotationDesk {
  readonly annotations: Annotations;
  begin(url: string): Promise<void>;
  /** Makes them what the page has assigned. */
  assign(given: AssignedAnnotations): Promise<void>;
  keep(records: object[]): void;
  answer(choice: string): void;
  /** Refuses edits, or no longer, as the element's attribute and other tabs say. */
  applyReadonly(): void;
  leave(): void;
}

/** @internal The widget's code, ready to mount. */
export interface Widget {
  sheet: CSSStyleSheet;
  words(tag: string): Promise<Words | null>;
  mount(root: HTMLElement, bridge: Bridge): PlayerHandle;
  /** Warns on the console of an attribute that makes no sense. */
  checkAttribute(element: Element, name: string): void;
  desk(host: DeskHost, media: Media): AnnotationDesk;
  /** Shows chapters, markers and `<track>` children until left. */
  watchTracks(host: HTMLElement, handle: PlayerHandle, media: () => Media | null): { opened(): Promise<void>; leave(): void };
  /** Fetches the half of the widget's wasm that is not wanted at once. */
  bring(): Promise<void>;
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

/** @internal All of the widget's code, for what is not wanted at once. Never rejects: what is missing is told where it is used. */
export const bringAll = (): Promise<void> => widget().then(({ bring }) => bring()).catch(() => undefined);
