/** The worker's end of exact playback: passes what the audio thread asks to the engine, and samples back. */
import type { Command, Event, TypedArray } from "../protocol.js";
import type { Fed, Sink, ToFeeder } from "./wire.js";

interface Feed {
  media: number;
  sink: Sink;
  /** The whole of the shared memory. */
  memory: Float32Array | undefined;
}

export class Feeds {
  readonly #feeds = new Map<number, Feed>();
  readonly #ask: (command: Command) => void;

  /** `ask` hands a command to the engine. */
  constructor(ask: (command: Command) => void) {
    this.#ask = ask;
  }

  begin(feed: number, media: number, sink: Sink): void {
    this.#feeds.set(feed, { media, sink, memory: sink.memory && new Float32Array(sink.memory) });
    sink.port.onmessage = ({ data }: MessageEvent<ToFeeder>) => {
      if (data.type === "drop") return this.#ask({ type: "feed-drop", feed, epoch: data.epoch });
      const { slot, epoch, start, frames } = data;
      this.#ask({ type: "feed-read", feed, read: { slot, epoch, start, frames } });
    };
  }

  /** Brings an answer straight to the audio thread, past the page. */
  pass({ request, slot, epoch, start, isDropped, channels: places }: Extract<Event, { type: "fed" }>, arrays: TypedArray[]): void {
    const feed = this.#feeds.get(request);
    if (!feed) return;
    const channels = places.map((place) => arrays[place] as Float32Array<ArrayBuffer>);
    const fed: Fed = { slot, epoch, start, frames: channels[0]?.length ?? 0, isDropped };
    const { layout, port } = feed.sink;
    if (!feed.memory) return port.postMessage({ ...fed, channels } satisfies Fed, channels.map(({ buffer }) => buffer));
    channels.slice(0, layout.channels).forEach((samples, c) => {
      feed.memory!.set(samples.subarray(0, layout.slotFrames), (slot * layout.channels + c) * layout.slotFrames);
    });
    port.postMessage(fed);
  }

  end(feed: number): void {
    this.#feeds.get(feed)?.sink.port.close();
    this.#feeds.delete(feed);
  }

  endOf(media: number): void {
    for (const [feed, { media: of }] of this.#feeds) if (of === media) this.end(feed);
  }
}
