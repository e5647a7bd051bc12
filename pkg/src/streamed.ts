/** A file whose server gives no parts: kept as it arrives, on disk where the browser has one for us, and read from there. */
import { TimeSideError } from "./errors.js";
import { type Address, BrokenOff, bodyLength, changed, type Fetched, Patience, readBody, request, strong, type Supply, toldBy } from "./http.js";
import { openStore, type Store } from "./store.js";

/** A block of the engine's cache: pieces end where blocks do. */
const PIECE_BYTES = 64 * 1024;

/** A file that is arriving. Its length is certain only once it has come. */
export class StreamedFile {
  /** Length as the server says it. */
  readonly expected: number | undefined;
  readonly #address: Address;
  readonly #store: Store;
  readonly #validator: string | undefined;
  readonly #isPlain: boolean;
  readonly #closing = new AbortController();
  readonly #piece = new Uint8Array(PIECE_BYTES);
  #arrived = 0;
  #hasEnded = false;
  #error: unknown;
  #waiting: { bytes: number; wake: () => void }[] = [];

  /** Takes the body of an answer of 200, which begins to arrive. */
  static async open(address: Address, response: Response, maxMemory: number, signal: AbortSignal): Promise<StreamedFile> {
    try {
      const store = await openStore(address.url, bodyLength(response), maxMemory);
      return new StreamedFile(address, response, store, signal);
    } catch (error) {
      await response.body?.cancel();
      throw error;
    }
  }

  private constructor(address: Address, response: Response, store: Store, signal: AbortSignal) {
    this.#address = address;
    this.#store = store;
    this.expected = bodyLength(response);
    this.#validator = toldBy((name) => response.headers.get(name)).validator;
    this.#isPlain = response.headers.get("content-encoding") === null;
    signal.addEventListener("abort", () => this.#closing.abort(), { signal: this.#closing.signal });
    void this.#arrive(response);
  }

  /** The first bytes: as many as asked for, or all there are. */
  async head(bytes: number, signal: AbortSignal): Promise<Fetched> {
    await this.#until(bytes);
    signal.throwIfAborted();
    if (this.#arrived === 0 && this.#error !== undefined) throw this.#error;
    return this.#stored(0, Math.min(bytes, this.#arrived));
  }

  async read(start: number, end: number, supply: Supply): Promise<void> {
    for (let at = start; ; ) {
      await this.#until(Math.min(at + PIECE_BYTES, end));
      const stop = Math.min(at + PIECE_BYTES, end, this.#arrived);
      if (stop > at) supply(at, this.#stored(at, stop));
      at = Math.max(at, stop);
      if (at >= end) return;
      if (this.#hasEnded) return supply(this.#arrived, { bytes: new Uint8Array(0), total: this.#arrived });
      if (this.#error !== undefined && at >= this.#arrived) throw this.#error;
    }
  }

  readNow(start: number, end: number): Fetched | undefined {
    return start < this.#arrived ? this.#stored(start, Math.min(end, start + PIECE_BYTES, this.#arrived)) : undefined;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake(Infinity);
    await this.#store.close();
  }

  /** Bytes that have come, lent until the next call. */
  #stored(start: number, end: number): Fetched {
    const into = end - start <= PIECE_BYTES ? this.#piece.subarray(0, end - start) : new Uint8Array(end - start);
    this.#store.read(start, into);
    return { bytes: into, total: this.#hasEnded ? this.#arrived : undefined };
  }

  /** Until so many bytes have come, or no more come. */
  async #until(bytes: number): Promise<void> {
    if (this.#arrived >= bytes || this.#hasEnded || this.#error !== undefined) return;
    await new Promise<void>((wake) => this.#waiting.push({ bytes, wake }));
    this.#closing.signal.throwIfAborted();
  }

  #wake(bytes: number): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => one.bytes > bytes);
    for (const one of waiting) if (one.bytes <= bytes) one.wake();
  }

  async #arrive(first: Response): Promise<void> {
    const patience = new Patience();
    const { signal } = this.#closing;
    try {
      for (let response = first; ; response = await this.#goOn(signal)) {
        // What is there already and comes again.
        let skip = response.status === 206 ? 0 : this.#arrived;
        let cause: unknown = "it ends before its length";
        try {
          await readBody(response, signal, (bytes) => {
            const fresh = bytes.subarray(Math.min(skip, bytes.length));
            skip -= bytes.length - fresh.length;
            if (fresh.length === 0) return;
            this.#store.append(fresh);
            this.#arrived += fresh.length;
            patience.renew();
            this.#wake(this.#arrived);
          });
          if (this.#arrived >= (this.expected ?? 0)) break;
        } catch (error) {
          if (!(error instanceof BrokenOff)) throw error;
          cause = error;
        }
        await patience.wait(this.#address.url, signal, cause);
      }
      this.#hasEnded = true;
    } catch (error) {
      this.#error = error;
    }
    this.#wake(Infinity);
  }

  /** Asks for the rest after the connection broke. */
  async #goOn(signal: AbortSignal): Promise<Response> {
    const { url } = this.#address;
    const canRange = this.#isPlain && this.#arrived > 0;
    const response = await request(this.#address, {
      ...(canRange && { range: [this.#arrived, undefined] as [number, undefined], ifRange: strong(this.#validator) }),
      signal,
    });
    const told = toldBy((name) => response.headers.get(name));
    if (response.status === 416) throw changed(url, "it has become shorter");
    if (this.#validator !== undefined && told.validator !== undefined && told.validator !== this.#validator) {
      throw changed(url, "its identity, ETag or date, is another");
    }
    if (response.status === 206 && told.start !== undefined && told.start !== this.#arrived) {
      throw new TimeSideError("conflict", `${url}: the server goes on at byte ${told.start}, where ${this.#arrived} was asked for (Content-Range)`);
    }
    const total = response.status === 206 ? told.total : bodyLength(response);
    if (this.expected !== undefined && total !== undefined && total !== this.expected) {
      throw changed(url, `its length was ${this.expected}, now it is ${total} bytes`);
    }
    return response;
  }
}
