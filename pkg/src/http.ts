/** Requests in the worker: tried again where that may help, renewed where an address expires; failures by their cause. */
import { TimeSideError } from "./errors.js";

/** Longest silence of a server: before an answer, and within one. */
const SILENCE_MS = 30_000;
/** Waits before a request is tried again after the server or the network failed. */
const RETRY_MS = [250, 1000, 3000];
const READ_BYTES = 64 * 1024;

/** A part of a file, as the engine's cache takes it. */
export interface Fetched {
  bytes: Uint8Array;
  /** Length of the whole file, where told. */
  total?: number | undefined;
  /** What changes when the file does, where told. */
  validator?: string | undefined;
}

/** Takes a piece that begins at byte `start`. Its bytes are lent for the call. */
export type Supply = (start: number, fetched: Fetched) => void;

/** Where a medium is, and how it is asked for. A signed address may expire: then the page names a new one. */
export class Address {
  url: string;
  readonly headers: [string, string][];
  readonly credentials: RequestCredentials;
  /** Once the medium is open, a refusal means that the address has expired. */
  isOpen = false;
  readonly #refresh: ((url: string) => Promise<string>) | undefined;
  #renewal: Promise<void> | undefined;

  constructor(url: string, headers: [string, string][], credentials: RequestCredentials, refresh?: (url: string) => Promise<string>) {
    this.url = url;
    this.headers = headers;
    this.credentials = credentials;
    this.#refresh = refresh;
  }

  /** Whether the medium's origin is this one: others see fewer headers, and ask before each unusual one. */
  get isOwnOrigin(): boolean {
    return new URL(this.url).origin === self.location.origin;
  }

  canRenew(status: number): boolean {
    return this.isOpen && this.#refresh !== undefined && (status === 401 || status === 403 || status === 410);
  }

