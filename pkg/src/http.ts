/** Media behind addresses, in the worker: parts of files, or the whole within a limit; failures by their cause. */
import { TimeSideError } from "./errors.js";

/** First request, and what the head of most containers needs. */
const PROBE_BYTES = 256 * 1024;
const TIMEOUT_MS = 30_000;
/** Waits before a request is tried again after the server or the network failed. */
const RETRY_MS = [250, 1000];

export interface Address {
  url: string;
  headers: [string, string][];
  credentials: RequestCredentials;
}

/** A part of a file, as the engine's cache takes it. */
export interface Fetched {
  bytes: Uint8Array;
  /** Length of the whole file, where told. */
  total?: number | undefined;
  /** What changes when the file does, where told. */
  validator?: string | undefined;
}

/** What opening an address gives. */
export type Opened =
  /** The server gives parts: `head` is the first. */
  | { kind: "ranged"; file: RangedFile; head: Fetched; mimeType: string }
  /** It does not: this is the whole. */
  | { kind: "whole"; blob: Blob; mimeType: string };

/** Asks for the first bytes, and finds out how the rest can be had. */
export async function openAddress(address: Address, maxMemory: number, signal: AbortSignal): Promise<Opened> {
  const response = await request(address, `bytes=0-${PROBE_BYTES - 1}`, signal);
  const mimeType = response.headers.get("content-type") ?? "";
  if (response.status === 416) throw new TimeSideError("corrupt-media", `${address.url} is empty`);
  if (response.status !== 206) return { kind: "whole", blob: await whole(address, response, maxMemory), mimeType };
  const head = fetched(await body(address, response), (name) => response.headers.get(name));
  // A server of another origin may hide Content-Range.
  head.total ??= head.bytes.length < PROBE_BYTES ? head.bytes.length : await headLength(address, signal);
  if (head.total !== undefined) return { kind: "ranged", file: new RangedFile(address), head, mimeType };
  return { kind: "whole", blob: await whole(address, await request(address, undefined, signal), maxMemory), mimeType };
}

