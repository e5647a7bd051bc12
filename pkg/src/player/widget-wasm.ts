/** The wasm of the widget, made ready. */
import { checkAttribute } from "./attribute-checks.js";
import { packagedWords } from "../languages.js";
import { configuration } from "../player-sdk.js";
import type { TimesidePlayer } from "./element.js";
import { type PanelBridge, Panels } from "./panels.js";
import { Playback } from "./playback.js";
import type { Bridge, Widget } from "./joining.js";
import { snapshot } from "./snapshot.js";
import { watchTracks } from "./tracks.js";
import init, { css, mount, unknownLayers } from "../../build/player/timeside_player.js";

export async function load(): Promise<Widget> {
  await init({ module_or_path: configuration().playerWasmUrl ?? new URL("./player.wasm", import.meta.url) });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css());
  return {
    sheet,
    words: packagedWords,
    checkAttribute: (element, name) => void checkAttribute(element, name, unknownLayers),
    mount: (root: HTMLElement, bridge: Bridge) => {
      const panels = new Panels(bridge.host as TimesidePlayer);
      const more: PanelBridge = {
        showPanel: (panel, subject) => panels.showPanel(panel, subject),
        changed: (topic) => panels.changed(topic),
        speak: (tag, words) => panels.speak(tag, words),
        wantResults: () => panels.wantResults(),
        leave: () => {
          panels.leave();
          playback.leave();
        },
      };
      const playback = new Playback(bridge.host as TimesidePlayer, bridge.audio);
      const handle = mount(root, { ...bridge, ...more, ...playback.bridge } as never);
      panels.attach(handle);
      playback.attach(handle);
      bridge.works(playback);
      return handle;
    },
    watchTracks,
    snapshot,
  };
}
