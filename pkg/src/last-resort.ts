/** What the engine cannot decode and the browser can: its samples, whole, as far as memory allows. */
import { TimeSideError } from "./errors.js";
import type { OpenData, Source } from "./protocol.js";

/** Coded bytes at most: all of them are in memory, and their samples too. */
const MAX_CODED_BYTES = 64 * 2 ** 20;
/** The browser resamples to the rate it is asked for, and does not tell the file's. */
const RATE_HZ = 48_000;

/**
 * Has the browser decode a medium that the engine refused. Undefined where that is no use: it is no audio, too large, or
 * unknown to the browser as well.
 *
 * @throws {TimeSideError} `out-of-memory` if its samples pass `maxMemory`
 */
export async function decodeByBrowser(source: Source, data: OpenData, signal: AbortSignal | undefined): Promise<{ source: Source; data: OpenData } | undefined> {
  if (typeof OfflineAudioContext === "undefined") return undefined;
  const coded = await bytesOf(source, signal).catch(() => undefined);
  signal?.throwIfAborted();
  if (!coded || isText(coded)) return undefined;
  let decoded: AudioBuffer;
  try {
    decoded = await new OfflineAudioContext(1, 1, RATE_HZ).decodeAudioData(await coded.arrayBuffer());
  } catch {
    return undefined;
  }
  const needed = decoded.length * decoded.numberOfChannels * 4;
  if (needed > data.maxMemory) {
    throw new TimeSideError(
      "out-of-memory",
      `${data.name}: only the browser can decode it, and then holds all of it: ${(needed / 2 ** 20).toFixed(1)} MiB, above the limit of ` +
        `${(data.maxMemory / 2 ** 20).toFixed(1)} MiB; raise maxMemory, or convert it to a format of README's table`,
      { neededBytes: needed, limitBytes: data.maxMemory },
    );
  }
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, channel) => decoded.getChannelData(channel).slice());
  const mimeType = data.mimeType || coded.type;
  return { source: { kind: "samples", channels }, data: { ...data, mimeType, sampleRate: decoded.sampleRate, isDecodedByBrowser: true } };
}

/** All bytes, if they are few enough. */
async function bytesOf(source: Source, signal: AbortSignal | undefined): Promise<Blob | undefined> {
  if (source.kind === "blob") return source.blob.size <= MAX_CODED_BYTES ? source.blob : undefined;
  if (source.kind !== "url") return undefined;
  const { url, headers, credentials } = source;
  const giveUp = new AbortController();
  const response = await fetch(url, { headers, credentials, signal: signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal });
  const type = response.headers.get("content-type") ?? "";
  const isTooLarge = Number(response.headers.get("content-length") ?? 0) > MAX_CODED_BYTES;
  if (!response.ok || !response.body || isTooLarge || type.startsWith("text/")) {
    giveUp.abort();
    return undefined;
  }
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type });
    size += value.length;
    if (size > MAX_CODED_BYTES) {
      giveUp.abort();
      return undefined;
    }
    parts.push(value);
  }
}

function isText({ type }: Blob): boolean {
  return type.startsWith("text/") || type.startsWith("image/");
}
