import { badParameter } from "./errors.js";
import type { ConfigureOptions } from "./types.js";

const NAMES = ["workerUrl", "wasmUrl", "workletUrl", "captureUrl", "playerWasmUrl", "playerLaterWasmUrl", "workbenchWasmUrl"] as const;
const DEFAULT_CACHE_BYTES = 256 * 2 ** 20;
let cacheLimitBytes = DEFAULT_CACHE_BYTES;
const chosen: { [name in (typeof NAMES)[number]]?: string } = {};

/**
 * Says where the worker and the wasm modules are, if not beside this module: bundlers that do not follow
 * `new URL(…, import.meta.url)` (esbuild) need it. Holds from the next start of the worker on.
 *
 * @throws {TimeSideError} `bad-parameter`
 */
export function configure(options: ConfigureOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (name === "cacheBytes") {
      if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) throw badParameter("configure", name, "must be a whole number of bytes from 0");
      cacheLimitBytes = value ?? DEFAULT_CACHE_BYTES;
      continue;
    }
    if (!(NAMES as readonly string[]).includes(name)) throw badParameter("configure", name, `is unknown; known are ${NAMES.join(", ")}, cacheBytes`);
    if (value === undefined) delete chosen[name as keyof typeof chosen];
    else if (typeof value === "string" || value instanceof URL) chosen[name as keyof typeof chosen] = absolute(String(value));
    else throw badParameter("configure", name, "must be an address");
  }
}

/** What {@link configure} was told, as absolute addresses. */
export function configuration(): Readonly<typeof chosen> {
  return chosen;
}

/** What finished waveforms may take of the browser's storage. */
export function cacheBytes(): number {
  return cacheLimitBytes;
}

/** The worker resolves addresses against itself: it is told absolute ones. */
function absolute(address: string): string {
  const base = typeof document === "undefined" ? (globalThis.location as Location | undefined)?.href : document.baseURI;
  try {
    return new URL(address, base).href;
  } catch {
    return address;
  }
}
