/** The attributes, and what their texts come to. */

export const OBSERVED = [
  "src", "controls", "autoplay", "loop", "muted", "preload", "crossorigin", "volume", "playbackrate", "layers",
  "analyzers", "theme", "start", "end", "zoom", "lang", "hotkeys", "nohotkeys", "engine", "annotations", "readonly",
] as const;

/** A number, `NaN` for anything else. */
export function numberOf(text: string | null): number {
  const value = text?.trim() ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** A number from 0 to 1. */
export function isShare(text: string | null): boolean {
  return numberOf(text) >= 0 && numberOf(text) <= 1;
}

/** A speed within Chromium's bounds. */
export function isRate(text: string | null): boolean {
  return numberOf(text) >= 0.0625 && numberOf(text) <= 16;
}

/** An address as a whole; what is none stays, and is refused where it is opened. */
export function absolute(address: string): string {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).href : address;
}
