/** What a player needs of an open medium: a feed of its samples, and what is known of it. */
import type { TimeSideError } from "../errors.js";
import type { Media, MediaInfo } from "../types.js";
import type { Sink } from "./wire.js";

export interface FeedSource {
  readonly info: MediaInfo;
  /**
   * Lets the engine feed `sink` at `sampleRate` (`undefined`: the medium's own), from then on as the audio thread
   * asks. Resolves to what ends it; `failed` is told if it ends by itself.
   */
  feed(sink: Sink, sampleRate: number | undefined, failed: (error: TimeSideError) => void): Promise<() => void>;
}

const sources = new WeakMap<Media, FeedSource>();

/** Says how an open medium is fed from. */
export function offerFeed(media: Media, source: FeedSource): void {
  sources.set(media, source);
}

/** How a medium is fed from; `undefined` for what `open()` did not give. */
export function feedOf(media: Media): FeedSource | undefined {
  return sources.get(media);
}
