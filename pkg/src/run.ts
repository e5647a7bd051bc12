/** A run as the page sees it: a promise of results and a stream of events. */
import { badParameter, cancelled, TimeSideError } from "./errors.js";
import type { Event, TypedArray } from "./protocol.js";
import { ReceivedResult, ReceivedResults } from "./results.js";
import type { AnalyzerResult, Results, Run, RunEvent, RunOptions } from "./types.js";

/** The run in the worker. */
export interface RunLink {
  /** Resolves once it has been asked for; rejects if the medium cannot be opened again. */
  start(partials: boolean): Promise<void>;
  listen(): void;
  ack(): void;
  cancel(): void;
}

export class MediaRun implements Run {
  readonly #promise: Promise<Results>;
  readonly #options: RunOptions;
  readonly #results: [string, AnalyzerResult][] = [];
  readonly #queue: RunEvent[] = [];
  readonly #onAbort = () => this.#cancel(this.#options.signal?.reason);
  #link: RunLink | undefined;
  #resolve!: (results: Results) => void;
  #reject!: (error: TimeSideError) => void;
  #isSettled = false;
  #isAwaited = false;
  #isIterated = false;
  #isStarted = false;
  #error: TimeSideError | undefined;
  #wake: (() => void) | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Begins when the caller has had the chance to iterate. */
  begin(link: RunLink): void {
    this.#link = link;
    const { signal, onPartial } = this.#options;
    if (signal?.aborted) return this.#cancel(signal.reason);
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    queueMicrotask(() => {
      if (this.#isSettled) return;
      this.#isStarted = true;
      link.start(this.#isIterated || typeof onPartial === "function").catch((error: TimeSideError) => this.failed(error));
    });
  }

  event(event: Event, arrays: TypedArray[]): void {
    const { onProgress, onPartial } = this.#options;
    switch (event.type) {
      case "progress":
        call(onProgress?.bind(this.#options), event.done);
        return this.#tell({ type: "progress", done: event.done });
      case "partial": {
        const result = new ReceivedResult(event.result, arrays);
        call(onPartial?.bind(this.#options), result);
        // Who only calls back or awaits does not hold the engine up.
        if (!this.#isIterated || this.#isAwaited) this.#link?.ack();
        return this.#tell({ type: "partial", key: event.key, result });
      }
      case "result": {
        const result = new ReceivedResult(event.result, arrays);
        this.#results.push([event.key, result]);
        return this.#tell({ type: "result", key: event.key, result });
      }
      case "done":
        this.#settle();
        return this.#resolve(new ReceivedResults(this.#results, event.warnings));
    }
  }

  failed(error: TimeSideError): void {
    if (this.#isSettled) return;
    this.#error = error;
    this.#settle();
    this.#reject(error);
  }

  cancel(): void {
    // Whoever cancels need not also listen to the promise.
    this.#promise.catch(() => {});
    this.#cancel();
  }

  then<A = Results, B = never>(
    onFulfilled?: ((value: Results) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#beAwaited();
    return this.#promise.then(onFulfilled, onRejected);
  }

  catch<T = never>(onRejected?: ((reason: unknown) => T | PromiseLike<T>) | null): Promise<Results | T> {
    return this.then(null, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Results> {
    this.#beAwaited();
    return this.#promise.finally(onFinally);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    if (this.#isIterated) throw badParameter("run", "events", "can be iterated once only");
    this.#isIterated = true;
    // The iterator throws what the promise rejects with.
    this.#promise.catch(() => {});
    if (this.#isStarted) this.#link?.listen();
    return {
      next: () => this.#next(),
      return: async () => {
        this.#cancel();
        this.#queue.length = 0;
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<RunEvent>> {
    for (;;) {
      const event = this.#queue.shift();
      if (event) {
        if (event.type === "partial" && !this.#isAwaited) this.#link?.ack();
        return { done: false, value: event };
      }
      if (this.#error) throw this.#error;
      if (this.#isSettled) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #tell(event: RunEvent): void {
    if (!this.#isIterated) return;
    const last = this.#queue.at(-1);
    // A share done is news only until the next.
    if (event.type === "progress" && last?.type === "progress") this.#queue[this.#queue.length - 1] = event;
    else this.#queue.push(event);
    this.#wake?.();
  }

  #beAwaited(): void {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    // What waits to be read no longer holds the engine up.
    for (const event of this.#queue) if (event.type === "partial") this.#link?.ack();
  }

  #cancel(cause?: unknown): void {
    if (this.#isSettled) return;
    if (this.#isStarted) this.#link?.cancel();
    this.failed(cancelled("the run", cause));
  }

  #settle(): void {
    this.#isSettled = true;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#wake?.();
  }
}

/** Calls what the caller gave: its errors are its own, reported and not ours to end by. */
export function call<T>(callback: ((value: T) => void) | null | undefined, value: T): void {
  try {
    callback?.(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
