/** Peaks that a server made, fetched by the page: they may come from elsewhere than the recording. */
import { TimeSideError } from "./errors.js";
import type { Source } from "./protocol.js";
import type { OpenOptions } from "./types.js";

/** Their bytes on their way, or why they cannot be had; undefined if none are given. */
export function givenPeaks(
  { peaks, credentials }: OpenOptions,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | TimeSideError> | undefined {
  if (peaks === undefined || peaks === null) return undefined;
  const load = async (): Promise<Uint8Array> => {
    if (peaks instanceof Blob) return new Uint8Array(await peaks.arrayBuffer());
    const url = new URL(String(peaks), document.baseURI);
    // What gives leave for the medium is nobody else's.
    const isSameOrigin = source.kind === "url" && new URL(source.url).origin === url.origin;
    const response = await fetch(url, {
      ...(credentials && { credentials }),
      ...(signal && { signal }),
      ...(isSameOrigin && { headers: source.headers }),
    });
    if (!response.ok) throw new Error(`the server answers ${response.status} for ${url.href}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return load().catch((cause: unknown) => new TimeSideError("network", `the given peaks could not be loaded: ${String(cause)}`, {}, cause));
}
