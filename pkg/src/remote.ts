/** Media behind addresses, in the worker: by parts where the server gives them, else as they arrive. */
import { TimeSideError } from "./errors.js";
import { type Address, BrokenOff, bodyLength, changed, type Fetched, Patience, readAtOnce, readBody, request, strong, type Supply, toldBy } from "./http.js";
import { StreamedFile } from "./streamed.js";

/** First request, and what the head of most containers needs. */
const PROBE_BYTES = 256 * 1024;
/** A block of the engine's cache: pieces end where blocks do. */
const PIECE_BYTES = 64 * 1024;
/** While the worker waits it hears nothing: only so much, and not for long. */
const NOW_BYTES = 256 * 1024;
/** A connection that brings so much in a second brings a part at once. */
const FAST_BYTES_PER_S = 1 << 20;
export const NOW_MS = 10_000;

/** A medium behind an address, as the engine's cache asks for it. */
export interface RemoteFile {
  /** Supplies the bytes `start..end` in pieces as they come, to the end of the file at most. */
  read(start: number, end: number, supply: Supply): Promise<void>;
  /** The first of them at once, while the worker waits; undefined where that would be long. */
  readNow(start: number, end: number): Fetched | undefined;
  /** Ends what is under way, and gives back what is held. */
  close(): Promise<void>;
}

/** What opening an address gives: its first bytes, with the length of the file if that is certain. */
export interface Opened {
  file: RemoteFile;
  head: Fetched;
  mimeType: string;
  /** Length as the server says it. */
  byteLen?: number | undefined;
}

