/**
 * Takes the element's own `<audio>` out of the document once the widget stands: for one that has ever stood there the
 * browser keeps its controls, near two hundred nodes, seen or not. It sounds as well without.
 */
import type { Sound } from "./sound.js";

/** What the page or the user may have said before; `src` comes last, for it loads as the others say. */
const STATE = ["crossOrigin", "preload", "loop", "defaultMuted", "muted", "volume", "defaultPlaybackRate", "playbackRate", "preservesPitch"] as const;

/** Nobody has used it, so that another can take its place unheard. */
const isUntouched = (audio: HTMLMediaElement): boolean =>
  audio.paused && !audio.autoplay && !audio.error && !audio.seeking && audio.currentTime === 0 && audio.played.length === 0;

const copy = (from: HTMLAudioElement, to: HTMLAudioElement): void => {
  for (const name of STATE) if (to[name] !== from[name]) (to[name] as unknown) = from[name];
};

const empty = (audio: HTMLAudioElement): void => {
  audio.removeAttribute("src");
  audio.load();
};

/** What tells that a recording has come so far, by `readyState`; with nothing to be loaded beforehand, that it rests. */
const REACHED = ["suspend", "loadedmetadata", "loadeddata", "canplay", "canplaythrough"];

/** Puts one in its place that never stands in the document, as soon as that has come as far; one in use stays. */
export function takeOut(sound: Sound): void {
  const before = sound.own;
  const isUsed = sound.audio === before;
  if (!before.isConnected || (isUsed && !isUntouched(before))) return;
  const { src, preload } = before;
  if (src && preload !== "none" && (before.readyState === 0 || before.networkState !== before.NETWORK_IDLE)) {
    // Only what the browser has already is not fetched a second time.
    const later = new AbortController();
    const again = (): void => {
      later.abort();
      takeOut(sound);
    };
    for (const name of ["suspend", "loadedmetadata", "canplaythrough"]) before.addEventListener(name, again, { signal: later.signal });
    return;
  }
  const next = document.createElement("audio");
  copy(before, next);
  const take = (): void => {
    copy(before, next);
    sound.own = next;
    if (isUsed) sound.adopt(next);
    before.remove();
    empty(before);
  };
  if (!src) return take();
  const waiting = new AbortController();
  const turn = (event: Event): void => {
    const stays = next.error || sound.own !== before || (isUsed && (sound.audio !== before || !isUntouched(before)));
    const isOther = before.src !== src;
    // What the page has heard of the one holds for the other, and is not said again.
    if (!stays && !isOther && REACHED.indexOf(event.type) < before.readyState) return;
    waiting.abort();
    if (!stays && !isOther) return take();
    empty(next);
    if (!stays) takeOut(sound);
  };
  for (const name of [...REACHED, "error"]) next.addEventListener(name, turn, { signal: waiting.signal });
  next.src = src;
}