  /** Gets a new address in place of `used`. Requests that are refused at the same time share one call. */
  async renew(used: string): Promise<void> {
    const refresh = this.#refresh;
    if (this.url !== used || !refresh) return;
    this.#renewal ??= refresh(used)
      .then((url) => {
        this.url = url;
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    await this.#renewal;
  }
}

export interface RequestOptions {
  /** First byte and the byte behind the last. */
  range?: [start: number, end: number | undefined];
  /** What the file was known by: if it is another, the server sends all of it. */
  ifRange?: string | undefined;
  method?: string;
  signal: AbortSignal;
}

/** Asks until there is an answer that is no failure: 200, 206 or 416. */
export async function request(address: Address, { range, ifRange, method = "GET", signal }: RequestOptions): Promise<Response> {
  let isRenewed = false;
  for (let tries = 0; ; tries += 1) {
    const { url } = address;
    const headers = [...address.headers];
    if (range) headers.push(["Range", `bytes=${range[0]}-${range[1] === undefined ? "" : range[1] - 1}`]);
    if (range && ifRange !== undefined && address.isOwnOrigin) headers.push(["If-Range", ifRange]);
    let response: Response;
    try {
      response = await answered(url, { method, headers, credentials: address.credentials }, signal);
    } catch (cause) {
      signal.throwIfAborted();
      const wait = RETRY_MS[tries];
      if (wait === undefined || cause instanceof DOMException) throw unreachable(url, cause);
      await pause(wait, signal);
      continue;
    }
    const wait = RETRY_MS[tries];
    if (isPassing(response.status) && wait !== undefined) {
      await response.body?.cancel();
      await pause(wait, signal);
      continue;
    }
    if (!isRenewed && address.canRenew(response.status)) {
      await response.body?.cancel();
      isRenewed = true;
      await address.renew(url);
      continue;
    }
    if (response.status !== 416) refuse(url, response.status);
    return response;
  }
}

/** One request; gives up when the server is silent for too long. Its body has its own time. */
async function answered(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException("the server did not answer in time", "TimeoutError")), SILENCE_MS);
  try {
    return await fetch(url, { ...init, signal: AbortSignal.any([signal, late.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/** A body that ended before its time: whoever reads may ask for the rest. */
export class BrokenOff extends Error {}

/**
 * Hands out a body as it comes, however slowly; `take` says false when it has enough. The bytes are lent for the call:
 * one buffer serves the whole body, so that a long one leaves nothing to collect.
 *
 * @throws {BrokenOff} and what `take` throws
 */
export async function readBody(response: Response, signal: AbortSignal, take: (bytes: Uint8Array) => boolean | void): Promise<void> {
  const { body } = response;
  if (!body) return;
  const read = chunks(body);
  const cancel = () => void read.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    for (;;) {
      const value = await inTime(read.next());
      signal.throwIfAborted();
      if (!value) return;
      if (value.length > 0 && take(value) === false) return await read.cancel();
    }
  } catch (cause) {
    cancel();
    signal.throwIfAborted();
    if (cause instanceof TimeSideError) throw cause;
    throw new BrokenOff(String(cause), { cause });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/**
 * The same in one piece, by way of a blob: it gathers outside of this process, whose memory would otherwise hold each
 * answer twice until the collector comes by. What had come of an answer that breaks off is lost.
 */
export async function readAtOnce(response: Response, signal: AbortSignal, take: (bytes: Uint8Array) => boolean | void): Promise<void> {
  try {
    const blob = await inTime(response.blob());
    const bytes = new Uint8Array(await inTime(blob.arrayBuffer()));
    signal.throwIfAborted();
    take(bytes);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TimeSideError) throw cause;
    throw new BrokenOff(String(cause), { cause });
  }
}

/** The body's chunks, in one buffer where the browser can. */
function chunks(body: ReadableStream<Uint8Array>): { next(): Promise<Uint8Array | undefined>; cancel(): Promise<void> } {
  try {
    const reader = body.getReader({ mode: "byob" });
    let buffer = new ArrayBuffer(READ_BYTES);
    return {
      async next() {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (value) buffer = value.buffer;
        return done ? undefined : value;
      },
      cancel: () => reader.cancel(),
    };
  } catch {
    const reader = body.getReader();
    return { next: async () => (await reader.read()).value, cancel: () => reader.cancel() };
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("the server stopped sending", "TimeoutError")), SILENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Counts attempts that brought nothing, and waits between them. */
export class Patience {
  #tries = 0;

  /** Something came: it may fail as often again. */
  renew(): void {
    this.#tries = 0;
  }

  /** Waits before the next attempt. After too many it throws. */
  async wait(url: string, signal: AbortSignal, cause: unknown): Promise<void> {
    const wait = RETRY_MS[this.#tries++];
    if (wait === undefined) throw new TimeSideError("network", `${url}: the connection breaks off again and again`, {}, cause);
    await pause(wait, signal);
  }
}

/** What an answer says of the file. */
export function toldBy(header: (name: string) => string | null): { start?: number; total?: number | undefined; validator?: string | undefined } {
  const range = /^\s*bytes\s+(\d+)-\d+\/(\d+|\*)\s*$/i.exec(header("content-range") ?? "");
  return {
    ...(range && { start: Number(range[1]) }),
    total: range && range[2] !== "*" ? Number(range[2]) : undefined,
    validator: header("etag") ?? header("last-modified") ?? undefined,
  };
}

/** Length of the whole that an answer sends, where it says so in plain bytes. */
export function bodyLength(response: Response): number | undefined {
  const told = response.headers.get("content-length");
  return told !== null && response.headers.get("content-encoding") === null ? Number(told) : undefined;
}

/** A validator that vouches for every byte, as If-Range needs. */
export function strong(validator: string | undefined): string | undefined {
  return validator?.startsWith("W/") ? undefined : validator;
}

export function changed(url: string, what: string): TimeSideError {
  return new TimeSideError("conflict", `${url} has changed since it was opened (${what}): open it again`);
}

/** What may be over in a moment. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function refuse(url: string, status: number): void {
  if (status === 404 || status === 410) throw new TimeSideError("not-found", `${url} is not there (${status})`, { status });
  if (status === 401 || status === 403) {
    throw new TimeSideError("network", `${url}: the server refuses it (${status}): a login, a header or a new signed address (options.refresh) may be missing`, { status });
  }
  if (status >= 400) throw new TimeSideError("network", `${url}: the server failed (${status})`, { status });
}

function unreachable(url: string, cause: unknown): TimeSideError {
  const late = cause instanceof DOMException && cause.name === "TimeoutError" ? "did not answer in time" : "cannot be fetched";
  const causes = "no connection, a wrong host name, a server that is down, one that forbids other origins (CORS), or the page's policy (connect-src)";
  return new TimeSideError("network", `${url} ${late}. A browser does not tell why; possible are: ${causes}`, {}, cause);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}
