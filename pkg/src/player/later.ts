/**
 * The later half of the widget's wasm: what a page wants only when somebody annotates, asks or changes something.
 *
 * The build cuts it off (`cargo xtask build`). Both halves share memory and function table, so the widget's code knows
 * nothing of it; whoever is about to need it awaits `bring()`. A call that comes before that is answered by `bringNow()`,
 * which waits as only a synchronous request can: right, but to be avoided (`tests/browser/halves.test.mjs` counts them).
 */

import { TimeSideError } from "../player-sdk.js";

/** Exports of the first half. */
let first: WebAssembly.Exports | undefined;
let address: URL | string = "";
let coming: Promise<void> | undefined;

/** @internal The first half stands; where the later one lies. */
export function firstHalf(exports: object, later: URL | string): void {
  first = exports as WebAssembly.Exports;
  address = later;
}

/** Tells whether the later half is there; absent where the build has cut nothing off. */
const there = (): WebAssembly.Global | undefined => first?.["later"] as WebAssembly.Global | undefined;
/** @internal Is it still to come? */
export const isMissing = (): boolean => there()?.value === 0;

const absent = (why: string, cause?: unknown): TimeSideError =>
  new TimeSideError("network", `${String(address)}: a part of the player could not be fetched (${why}). Try again, or reload the page.`, {}, cause);

function join(module: WebAssembly.Module): void {
  if (!isMissing()) return;
  new WebAssembly.Instance(module, { f: first! });
  there()!.value = 1;
}

/** @internal Fetches the later half, once; a failure is not kept. */
export function bring(): Promise<void> {
  if (!isMissing()) return Promise.resolve();
  coming ??= fetched().catch((error: unknown) => {
    coming = undefined;
    throw error;
  });
  return coming;
}

async function fetched(): Promise<void> {
  const answer = await fetch(address).catch((cause: unknown) => {
    throw absent(String(cause), cause);
  });
  if (!answer.ok) throw absent(`the server answered ${answer.status}`);
  // Not compileStreaming(): servers that do not know the media type of wasm are common.
  join(await WebAssembly.compile(await answer.arrayBuffer()));
}

/** @internal Called by the first half, for the sake of the function at this place of the table. */
export function bringNow(place: number): void {
  if (!isMissing()) return;
  performance.mark("timeside-early", { detail: place });
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  // A synchronous request gives no bytes but as text: one per character.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status >= 400) throw absent(`the server answered ${request.status}`);
  join(new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0) & 255)));
}
