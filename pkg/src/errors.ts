/** What went wrong, as a word to test for. */
export type ErrorCode =
  /** 404, 410: the medium is not there. */
  | "not-found"
  /** Refused, DNS, CORS, 403, 5xx, timeout: it could not be fetched. */
  | "network"
  /** The server gives no parts of files, and the whole is larger than `maxMemory`. */
  | "no-range"
  /** Not audio, or a container or codec that the engine does not know. */
  | "unsupported-format"
  /** Audio by its name, but empty or with an absurd header. */
  | "corrupt-media"
  /** No processor has this id; `details.processor` names it. */
  | "unknown-processor"
  /** Unknown, of the wrong type or out of range; `details.processor` and `details.parameter` name it. */
  | "bad-parameter"
  /** A start or an end past the end of the medium. */
  | "out-of-range"
  /** By an `AbortSignal`, by `cancel()` or by `close()`. */
  | "cancelled"
  /** A limit would be passed; `details` holds `neededBytes` and `limitBytes`. */
  | "out-of-memory"
  /** The engine stopped. The next call starts a new one, and open media can be used again. */
  | "worker-crashed"
  /** The medium changed while it was read. */
  | "conflict"
  /** The user or the page's policy refuses the microphone. */
  | "permission-denied"
  /** A file of results that cannot be read. */
  | "bad-results"
  /** A file of annotations that cannot be read; the message has the cause, and the line where there is one. */
  | "bad-annotations"
  /** There are no Web Workers or no WebAssembly here, such as under Node. */
  | "unsupported-environment"
  /** Anything else that the system refused. */
  | "io";

/** Marks the errors of this package. Known to every realm and bundle: the element has a copy of the class. */
const MARK = Symbol.for("timeside.error");

/** The one class of error that this package throws and rejects with. */
export class TimeSideError extends Error {
  /** Errors of another copy of this class count as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== TimeSideError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && MARK in value;
  }

  override readonly name = "TimeSideError";
  /** What went wrong. */
  readonly code: ErrorCode;
  /** What a program may want to know, such as `{ processor, parameter }` of a `bad-parameter`. */
  readonly details: Readonly<Record<string, unknown>>;

  /** @internal */
  get [MARK](): true {
    return true;
  }

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** @internal A refused option of a call of this package. */
export function badParameter(call: string, parameter: string, reason: string): TimeSideError {
  return new TimeSideError("bad-parameter", `${call}: ${parameter} ${reason}`, { processor: call, parameter });
}

/** @internal What an abort signal or `cancel()` rejects with. */
export function cancelled(what: string, cause?: unknown): TimeSideError {
  return new TimeSideError("cancelled", `${what} was cancelled`, {}, cause);
}
