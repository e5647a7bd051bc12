/** What the widget adds to the sound of one element: grains under the hand, clicks and tones beside the playback. */
import type { Media, MediaEngine } from "../types.js";
import type { ExactPlayer } from "../types.js";
import { Output } from "./output.js";
import { Scrubber } from "./scrubber.js";
import { Sonifier } from "./sonifier.js";

/** The sound of an element. */
export interface Heard extends MediaEngine {
  readonly exact: ExactPlayer | null;
}

export class Hearing {
  readonly scrubber: Scrubber;
  readonly sonifier: Sonifier;
  readonly #own = new Output();

  constructor(sound: Heard, media: () => Media | null) {
    this.scrubber = new Scrubber(this.#own, sound, media);
    this.sonifier = new Sonifier(this.#own, sound, media);
  }

  /** Nothing sounds any more, and no context stays. */
  leave(): void {
    this.scrubber.end();
    this.sonifier.leave();
    this.#own.close();
  }
}
