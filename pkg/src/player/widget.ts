/** The widget's wasm: fetched once per page, when the first element is connected. */
import { configuration } from "../player-sdk.js";
import type { AnalyzerResult, MediaEngine } from "../types.js";
import init, { ChartHandle, css, mount, type PlayerHandle } from "../../build/player/timeside_player.js";

/** @internal */
export type { ChartHandle, PlayerHandle };

/** @internal What the wasm needs of the element. */
export interface Bridge {
  /** Looks like a media element, whichever engine plays. */
  readonly audio: MediaEngine;
  readonly host: HTMLElement;
  emit(name: string, detail: unknown): void;
  openFile(file: File): void;
  retry(): void;
}

/** @internal The widget's code, ready to mount. */
export interface Widget {
  sheet: CSSStyleSheet;
  mount(root: HTMLElement, bridge: Bridge): PlayerHandle;
  chart(result: AnalyzerResult): ChartHandle;
}

let loading: Promise<Widget> | undefined;

/** @internal The widget; a failure is not kept, so that a later element tries again. */
export function widget(): Promise<Widget> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Widget> {
  await init({ module_or_path: configuration().playerWasmUrl ?? new URL("./player.wasm", import.meta.url) });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css());
  return {
    sheet,
    mount: (root, bridge) => mount(root, bridge as never),
    chart: (result) => new ChartHandle(result),
  };
}
