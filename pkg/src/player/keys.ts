/** Changed keys, kept in this browser for every element of the origin. */
import type { PlayerHandle } from "./joining.js";

const PLACE = "timeside-keys";

export class Keys {
  /** Tells the widget what was changed in an earlier visit. */
  tell(handle: PlayerHandle): void {
    const kept = read();
    if (Object.keys(kept).length > 0) handle.setKeys(kept);
  }

  /** Changes them, and keeps that. Where storage is refused they hold until the page is left. */
  change(handle: PlayerHandle, changed: Record<string, string>): void {
    handle.setKeys(changed);
    try {
      if (Object.keys(changed).length > 0) localStorage.setItem(PLACE, JSON.stringify(changed));
      else localStorage.removeItem(PLACE);
    } catch {
      // Blocked or full: nothing that a person made is lost but a preference.
    }
  }
}

/** What is kept, as far as it makes sense. */
function read(): Record<string, string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {};
  }
}
