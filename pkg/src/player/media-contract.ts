/** What `<timeside-player>` has in common with `<audio>`: passed on to the media element inside. */

const METHODS = ["pause", "load", "canPlayType", "fastSeek"] as const;
const READABLE = [
  "paused",
  "ended",
  "seeking",
  "readyState",
  "networkState",
  "buffered",
  "played",
  "seekable",
  "currentSrc",
  "error",
] as const;
const WRITABLE = ["volume", "muted", "playbackRate", "defaultPlaybackRate", "preservesPitch"] as const;

/** The part of `HTMLMediaElement` that the element passes on as it is. */
export type PassedOn = Pick<HTMLMediaElement, (typeof METHODS)[number] | (typeof WRITABLE)[number]> &
  Readonly<Pick<HTMLMediaElement, (typeof READABLE)[number]>>;

/** The media events, dispatched again on the element; like there, they do not bubble. `error` is the element's own. */
export const MEDIA_EVENTS = [
  "abort",
  "canplay",
  "canplaythrough",
  "durationchange",
  "emptied",
  "ended",
  "loadeddata",
  "loadedmetadata",
  "loadstart",
  "pause",
  "play",
  "playing",
  "progress",
  "ratechange",
  "seeked",
  "seeking",
  "stalled",
  "suspend",
  "timeupdate",
  "volumechange",
  "waiting",
] as const;

/** Gives a class the members of {@link PassedOn}; `mediaOf` finds an instance's media element. */
export function passOn<T extends object>(prototype: T, mediaOf: (instance: T) => HTMLMediaElement): void {
  for (const name of METHODS) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: T, ...args: unknown[]) {
        return (mediaOf(this)[name] as (...args: unknown[]) => unknown)?.(...args);
      },
    });
  }
  for (const name of [...READABLE, ...WRITABLE]) {
    const writable = (WRITABLE as readonly string[]).includes(name);
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: T) {
        return mediaOf(this)[name];
      },
      ...(writable && {
        set(this: T, value: never) {
          mediaOf(this)[name as (typeof WRITABLE)[number]] = value;
        },
      }),
    });
  }
}

/** Gives a class properties that reflect boolean and text attributes. */
export function reflect(prototype: object, flags: readonly string[], texts: Record<string, string>): void {
  for (const name of flags) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: HTMLElement) {
        return this.hasAttribute(name);
      },
      set(this: HTMLElement, value: unknown) {
        this.toggleAttribute(name, Boolean(value));
      },
    });
  }
  for (const [name, attribute] of Object.entries(texts)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: HTMLElement) {
        return this.getAttribute(attribute) ?? "";
      },
      set(this: HTMLElement, value: unknown) {
        if (value === null || value === undefined) this.removeAttribute(attribute);
        else this.setAttribute(attribute, String(value));
      },
    });
  }
}

/** Properties set before an element was defined hide its accessors: sets them again. */
export function upgrade(element: HTMLElement, names: readonly string[]): void {
  const properties = element as unknown as Record<string, unknown>;
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = properties[name];
    delete properties[name];
    properties[name] = value;
  }
}
