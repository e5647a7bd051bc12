/** `layers.configure(id, { sonify: true })`: the layers that are heard, kept in step with what they show. */
import type { PlayerHandle } from "./joining.js";
import type { LayerInfo } from "./layers.js";
import type { Sonified } from "./sonified.js";

/** Among the keys of `playback.sonified`. */
const keyOf = (id: string): string => `layer ${id}`;

export class LayerSounds {
  readonly #sonify: (key: string, what: Sonified | null) => Promise<void>;
  /** How much of each layer is heard: rows or items. */
  readonly #heard = new Map<string, number>();

  constructor(sonify: (key: string, what: Sonified | null) => Promise<void>) {
    this.#sonify = sonify;
  }

  /** Gives a voice to layers that want one and have anything to say; takes it from those that are gone or silenced. */
  follow(handle: PlayerHandle): void {
    const wanted = (handle.layers() as LayerInfo[]).filter(({ sonify, rows }) => sonify === true && rows > 0);
    const ids = new Set(wanted.map(({ id }) => id));
    for (const id of this.#heard.keys()) {
      if (ids.has(id)) continue;
      this.#heard.delete(id);
      void this.#sonify(keyOf(id), null);
    }
    for (const { id, rows } of wanted) {
      if (this.#heard.get(id) === rows) continue;
      const sound = handle.soundOf(id) as { times: Float64Array; hz: Float64Array | null } | undefined;
      if (!sound) continue;
      this.#heard.set(id, rows);
      void this.#sonify(keyOf(id), { times: sound.times, ...(sound.hz && { hz: sound.hz }) }).catch((error: unknown) => {
        this.#heard.delete(id);
        handle.warn(error);
      });
    }
  }

  /** Another recording: nothing is heard of the last one. */
  forget(): void {
    this.#heard.clear();
  }
}
