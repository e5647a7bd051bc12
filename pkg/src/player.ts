/** Defines `<timeside-player>`. Importing it under Node is harmless. */
import { TimesidePlayer } from "./player/element.js";

export { TimesidePlayer };
export type { SpectrogramSettings } from "./player/layer-settings.js";
export type { Layers, PlayerSource, View } from "./player/shown.js";
export type { EngineWish } from "./player/sound.js";

if (typeof customElements !== "undefined" && !customElements.get("timeside-player")) {
  customElements.define("timeside-player", TimesidePlayer);
}
