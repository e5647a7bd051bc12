/** The page's end of the line to the worker: one worker per page, made when first needed, replaced when it dies. */
import { cacheBytes, configuration } from "./configuration.js";
import { cancelled, type ErrorCode, TimeSideError } from "./errors.js";
import type { Sink } from "./exact/wire.js";
import type { Command, ErrorData, Event, Source, ToPage, ToWorker, TypedArray } from "./protocol.js";

/** Who waits for the events of a request. */
export interface Waiting {
  /** The medium it is about. */
  media?: number;
  event(event: Event, arrays: TypedArray[]): void;
  failed(error: TimeSideError): void;
}

/** Who hears what concerns a medium and no request. */
export type MediaListener = (event: Event) => void;

export interface Beside {
  source?: Source;
  bytes?: Uint8Array;
  /** Of a recording; handed over to the worker, not copied. */
  port?: MessagePort;
  /** Where a feed goes; its port moves to the worker. */
  sink?: Sink;
}

/** Gives a new address in place of one that has expired. */
export type Refresh = (url: string) => Promise<string>;

/** How a command is asked. */
export interface Asking {
  media?: number;
  /** Cancels it. */
  signal?: AbortSignal | undefined;
  /** What it is, for the words of a cancellation. */
  what: string;
  /** Told of what comes before the answer. */
  part?(event: Event, arrays: TypedArray[]): void;
}

const FINAL: ReadonlySet<Event["type"]> = new Set(["opened", "done", "samples", "peaks", "spectrogram", "sha1", "picture", "processors", "annotation-formats", "annotations", "annotation-file", "stopped", "failed"]);
const BEAT_MS = 2000;
/** Beats without an answer to a ping after which the worker counts as dead. They are counted, not timed: a machine may sleep. */
const BEATS_LOST = 4;
/** How long a worker that ends may take to remove its temporary files. */
const SWEEP_MS = 2000;
/** How long a worker without media is kept for the next call. */
const LINGER_MS = 2000;

class Client {
  /** Grows when a worker is lost: what was open in it is not open in the next. */
  generation = 0;
  #worker: Worker | undefined;
  #isHeard = false;
  #requests = 0;
  #numbers = 0;
  #waiting = new Map<number, Waiting>();
  #media = new Map<number, { listener: MediaListener; refresh: Refresh | undefined }>();
  /** Temporary files of the worker. */
  #stores = 0;
  #beat: ReturnType<typeof setInterval> | undefined;
  #lost = 0;
  #patience = BEATS_LOST;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /** A number for a medium; its worker lives until {@link release}. */
  hold(listener: MediaListener, refresh?: Refresh): number {
    const media = ++this.#numbers;
    this.#media.set(media, { listener, refresh });
    return media;
  }

  /** Ends a medium: what waits for it is cancelled. With the last one the worker ends. */
  release(media: number): void {
    if (!this.#media.delete(media)) return;
    this.post({ type: "close", media });
    for (const [request, waiting] of this.#waiting) {
      if (waiting.media !== media) continue;
      this.#waiting.delete(request);
      waiting.failed(cancelled("close(): what ran on the medium"));
    }
    this.#rest(true);
  }

  /** Sends a command that is answered, starting a worker if there is none. Returns the number of the request. */
  request(make: (request: number) => Command, waiting: Waiting, beside: Beside = {}): number {
    const request = ++this.#requests;
    const worker = this.#start();
    this.#waiting.set(request, waiting);
    try {
      const ports = [beside.port, beside.sink?.port].filter((port) => port !== undefined);
      worker.postMessage({ type: "command", command: make(request), ...beside } satisfies ToWorker, ports);
    } catch (cause) {
      this.#waiting.delete(request);
      throw new TimeSideError("bad-parameter", `what was passed cannot be sent to the worker: ${String(cause)}`, {}, cause);
    }
    this.#watch();
    return request;
  }

  /** The one answer to a command. */
  ask<T extends Event["type"]>(
    type: T,
    make: (request: number) => Command,
    { media, signal, what, part, ...beside }: Beside & Asking,
  ): Promise<{ event: Extract<Event, { type: T }>; arrays: TypedArray[] }> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw cancelled(what, signal.reason);
      const onAbort = () => {
        this.cancel(request);
        reject(cancelled(what, signal?.reason));
      };
      const done = () => signal?.removeEventListener("abort", onAbort);
      const request = this.request(
        make,
        {
          ...(media !== undefined && { media }),
          event: (event, arrays) => {
            if (event.type !== type) return part?.(event, arrays);
            done();
            resolve({ event: event as Extract<Event, { type: T }>, arrays });
          },
          failed: (error) => {
            done();
            reject(error);
          },
        },
        beside,
      );
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Forgets a request and tells the worker. */
  cancel(request: number): void {
    if (!this.#waiting.delete(request)) return;
    this.post({ type: "cancel", request });
    this.#rest(false);
  }

  /** Sends a command that is not answered, if there is a worker to hear it. */
  post(command: Command): void {
    this.#worker?.postMessage({ type: "command", command } satisfies ToWorker);
  }

  #start(): Worker {
    clearTimeout(this.#linger);
    if (this.#worker) return this.#worker;
    if (typeof Worker === "undefined" || typeof WebAssembly === "undefined") {
      throw new TimeSideError("unsupported-environment", "TimeSide needs Web Workers and WebAssembly: call it in a browser, not on the server");
    }
    const { workerUrl, wasmUrl } = configuration();
    const worker = spawn(workerUrl);
    worker.onmessage = ({ data }: MessageEvent<ToPage>) => this.#hear(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      const where = workerUrl ?? "worker.js beside the module";
      const what = event.message || `the worker could not be loaded from ${where}: see configure({ workerUrl }) and the page's worker-src policy`;
      this.#crash(worker, what);
    };
    worker.onmessageerror = () => this.#crash(worker, "a message of the worker could not be read");
    worker.postMessage({ type: "start", cacheBytes: cacheBytes(), ...(wasmUrl !== undefined && { wasmUrl }) } satisfies ToWorker);
    this.#worker = worker;
    this.#isHeard = false;
    return worker;
  }

  #hear(worker: Worker, message: ToPage): void {
    if (worker !== this.#worker) return;
    this.#isHeard = true;
    this.#lost = 0;
    this.#patience = BEATS_LOST;
    switch (message.type) {
      case "event":
        return this.#dispatch(message.event, message.arrays);
      case "busy":
        this.#patience = BEATS_LOST + Math.ceil(message.ms / BEAT_MS);
        return;
      case "crashed":
        return this.#crash(worker, message.message);
      case "stores":
        this.#stores = message.count;
        return;
      case "refresh":
        return void this.#refresh(worker, message.media, message.url);
      case "hello":
      case "pong":
        return;
    }
  }

  #dispatch(event: Event, arrays: TypedArray[]): void {
    if (!("request" in event)) return this.#media.get(event.media)?.listener(event);
    const waiting = this.#waiting.get(event.request);
    // Cancelled meanwhile.
    if (!waiting) return;
    if (FINAL.has(event.type)) this.#waiting.delete(event.request);
    if (event.type === "failed") waiting.failed(errorFrom(event.error));
    else waiting.event(event, arrays);
    this.#rest(false);
  }

  #crash(worker: Worker, message: string): void {
    if (worker !== this.#worker) return;
    this.#end();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) {
      one.failed(new TimeSideError("worker-crashed", `The engine has stopped (${message}). The next call starts a new one; open media can be used again.`));
    }
  }

