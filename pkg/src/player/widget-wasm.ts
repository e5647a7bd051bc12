/** The wasm of the widget, made ready. */
import { packagedWords } from "../languages.js";
import { configuration } from "../player-sdk.js";
import type { AnalyzerResult } from "../types.js";
import type { Bridge, Widget } from "./joining.js";
import { snapshot } from "./snapshot.js";
import { watchTracks } from "./tracks.js";
import init, { ChartHandle, css, mount } from "../../build/player/timeside_player.js";

export async function load(): Promise<Widget> {
  await init({ module_or_path: configuration().playerWasmUrl ?? new URL("./player.wasm", import.meta.url) });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css());
  return {
    sheet,
    words: packagedWords,
    mount: (root: HTMLElement, bridge: Bridge) => mount(root, bridge as never),
    chart: (result: AnalyzerResult) => new ChartHandle(result),
    watchTracks,
    snapshot,
  };
}
