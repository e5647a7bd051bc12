/**
 * TimeSide in the browser: open a recording of any length, analyse it, draw it. The engine is WebAssembly in one Web
 * Worker per page, started when first needed.
 *
 * @module timeside
 */
import { clear } from "./cache.js";
import { client } from "./client.js";
import { badParameter } from "./errors.js";
import { ReceivedResult, ReceivedResults } from "./results.js";
import type { AnalyzerResult, ProcessorInfo, Results } from "./types.js";

export { configuration, configure } from "./configuration.js";
export { type ErrorCode, TimeSideError } from "./errors.js";
export { annotationFormats, formatAnnotations, parseAnnotations } from "./annotations.js";
export { microphone, open } from "./media.js";
export { createPlayer } from "./exact/player.js";
export type * from "./types.js";

/** What can be put in a pipe, with parameters and results. */
export async function processors(): Promise<ProcessorInfo[]> {
  const { event } = await client.ask("processors", (request) => ({ type: "processors", request }), { what: "processors" });
  return event.processors;
}

/** Removes the waveforms that were kept for the next visit (`configure({ cacheBytes })`). */
export async function clearCache(): Promise<void> {
  await clear();
}

/**
 * Reads a container of results that TimeSide, this one or the Python one, has written.
 *
 * @throws {TimeSideError} `bad-results` naming what is wrong and where
 */
export async function parseResults(bytes: Uint8Array | string, format = "json"): Promise<Results> {
  if (typeof bytes !== "string" && !(bytes instanceof Uint8Array)) throw badParameter("parseResults", "bytes", "must be a Uint8Array or a text");
  if (format !== "json") throw badParameter("parseResults", "format", `must be “json”, not “${String(format)}”`);
  const given = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return new Promise((resolve, reject) => {
    const results: [string, AnalyzerResult][] = [];
    client.request(
      (request) => ({ type: "parse-results", request, format }),
      {
        event: (event, arrays) => {
          if (event.type === "result") results.push([event.key, new ReceivedResult(event.result, arrays)]);
          else if (event.type === "done") resolve(new ReceivedResults(results, event.warnings));
        },
        failed: reject,
      },
      { bytes: given },
    );
  });
}