/** Asks for the first bytes, and finds out how the rest can be had. */
export async function openAddress(address: Address, maxMemory: number, signal: AbortSignal): Promise<Opened> {
  const response = await request(address, { range: [0, PROBE_BYTES], signal });
  if (response.status === 416) throw new TimeSideError("corrupt-media", `${address.url} is empty`);
  const mimeType = response.headers.get("content-type") ?? "";
  if (response.status === 206) {
    const file = new RangedFile(address, maxMemory);
    const head = await file.head(response, signal);
    // A server of another origin may hide Content-Range; and one that still records may not know its length.
    head.total ??= head.bytes.length < PROBE_BYTES ? undefined : await headLength(address, signal);
    if (head.total !== undefined) {
      file.total = head.total;
      address.isOpen = true;
      return { file, head, mimeType, byteLen: head.total };
    }
    await file.close();
  }
  const whole = response.status === 200 ? response : await request(address, { signal });
  const file = await StreamedFile.open(address, whole, maxMemory, signal);
  try {
    const head = await file.head(PROBE_BYTES, signal);
    address.isOpen = true;
    return { file, head, mimeType, byteLen: file.expected };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A file of which the server gives parts. */
class RangedFile implements RemoteFile {
  readonly #address: Address;
  readonly #maxMemory: number;
  readonly #closing = new AbortController();
  /** Length of the file, where told. */
  total: number | undefined;
  #validator: string | undefined;
  /** From when the server no longer gives parts: the whole, as it arrives. */
  #whole: Promise<StreamedFile> | undefined;
  /** Whether the last part came quickly and unbroken: then the next is taken at once, else as it trickles in. */
  #isFast = false;

  constructor(address: Address, maxMemory: number) {
    this.#address = address;
    this.#maxMemory = maxMemory;
  }

  /** The first bytes, from the answer to the first request. */
  async head(response: Response, signal: AbortSignal): Promise<Fetched> {
    const head = new Uint8Array(PROBE_BYTES);
    let [length, told] = [0, {} as Fetched];
    await this.#read(0, PROBE_BYTES, signal, response, (start, fetched) => {
      head.set(fetched.bytes, start);
      [length, told] = [start + fetched.bytes.length, fetched];
    });
    return { ...told, bytes: head.subarray(0, length) };
  }

  read(start: number, end: number, supply: Supply): Promise<void> {
    return this.#read(start, end, this.#closing.signal, undefined, supply);
  }

  async #read(start: number, end: number, signal: AbortSignal, first: Response | undefined, supply: Supply): Promise<void> {
    const patience = new Patience();
    const piece = new Uint8Array(PIECE_BYTES);
    let [at, filled, response] = [start, 0, first];
    const supplyPiece = () => {
      if (filled > 0) supply(at, { bytes: piece.subarray(0, filled), total: this.total, validator: this.#validator });
      [at, filled] = [at + filled, 0];
    };
    for (;;) {
      if (this.#whole) return (await this.#whole).read(at, end, supply);
      const from = at + filled;
      const last = Math.min(end, this.total ?? end);
      if (from >= last) break;
      const giveUp = new AbortController();
      const either = AbortSignal.any([signal, giveUp.signal]);
      response ??= await request(this.#address, { range: [from, last], ifRange: strong(this.#validator), signal: either });
      if (response.status === 200) {
        this.#fallBack(response);
        continue;
      }
      this.#check(response, from);
      let cause: unknown = "it answers with nothing";
      const [wasAt, began, atOnce] = [at + filled, performance.now(), this.#isFast];
      this.#isFast = false;
      try {
        await (atOnce ? readAtOnce : readBody)(response, signal, (bytes) => {
          patience.renew();
          for (let used = 0; used < bytes.length && at + filled < end; ) {
            const count = Math.min(bytes.length - used, PIECE_BYTES - filled, end - at - filled);
            piece.set(bytes.subarray(used, used + count), filled);
            [used, filled] = [used + count, filled + count];
            if (filled === PIECE_BYTES) supplyPiece();
          }
          return at + filled < end;
        });
        this.#isFast = at + filled - wasAt >= ((performance.now() - began) / 1000) * FAST_BYTES_PER_S;
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error;
        cause = error;
        // What is too slow to come at once would go on coming beside the next request.
        giveUp.abort();
      }
      response = undefined;
      // Without a told length, an answer that ends early ends the file.
      if (at + filled < last && this.total === undefined && at + filled > from) break;
      if (at + filled < last) await patience.wait(this.#address.url, signal, cause);
    }
    supplyPiece();
  }

  readNow(start: number, end: number): Fetched | undefined {
    if (this.#whole) return undefined;
    const { url, headers, credentials } = this.#address;
    const xhr = new XMLHttpRequest();
    try {
      xhr.open("GET", url, false);
      xhr.responseType = "arraybuffer";
      xhr.timeout = NOW_MS;
      xhr.withCredentials = credentials === "include";
      for (const [name, value] of headers) xhr.setRequestHeader(name, value);
      xhr.setRequestHeader("Range", `bytes=${start}-${Math.min(end, start + NOW_BYTES) - 1}`);
      xhr.send();
    } catch {
      return undefined;
    }
    // Whatever is wrong, the other way tries again, and says what it is.
    const told = toldBy((name) => xhr.getResponseHeader(name));
    const bytes = new Uint8Array((xhr.response as ArrayBuffer | null) ?? new ArrayBuffer(0));
    if (xhr.status !== 206 || bytes.length === 0 || (told.start ?? start) !== start) return undefined;
    return { bytes, total: told.total, validator: told.validator };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await (await this.#whole?.catch(() => undefined))?.close();
  }

  #check(response: Response, start: number): void {
    const { url } = this.#address;
    if (response.status === 416) throw changed(url, "it has become shorter");
    const told = toldBy((name) => response.headers.get(name));
    if (told.start !== undefined && told.start !== start) {
      throw new TimeSideError("conflict", `${url}: the server answers with the bytes from ${told.start} on, where those from ${start} on were asked for (Content-Range)`);
    }
    this.#compare(told.total, told.validator);
  }

  #compare(total: number | undefined, validator: string | undefined): void {
    const { url } = this.#address;
    if (this.total !== undefined && total !== undefined && total !== this.total) throw changed(url, `its length was ${this.total}, now it is ${total} bytes`);
    if (this.#validator !== undefined && validator !== undefined && validator !== this.#validator) throw changed(url, "its identity, ETag or date, is another");
    this.total ??= total;
    this.#validator ??= validator;
  }

  /** The server has begun to send the whole, whatever is asked: it is taken, if it is still the same. */
  #fallBack(response: Response): void {
    this.#compare(bodyLength(response), toldBy((name) => response.headers.get(name)).validator);
    this.#whole = StreamedFile.open(this.#address, response, this.#maxMemory, this.#closing.signal);
  }
}

/** The length that HEAD tells; undefined if it does not. */
async function headLength(address: Address, signal: AbortSignal): Promise<number | undefined> {
  try {
    return bodyLength(await request(address, { method: "HEAD", signal }));
  } catch (error) {
    if (error instanceof TimeSideError) return undefined;
    throw error;
  }
}
