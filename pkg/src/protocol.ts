/** Commands and events between page and worker: mirrors `crates/timeside-protocol`. Never part of the public face. */
import type { Sink } from "./exact/wire.js";
import type { AnnotationFormat, ImportReport } from "./annotation-types.js";
import type { AnalyzerResult, AudioMetadata, MediaInfo, ProcessorInfo, Spectrogram, Step, Warning } from "./types.js";

/** The place of an array among those that travel beside a message. */
export type ArrayRef = number;
export type TypedArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** What is known of a medium before it is read. */
export interface OpenData {
  name: string;
  mimeType: string;
  uri: string;
  sampleRate: number;
  maxMemory: number;
  /** When a file was last changed, in milliseconds since 1970. */
  lastModified?: number;
  /** Which audio track of several. */
  track?: number;
  /** Set by the worker: its SHA-1 is then that of its first 10 MiB. */
  isRemote?: boolean;
  /** The samples are what the browser decoded. */
  isDecodedByBrowser?: boolean;
  /** Set by the worker: length as the server says it. */
  byteLen?: number | undefined;
}

/** A pipe as data. */
export interface PipeSpec {
  steps: Step[];
  start: number;
  duration?: number;
  sampleRate?: number;
  channels?: number;
  blocksize?: number;
  keep: boolean;
  parents: boolean;
  maxMemoryBytes: number;
}

/** Where the bytes or samples are; it travels beside `open` and can open the medium again after a crash. */
export type Source =
  | { kind: "blob"; blob: Blob }
  | {
      kind: "url";
      url: string;
      headers: [string, string][];
      credentials: RequestCredentials;
      /** The page can name a new address. */
      canRefresh?: boolean;
      /** It is opened again: a refusal means that the address has expired. */
      wasOpen?: boolean;
    }
  | { kind: "samples"; channels: Float32Array<ArrayBuffer>[] }
  /** Its blocks come out of the port that travels beside. */
  | { kind: "live"; channels: number };

/** A stretch that the audio thread asks of its feed. */
export interface FeedRead {
  slot: number;
  epoch: number;
  start: number;
  frames: number;
}

export type Command =
  | { type: "open"; request: number; media: number; options: OpenData }
  | { type: "close"; media: number }
  | { type: "run"; request: number; media: number; spec: PipeSpec; partials: boolean }
  | { type: "listen"; request: number }
  | { type: "ack"; request: number }
  | { type: "cancel"; request: number }
  | { type: "samples"; request: number; media: number; start: number; end: number }
  | { type: "stop"; request: number; media: number }
  | { type: "peaks"; request: number; media: number; start?: number; end?: number; pixels: number }
  | { type: "spectrogram"; request: number; media: number; options: Record<string, unknown> }
  | { type: "feed"; request: number; media: number; sampleRate?: number }
  | { type: "feed-read"; feed: number; read: FeedRead }
  | { type: "feed-drop"; feed: number; epoch: number }
  | { type: "sha1"; request: number; media: number }
  | { type: "give-peaks"; request: number; media: number }
  | { type: "picture"; request: number; media: number; index: number }
  | { type: "processors"; request: number }
  | { type: "parse-results"; request: number; format: string }
  | { type: "annotation-formats"; request: number }
  | { type: "parse-annotations"; request: number; format?: string; options: object }
  | { type: "format-annotations"; request: number; format: string; options: object };

/** What the page posts. */
export type ToWorker =
  | { type: "start"; wasmUrl?: string; cacheBytes: number }
  | { type: "ping" }
  /** A new address for a medium, or why there is none. */
  | { type: "refreshed"; media: number; url?: string; error?: string }
  /** Removes what is left on disk, and ends. */
  | { type: "end" }
  | ({ type: "command"; command: Command } & Carried);

/** What travels beside a command. */
export interface Carried {
  source?: Source;
  bytes?: Uint8Array;
  /** Where the blocks of a recording come out. */
  port?: MessagePort;
  /** Where a feed goes. */
  sink?: Sink;
}

/** What the audio thread posts to the worker: planar blocks, and at last the end. */
export type FromCapture = Float32Array<ArrayBuffer>[] | "end";

export interface ErrorData {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

/** An {@link AnalyzerResult} whose arrays travel beside the message. */
export interface ResultData
  extends Omit<AnalyzerResult, "data" | "time" | "duration" | "yValue"> {
  data: ArrayRef;
  /** From the start of the stretch. */
  time?: ArrayRef;
  duration?: ArrayRef;
  yValue?: ArrayRef;
  audio: AudioMetadata;
}

/** A spectrogram whose bytes travel beside the message. */
export interface MagnitudesData extends Omit<Spectrogram, "data"> {
  data: ArrayRef;
}

export type InfoData = Omit<MediaInfo, "playable" | "sha1">;

export type Event =
  | { type: "opened"; request: number; info: InfoData }
  | { type: "info"; media: number; info: InfoData }
  | { type: "stopped"; request: number; info: InfoData }
  | { type: "read"; media: number; done: number }
  | { type: "sketched"; media: number }
  | { type: "read-failed"; media: number; error: ErrorData }
  | { type: "progress"; request: number; done: number }
  | { type: "partial"; request: number; key: string; result: ResultData }
  | { type: "result"; request: number; key: string; result: ResultData }
  | { type: "done"; request: number; warnings: Warning[] }
  | { type: "samples"; request: number; channels: ArrayRef[] }
  | {
      type: "peaks";
      request: number;
      exact: boolean;
      start: number;
      end: number;
      channels: { min: ArrayRef; max: ArrayRef; rms: ArrayRef }[];
    }
  | ({ type: "spectrogram"; request: number } & MagnitudesData)
  | ({ type: "spectrogram-part"; request: number } & MagnitudesData)
  | { type: "fed"; request: number; slot: number; epoch: number; start: number; isDropped: boolean; channels: ArrayRef[] }
  | { type: "sha1"; request: number; sha1: string }
  | { type: "picture"; request: number; data: ArrayRef }
  | { type: "processors"; request: number; processors: ProcessorInfo[] }
  | { type: "annotation-formats"; request: number; formats: AnnotationFormat[] }
  | { type: "annotations"; request: number; document: ArrayRef }
  | { type: "annotation-file"; request: number; data: ArrayRef; extension: string; mimeType: string; report: ImportReport }
  | { type: "failed"; request: number; error: ErrorData };

/** What the worker posts. */
export type ToPage =
  /** The script runs: from now on a ping is answered. */
  | { type: "hello" }
  | { type: "pong" }
  /** It will hear nothing for up to so many milliseconds: a synchronous request is under way. */
  | { type: "busy"; ms: number }
  /** So many temporary files are on disk. */
  | { type: "stores"; count: number }
  /** The address of a medium has expired: a new one is asked for. */
  | { type: "refresh"; media: number; url: string }
  /** The engine cannot start, or has trapped. */
  | { type: "crashed"; message: string }
  | { type: "event"; event: Event; arrays: TypedArray[] };