  async #refresh(worker: Worker, media: number, url: string): Promise<void> {
    let answer: { url?: string; error?: string };
    try {
      const renewed: unknown = await this.#media.get(media)?.refresh?.(url);
      answer = typeof renewed === "string" ? { url: new URL(renewed, document.baseURI).href } : { error: "it gave no text" };
    } catch (error) {
      answer = { error: String(error) };
    }
    worker.postMessage({ type: "refreshed", media, ...answer } satisfies ToWorker);
  }

  #end(): void {
    const worker = this.#worker;
    if (this.#stores > 0) {
      worker?.postMessage({ type: "end" } satisfies ToWorker);
      setTimeout(() => worker?.terminate(), SWEEP_MS);
    } else worker?.terminate();
    this.#stores = 0;
    this.#worker = undefined;
    this.generation += 1;
    clearInterval(this.#beat);
    clearTimeout(this.#linger);
    this.#beat = undefined;
  }

  /** A worker with nothing open and nothing to do ends: at once after the last `close()`, else when no call follows. */
  #rest(isClosing: boolean): void {
    if (!this.#worker || this.#media.size > 0 || this.#waiting.size > 0) return;
    clearTimeout(this.#linger);
    if (isClosing) return this.#end();
    this.#linger = setTimeout(() => {
      if (this.#media.size === 0 && this.#waiting.size === 0) this.#end();
    }, LINGER_MS);
  }

  /** While somebody waits and the worker is silent, it is pinged; a killed one tells nobody by itself. */
  #watch(): void {
    this.#beat ??= setInterval(() => {
      if (this.#waiting.size === 0) {
        clearInterval(this.#beat);
        this.#beat = undefined;
        this.#lost = 0;
        return;
      }
      // Until its script has loaded it cannot answer; that it does not load tells `onerror`.
      if (!this.#worker || !this.#isHeard) return;
      if (this.#lost === 0) this.#worker.postMessage({ type: "ping" } satisfies ToWorker);
      this.#lost += 1;
      if (this.#lost > this.#patience) this.#crash(this.#worker, "it no longer answers");
    }, BEAT_MS);
  }
}

/**
 * Starts a worker of another origin. A static import would be under `worker-src`, which then had to name that origin
 * too, and its refusal tells nobody; what is said meanwhile is kept.
 */
const SHIM = `const early = [];
onmessage = (event) => early.push(event);
import(ADDRESS).then(
  () => early.forEach((event) => onmessage(event)),
  (cause) => postMessage({ type: "crashed", message: String(cause) }),
);`;

function spawn(url: string | undefined): Worker {
  const options: WorkerOptions = { type: "module", name: "timeside" };
  try {
    // Bundlers look for exactly this form.
    return url === undefined ? new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "timeside" }) : new Worker(url, options);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "SecurityError")) throw error;
    // From another origin only a script of this one may start it.
    const address = JSON.stringify(url ?? new URL("./worker.js", import.meta.url).href);
    const shim = URL.createObjectURL(new Blob([SHIM.replace("ADDRESS", address)], { type: "text/javascript" }));
    const worker = new Worker(shim, options);
    // It is fetched before the first message is heard.
    worker.addEventListener("message", () => URL.revokeObjectURL(shim), { once: true });
    return worker;
  }
}

export function errorFrom({ code, message, details }: ErrorData): TimeSideError {
  return new TimeSideError(code as ErrorCode, message, details);
}

/** The page's one client. */
export const client = new Client();