/** A file of which the server gives parts. That it stays the same file is the cache's to watch. */
export class RangedFile {
  readonly #address: Address;
  readonly #closing = new AbortController();
  /** Told before a synchronous request, for how long the worker may hear nothing. */
  onbusy: ((ms: number) => void) | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  /** The bytes `start..end`, or fewer. */
  async read(start: number, end: number): Promise<Fetched> {
    const response = await request(this.#address, `bytes=${start}-${end - 1}`, this.#closing.signal);
    checkPart(this.#address, response.status);
    return fetched(await body(this.#address, response), (name) => response.headers.get(name));
  }

  /** The same, while the worker waits. It is tried once: the engine tries again. */
  readNow(start: number, end: number): Fetched {
    const { url, headers, credentials } = this.#address;
    this.onbusy?.(TIMEOUT_MS);
    const xhr = new XMLHttpRequest();
    try {
      xhr.open("GET", url, false);
      xhr.responseType = "arraybuffer";
      xhr.timeout = TIMEOUT_MS;
      xhr.withCredentials = credentials === "include";
      for (const [name, value] of headers) xhr.setRequestHeader(name, value);
      xhr.setRequestHeader("Range", `bytes=${start}-${end - 1}`);
      xhr.send();
    } catch (cause) {
      throw unreachable(url, cause);
    }
    refuse(url, xhr.status);
    checkPart(this.#address, xhr.status);
    return fetched(new Uint8Array(xhr.response as ArrayBuffer), (name) => xhr.getResponseHeader(name));
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }
}

function fetched(bytes: Uint8Array, header: (name: string) => string | null): Fetched {
  const total = /^\s*bytes\s+\d+-\d+\/(\d+)\s*$/i.exec(header("content-range") ?? "")?.[1];
  return {
    bytes,
    total: total === undefined ? undefined : Number(total),
    validator: header("etag") ?? header("last-modified") ?? undefined,
  };
}

/** Once opened in parts, it must go on in parts. */
function checkPart({ url }: Address, status: number): void {
  if (status === 206) return;
  if (status === 416) throw new TimeSideError("conflict", `${url} has become shorter since it was opened: open it again`);
  throw new TimeSideError("conflict", `${url}: the server gave parts of the file at first, and now answers ${status}: open it again`);
}

async function request({ url, headers, credentials }: Address, range: string | undefined, signal: AbortSignal, method = "GET"): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    let response: Response;
    try {
      response = await timed(signal, (signal) =>
        fetch(url, { method, headers: [...headers, ...(range ? [["Range", range] as [string, string]] : [])], credentials, signal }),
      );
    } catch (cause) {
      signal.throwIfAborted();
      if (tries < RETRY_MS.length && !(cause instanceof DOMException)) {
        await pause(RETRY_MS[tries] ?? 0);
        signal.throwIfAborted();
        continue;
      }
      throw unreachable(url, cause);
    }
    if (isPassing(response.status) && tries < RETRY_MS.length) {
      await response.body?.cancel();
      await pause(RETRY_MS[tries] ?? 0);
      signal.throwIfAborted();
      continue;
    }
    if (response.status !== 416) refuse(url, response.status);
    return response;
  }
}

/** Gives up when nothing has come for too long; the body has its own time. */
async function timed<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException("the server did not answer in time", "TimeoutError")), TIMEOUT_MS);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The bytes of an answer, by way of a blob: it gathers outside of this process, whose memory would otherwise hold each
 * answer twice until the collector comes by.
 */
async function body({ url }: Address, response: Response): Promise<Uint8Array> {
  try {
    const blob = await inTime(response.blob());
    return new Uint8Array(await inTime(blob.arrayBuffer()));
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable(url, cause);
  }
}

/** The same, for what cannot be aborted. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("the server stopped sending", "TimeoutError")), TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The whole of a file, up to a limit. It becomes a blob: the browser may keep that on disk. */
async function whole({ url }: Address, response: Response, maxMemory: number): Promise<Blob> {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const refused = (bytes: number, more: string) =>
    new TimeSideError(
      "no-range",
      `${url}: the server gives no parts of files (Range), and the whole has ${more}${mib(bytes)}, above the limit of ${mib(maxMemory)}: ` +
        "serve it with ranges, raise maxMemory, or open it as a File",
      { byteLen: bytes, limitBytes: maxMemory },
    );
  const told = Number(response.headers.get("content-length") ?? 0);
  if (told > maxMemory) {
    await response.body?.cancel();
    throw refused(told, "");
  }
  const type = response.headers.get("content-type") ?? "";
  if (!response.body) return new Blob([], { type });
  const reader = response.body.getReader();
  let parts: BlobPart[] = [];
  let [size, loose] = [0, 0];
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read());
      if (done) return new Blob(parts, { type });
      size += value.length;
      loose += value.length;
      if (size > maxMemory) {
        await reader.cancel();
        throw refused(size, "more than ");
      }
      parts.push(value);
      // Out of the worker's own memory.
      if (loose > 8 * 2 ** 20) [parts, loose] = [[new Blob(parts)], 0];
    }
  } catch (cause) {
    if (cause instanceof TimeSideError || (cause instanceof DOMException && cause.name === "AbortError")) throw cause;
    throw unreachable(url, cause);
  }
}

/** The length that HEAD tells; undefined if it does not. */
async function headLength(address: Address, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { headers } = await request(address, undefined, signal, "HEAD");
    const told = headers.get("content-length");
    return told !== null && headers.get("content-encoding") === null ? Number(told) : undefined;
  } catch (error) {
    if (error instanceof TimeSideError) return undefined;
    throw error;
  }
}

/** What may be over in a moment. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429;
}

function refuse(url: string, status: number): void {
  if (status === 404 || status === 410) throw new TimeSideError("not-found", `${url} is not there (${status})`, { status });
  if (status === 401 || status === 403) {
    throw new TimeSideError("network", `${url}: the server refuses it (${status}): a login, a header or a new signed address may be missing`, { status });
  }
  if (status >= 400 && status !== 416) throw new TimeSideError("network", `${url}: the server failed (${status})`, { status });
}

function unreachable(url: string, cause: unknown): TimeSideError {
  const late = cause instanceof DOMException && cause.name === "TimeoutError" ? "did not answer in time" : "cannot be fetched";
  const causes = "no connection, a wrong host name, a server that is down, one that forbids other origins (CORS), or the page's policy (connect-src)";
  return new TimeSideError("network", `${url} ${late}. A browser does not tell why; possible are: ${causes}`, {}, cause);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
