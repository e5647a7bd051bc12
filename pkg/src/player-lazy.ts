/** What the element fetches when it is needed; each stays a module of its own beside `player.js`. */
export const loadWidget = () => import("./widget.js").then((module) => module.load());
export const loadWorkbench = () => import("./workbench.js").then((module) => module.load());
export const loadHearing = () => import("./hearing.js").then((module) => module.Hearing);
