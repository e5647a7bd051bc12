/** What the known analyzers will give, so that the widget keeps room for it before it is there. */
import { sdk } from "../player-lazy.js";

/** @internal One result of one processor. */
export interface Expected {
  /** Id of the processor. */
  step: string;
  /** Id of the result. */
  id: string;
  name: string;
  unit: string;
  /** What is drawn over time gets a lane of this kind; anything else (`null`) a row of the results. */
  lane: "curve" | "matrix" | "events" | "segments" | "notes" | null;
}

/** @internal The list; empty if the engine does not come, since the opening then tells why. */
export async function expectedResults(): Promise<Expected[]> {
  const known = await sdk().then(({ processors }) => processors()).catch(() => []);
  return known.flatMap(({ id: step, results }) =>
    results.map(({ id, name, unit, timeMode, dataMode, description }) => {
      // Rows of several values are pictures, not curves: their shape has a second length.
      const scalar = !/shape \([^,)]*,\s*[^)\s]/.test(description);
      return { step, id, name, unit, lane: laneOf(timeMode, dataMode === "value", scalar, unit) };
    }),
  );
}

function laneOf(timeMode: string, isValue: boolean, isScalar: boolean, unit: string): Expected["lane"] {
  if (timeMode === "event") return "events";
  if (timeMode === "framewise" && isValue) return isScalar ? "curve" : "matrix";
  if (timeMode === "global") return null;
  return unit.includes("MIDI") ? "notes" : "segments";
}
