/** The widget's own module: fetched when the first element is connected, so that what plays before it stays small. */
export { load } from "./player/widget-wasm.js";
