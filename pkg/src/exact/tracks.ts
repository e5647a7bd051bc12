/** The media that a player plays, each with a line from the engine's worker straight to the audio thread. */
import type { TimeSideError } from "../errors.js";
import type { Media } from "../types.js";
import type { FeedSource } from "./source.js";
import type { Sink, ToProcessor } from "./wire.js";

/** A worker that dies as soon as it feeds is not started for ever. */
const MOST_REVIVALS = 3;

export interface Track {
  media: Media;
  source: FeedSource;
  stop(): void;
  revivals: number;
}

export class Tracks {
  readonly #tracks = new Map<number, Track>();
  readonly #rate: number;
  readonly #memory: Omit<Sink, "port">;
  readonly #post: (message: ToProcessor, transfer?: Transferable[]) => void;
  readonly #failed: (number: number, error: TimeSideError) => void;
  #numbers = 0;

  /** `rate` is the context's; `post` reaches the audio thread; `failed` hears why a track is fed no more. */
  constructor(
    rate: number,
    memory: Omit<Sink, "port">,
    post: (message: ToProcessor, transfer?: Transferable[]) => void,
    failed: (number: number, error: TimeSideError) => void,
  ) {
    this.#rate = rate;
    this.#memory = memory;
    this.#post = post;
    this.#failed = failed;
  }

  get(number: number): Track {
    return this.#tracks.get(number)!;
  }

  async add(media: Media, source: FeedSource): Promise<number> {
    const number = ++this.#numbers;
    const track: Track = { media, source, stop: () => undefined, revivals: 0 };
    await this.#connect(number, track);
    this.#tracks.set(number, track);
    return number;
  }

  /** Feeds a track anew. */
  revive(number: number): void {
    const track = this.#tracks.get(number);
    if (track) this.#connect(number, track).catch((error: TimeSideError) => this.#failed(number, error));
  }

  remove(number: number): void {
    this.#tracks.get(number)?.stop();
    this.#tracks.delete(number);
    this.#post({ type: "untrack", track: number });
  }

  close(): void {
    for (const track of this.#tracks.values()) track.stop();
    this.#tracks.clear();
  }

  /** Length in frames of the context; `null` while it is unknown. */
  framesOf({ source: { info } }: Track): number | null {
    return info.frames === null ? null : Math.round((info.frames * this.#rate) / info.sampleRate);
  }

  async #connect(number: number, track: Track): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const rate = this.#rate === track.source.info.sampleRate ? undefined : this.#rate;
    track.stop = await track.source.feed({ ...this.#memory, port: port1 }, rate, (error) => {
      if (error.code === "worker-crashed" && track.revivals++ < MOST_REVIVALS) this.revive(number);
      else this.#failed(number, error);
    });
    this.#post({ type: "track", track: number, port: port2, frames: this.framesOf(track) }, [port2]);
  }
}
