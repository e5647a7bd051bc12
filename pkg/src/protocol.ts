/** Commands and events between page and worker: mirrors `crates/timeside-protocol`. Never part of the public face. */
import type { Sink } from "./exact/wire.js";
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
  /** Which audio track of several. */
  track?: number;
  /** Set by the worker: its SHA-1 is then that of its first 10 MiB. */
  isRemote?: boolean;
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
  | { kind: "url"; url: string; headers: [string, string][]; credentials: RequestCredentials }
  | { kind: "samples"; channels: Float32Array<ArrayBuffer>[] };

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
  | { type: "peaks"; request: number; media: number; start?: number; end?: number; pixels: number }
  | { type: "spectrogram"; request: number; media: number; options: Record<string, unknown> }
  | { type: "feed"; request: number; media: number; sampleRate?: number }
  | { type: "feed-read"; feed: number; read: FeedRead }
  | { type: "feed-drop"; feed: number; epoch: number }
  | { type: "sha1"; request: number; media: number }
  | { type: "picture"; request: number; media: number; index: number }
  | { type: "processors"; request: number }
  | { type: "parse-results"; request: number; format: string };

/** What the page posts. */
export type ToWorker =
  | { type: "start"; wasmUrl?: string }
  | { type: "ping" }
  | { type: "command"; command: Command; source?: Source; bytes?: Uint8Array; sink?: Sink };

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
  | { type: "read"; media: number; done: number }
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
  | { type: "failed"; request: number; error: ErrorData };

/** What the worker posts. */
export type ToPage =
  /** The script runs: from now on a ping is answered. */
  | { type: "hello" }
  | { type: "pong" }
  /** It will hear nothing for up to so many milliseconds: a synchronous request is under way. */
  | { type: "busy"; ms: number }
  /** The engine cannot start, or has trapped. */
  | { type: "crashed"; message: string }
  | { type: "event"; event: Event; arrays: TypedArray[] };
