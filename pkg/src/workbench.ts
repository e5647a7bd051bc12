/** The panels' own module: fetched when the first panel is opened, or the first chart is drawn. */
export { load } from "./player/workbench-wasm.js";
