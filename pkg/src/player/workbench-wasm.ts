/** The wasm of the panels, made ready once per page. */
import { configuration } from "../player-sdk.js";
import type { AnalyzerResult } from "../types.js";
import type { Workbench, WorkbenchHost } from "./bench.js";
import init, { ChartHandle, css, mount } from "../../build/workbench/timeside_workbench.js";

let made: Promise<Workbench> | undefined;

/** Both bundles that may ask share what this gives; a failure is not kept. */
export function load(): Promise<Workbench> {
  made ??= make().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

async function make(): Promise<Workbench> {
  await init({ module_or_path: configuration().workbenchWasmUrl ?? new URL("./workbench.wasm", import.meta.url) });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css());
  return {
    sheet,
    mount: (root: HTMLElement, host: WorkbenchHost) => mount(root, host as never),
    chart: (result: AnalyzerResult) => new ChartHandle(result),
  };
}
