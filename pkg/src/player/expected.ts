/** What the known analyzers will give, so that the widget keeps room for it before it is there. */
import { processors } from "../player-sdk.js";

/** @internal One result of one processor. */
export interface Expected {
  /** Id of the processor. */
  step: string;
  /** Id of the result. */
  id: string;
  name: string;
  unit: string;
  /** A scalar over time gets a lane; anything else a row of the results. */
  curve: boolean;
}

/** @internal The list; empty if the engine does not come, since the opening then tells why. */
export async function expectedResults(): Promise<Expected[]> {
  const known = await processors().catch(() => []);
  return known.flatMap(({ id: step, results }) =>
    results.map(({ id, name, unit, timeMode, dataMode, description }) => {
      // Rows of several values are pictures, not curves: their shape has a second length.
      const scalar = !/shape \([^,)]*,\s*[^)\s]/.test(description);
      return { step, id, name, unit, curve: timeMode === "framewise" && dataMode === "value" && scalar };
    }),
  );
}
