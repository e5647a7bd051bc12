/** Defines `<timeside-player>`. Importing it under Node is harmless. */
import { TimesidePlayer } from "./player/element.js";

export { TimesidePlayer };
export type { Layers, PlayerSource, View } from "./player/element.js";
export type { SpectrogramSettings } from "./player/layer-settings.js";

if (typeof customElements !== "undefined" && !customElements.get("timeside-player")) {
  customElements.define("timeside-player", TimesidePlayer);
}
