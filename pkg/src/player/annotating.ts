/** Who annotates, and how annotating behaves: kept in this browser for every element of the origin. */
import type { AnnotatingSettings } from "./annotation-types.js";

const PLACE = "timeside-annotating";

/** @internal As the widget has them. */
export interface Annotating extends AnnotatingSettings {
  author: string;
}

/** As long as nobody has said otherwise. */
const DEFAULTS: Annotating = {
  author: "",
  reactionMs: 0,
  speakEntries: false,
  snap: { on: true, gridSecs: 0, boundaries: true, events: true, zeroCrossings: false, playhead: true },
};

/** @internal What was said in this visit or an earlier one. */
export function kept(): Annotating {
  try {
    return merged(DEFAULTS, JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return DEFAULTS;
  }
}

/** @internal Keeps it. Where storage is refused it holds until the page is left. */
export function keep(now: Annotating): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(now));
  } catch {
    // Blocked or full: nothing that a person made is lost but a preference.
  }
}

/** @internal The same with what makes sense of the changes. */
export function merged<T extends object>(now: T, changes: unknown): T {
  const given = Object(changes) as Record<string, unknown>;
  const pairs = Object.entries(now).map(([name, value]: [string, unknown]) => {
    const other = given[name];
    const fits = typeof other === typeof value && other !== null && !Number.isNaN(other);
    return [name, typeof value === "object" ? merged(value as object, other) : fits ? other : value];
  });
  return Object.fromEntries(pairs) as T;
}

