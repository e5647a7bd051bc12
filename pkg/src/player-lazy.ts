/** What the element fetches when it is needed; each stays a module of its own beside `player.js`. */
import { TimeSideError } from "./errors.js";

export const loadWidget = () => import("./widget.js").then((module) => module.load());
export const loadWorkbench = () => import("./workbench.js").then((module) => module.load());
export const loadHearing = () => import("./hearing.js").then((module) => module.Hearing);

/** The page's one SDK. */
export const sdk = () =>
  import("./index.js").catch((cause: unknown) => {
    throw new TimeSideError("network", `TimeSide's engine could not be fetched (${String(cause)}). Reload the page to try again.`, {}, cause);
  });
