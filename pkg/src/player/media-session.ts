/** What the system shows of the sound, and its media keys. One element of the page has them: the last that played. */
import type { TimesidePlayer } from "./element.js";

/** What one press of seek backward or forward moves by, in seconds, if the system does not say. */
const SEEK_SECS = 10;
/** So near after a mark, “previous” means the one before. Seconds. */
const NEAR_SECS = 2;

const ACTIONS: readonly MediaSessionAction[] = ["play", "pause", "stop", "seekto", "seekbackward", "seekforward", "previoustrack", "nexttrack"];
const STATES = ["pause", "seeked", "ratechange", "durationchange"];

let holder: SessionTie | undefined;

export class SessionTie {
  readonly #element: TimesidePlayer;
  #artwork = "";
  readonly #took = (): void => void this.#take();
  readonly #told = (): void => this.#tell();
  readonly #changed = (): void => {
    if (holder === this) void this.#describe();
  };

  constructor(element: TimesidePlayer) {
    this.#element = element;
    if (!navigator.mediaSession) return;
    element.addEventListener("play", this.#took);
    element.addEventListener("ready", this.#changed);
    for (const type of STATES) element.addEventListener(type, this.#told);
  }

  leave(): void {
    const element = this.#element;
    element.removeEventListener("play", this.#took);
    element.removeEventListener("ready", this.#changed);
    for (const type of STATES) element.removeEventListener(type, this.#told);
    if (holder === this) {
      holder = undefined;
      for (const action of ACTIONS) handle(action, null);
      navigator.mediaSession.metadata = null;
      navigator.mediaSession.playbackState = "none";
    }
    this.#dropArtwork();
  }

  async #take(): Promise<void> {
    if (holder !== this) {
      holder = this;
      for (const action of ACTIONS) handle(action, (details) => this.#act(details));
      await this.#describe();
    }
    this.#tell();
  }

  async #describe(): Promise<void> {
    const { media } = this.#element;
    this.#dropArtwork();
    if (!media) return;
    const { tags, name, pictures } = media.info;
    const words = { title: tags.title || name, artist: tags.artist ?? "", album: tags.album ?? "" };
    navigator.mediaSession.metadata = new MediaMetadata(words);
    if (pictures.length === 0) return;
    const picture = await media.picture().catch(() => undefined);
    if (!picture || holder !== this || this.#element.media !== media) return;
    this.#artwork = URL.createObjectURL(picture);
    navigator.mediaSession.metadata = new MediaMetadata({ ...words, artwork: [{ src: this.#artwork, type: picture.type }] });
  }

  #dropArtwork(): void {
    if (this.#artwork) URL.revokeObjectURL(this.#artwork);
    this.#artwork = "";
  }

  #tell(): void {
    if (holder !== this) return;
    const { paused, duration, currentTime, playbackRate } = this.#element;
    navigator.mediaSession.playbackState = paused ? "paused" : "playing";
    if (!(duration > 0) || !Number.isFinite(duration)) return;
    navigator.mediaSession.setPositionState?.({ duration, playbackRate, position: Math.min(currentTime, duration) });
  }

  #act({ action, seekTime, seekOffset }: MediaSessionActionDetails): void {
    const element = this.#element;
    const by = seekOffset ?? SEEK_SECS;
    switch (action) {
      case "play":
        return void element.play().catch(() => undefined);
      case "pause":
        return element.pause();
      case "stop":
        element.pause();
        return this.#seek(0);
      case "seekto":
        return this.#seek(seekTime ?? 0);
      case "seekbackward":
        return this.#seek(element.currentTime - by);
      case "seekforward":
        return this.#seek(element.currentTime + by);
      case "previoustrack":
        return this.#seek(this.#marks().findLast((secs) => secs < element.currentTime - NEAR_SECS) ?? 0);
      case "nexttrack":
        return this.#seek(this.#marks().find((secs) => secs > element.currentTime) ?? element.duration);
    }
  }

  #seek(secs: number): void {
    if (Number.isFinite(secs)) this.#element.currentTime = Math.max(0, secs);
  }

  /** Where chapters and markers begin, rising. */
  #marks(): number[] {
    const info = this.#element.media?.info;
    const starts = [...(info?.chapters ?? []), ...(info?.markers ?? [])].map(({ start }) => start);
    return starts.sort((a, b) => a - b);
  }
}

function handle(action: MediaSessionAction, handler: MediaSessionActionHandler | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // Not every browser knows every action.
  }
}
