export type * from "./annotation-types.js";

/** Where the worker and the wasm modules are, if not beside this module. */
export interface ConfigureOptions {
  /** Address of `worker.js`. From another origin a blob starts it, which needs `worker-src blob:`. */
  workerUrl?: string | URL;
  /** Address of `timeside.wasm`. */
  wasmUrl?: string | URL;
  /** Address of `worklet.js`, which plays exactly. From another origin it needs that one's leave (CORS). */
  workletUrl?: string | URL;
  /**
   * Bytes of the browser's storage that finished waveforms may take, so that a file that was read once is drawn at
   * once the next time; 0 keeps nothing. What was not used for longest goes first. Default 256 MiB.
   */
  cacheBytes?: number;
  /** Address of `player.wasm`, which `timeside/player` loads. */
  playerWasmUrl?: string | URL;
  /** What of the widget is fetched when somebody annotates or asks; by default beside `playerWasmUrl`. */
  playerLaterWasmUrl?: string | URL;
  /** Address of `workbench.wasm`, the panels of `timeside/player`, loaded when the first is opened. */
  workbenchWasmUrl?: string | URL;
  /** Address of `capture.js`, which recording loads into the audio thread. */
  captureUrl?: string | URL;
}

/** Samples in memory. */
export interface RawAudio {
  /** One array per channel, all of one length; full scale is ±1. */
  channels: Float32Array[];
  /** Frames per second. */
  sampleRate: number;
}

/** What {@link open} takes. */
export type AudioInput = string | URL | Request | Blob | ArrayBuffer | Uint8Array | AudioBuffer | RawAudio | MediaStream;

export interface OpenOptions {
  /** Gives up opening: the promise rejects with `cancelled`. */
  signal?: AbortSignal;
  /** Headers of every request for the medium. From another origin they need the server's leave (CORS). */
  headers?: Record<string, string>;
  /** Whether cookies are sent; default `same-origin`. */
  credentials?: RequestCredentials;
  /**
   * Gives a new address of the same file in place of a signed one that has expired: called when the server refuses
   * (401, 403, 410) what it gave before. Requests that are refused at the same time share one call.
   */
  refresh?(url: string): Promise<string>;
  /** File name, for what has none; its extension helps to recognise the format. */
  name?: string;
  /** MIME type, for what has none. */
  mimeType?: string;
  /**
   * Bytes that kept results of one run may take, that one call of `samples()` may give, and that a medium may have
   * whose server gives no parts of files where the browser has no storage for it. Of a recording that is longer the
   * oldest samples are let go: runs that began in time and peaks keep them, `samples()` and later runs are refused with
   * `out-of-memory`. Default 256 MiB.
   */
  maxMemory?: number;
  /**
   * Waveform that a server made: BBC waveform data (`timeside peaks`, audiowaveform), `.dat` or JSON. It is drawn until
   * the recording has been read; what is wrong with it becomes a warning.
   */
  peaks?: string | URL | Blob;
  /** `id` of the audio track to read, of several (`info.tracks`); default the container's own. */
  track?: number;
}

/** Something that was repaired or lost without stopping the work. */
export interface Warning {
  /** A word to test for, such as `truncated`. */
  code: string;
  /** What happened, for people. */
  message: string;
  /** The frame it happened at, where known. */
  frame?: number;
}

/** What is known of a medium. */
export interface MediaInfo {
  /** File name, or the last part of the address. */
  readonly name: string;
  /** The address, or what stands for it. */
  readonly uri: string;
  /** Container, such as `wav`, `flac`, `mp3`, `mp4`, `ogg`, `adts`. */
  readonly container: string;
  /** Codec, such as `pcm_s16le`, `flac`, `mp3`, `aac`, `vorbis`, `opus`. */
  readonly codec: string;
  /** Frames per second. */
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Length in frames, delay and padding trimmed; `null` until it is known. */
  readonly frames: number | null;
  /** Length in seconds; `null` until it is known, and an estimate while `frames` is `null`. */
  readonly duration: number | null;
  /** Bits per sample of the coded signal; `null` for lossy codecs. */
  readonly bitsPerSample: number | null;
  /** MIME type, such as `audio/flac`. */
  readonly mimeType: string;
  /** Tags by lower-case names (`title`, `artist`, …). */
  readonly tags: Readonly<Record<string, string>>;
  /** The audio tracks of a container that can have several; empty where there is but one stream. */
  readonly tracks: readonly Track[];
  /** `id` of the track that is read, where `tracks` has some. */
  readonly track: number | null;
  /** Chapters in the order of time. */
  readonly chapters: readonly Chapter[];
  /** Cue points and regions in the order of time. */
  readonly markers: readonly Marker[];
  /** Cover art and other pictures; `Media.picture` reads one. */
  readonly pictures: readonly Picture[];
  /** Frames from midnight to the first frame (BWF `bext`), where told. */
  readonly timeReference: number | null;
  /** Who decodes it: `timeside`, exact to the frame, or the `browser`, because we lack the codec. */
  readonly decodedBy: "timeside" | "browser";
  /** False where the source cannot seek. */
  readonly seekable: boolean;
  /** Whether this browser's `<audio>` says it can play it. */
  readonly playable: boolean;
  /** True while it is being recorded: `frames` is then `null`, and `duration` what has been recorded so far. */
  readonly live: boolean;
  /** What was repaired or is missing. */
  readonly warnings: readonly Warning[];
  /** SHA-1 in lower-case hex: of a file the whole, of an address the first 10 MiB, of raw samples their bytes; empty while live. */
  sha1(): Promise<string>;
}

/** One audio track of a container that can have several. */
export interface Track {
  /** The container's number of the track. */
  readonly id: number;
  /** Codec, as in `MediaInfo.codec`; the container's own word for one that cannot be read. */
  readonly codec: string;
  /** Frames per second, 0 if unknown. */
  readonly sampleRate: number;
  /** Number of channels, 0 if unknown. */
  readonly channels: number;
  /** Language (BCP 47 or ISO 639-2), empty if unknown. */
  readonly language: string;
  /** Name, or empty. */
  readonly name: string;
  /** Whether the container plays it by default. */
  readonly isDefault: boolean;
  /** Whether it can be read here. */
  readonly isSupported: boolean;
}

/** A named stretch that divides a medium, in seconds. */
export interface Chapter {
  readonly start: number;
  /** `null` where the file does not say. */
  readonly end: number | null;
  readonly title: string;
}

/** A cue point (`end` equals `start`) or a region, in seconds. */
export interface Marker {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** A picture in a medium; its bytes come by `Media.picture`. */
export interface Picture {
  /** What it shows, by the words of ID3v2's APIC: `front-cover`, `other`, … */
  readonly kind: string;
  /** MIME type, such as `image/jpeg`. */
  readonly mimeType: string;
  /** Description, or empty. */
  readonly description: string;
  /** Length in bytes. */
  readonly byteLen: number;
}

/** A processor of a pipe: its id, or an object with its parameters by upstream's names. */
export type Step =
  | string
  | {
      /** The processor. */
      id: string;
      /** Key of its results, instead of their ids. */
      as?: string;
      [parameter: string]: unknown;
    };

export interface RunOptions {
  /** Start of the stretch in seconds; default 0. */
  start?: number;
  /** Its length in seconds; default to the end. */
  duration?: number;
  /** Rate to resample to, in Hz; default the medium's own. */
  sampleRate?: number;
  /** Channels to convert to; default the medium's own. */
  channels?: number;
  /** Frames per block handed to the processors; default 8192. */
  blocksize?: number;
  /** Stops the run: it rejects with `cancelled`. */
  signal?: AbortSignal;
  /** Told the share done, 0..1. */
  onProgress?(done: number): void;
  /** Told the new rows of framewise results as they come. */
  onPartial?(result: AnalyzerResult): void;
  /** Whether framewise results are kept, or only given out as partial results; default true, up to `maxMemory`. */
  keep?: boolean;
  /** Whether results of steps that only serve others are given too; default false. */
  parents?: boolean;
}

/** What iterating over a {@link Run} gives. */
export type RunEvent =
  /** Share done, 0..1. */
  | { type: "progress"; done: number }
  /** New rows of a framewise result; `result.first` is the index of the first, `key` the result's key. */
  | { type: "partial"; key: string; result: AnalyzerResult }
  /** A whole result, when the run has ended. */
  | { type: "result"; key: string; result: AnalyzerResult };

/**
 * A run at work. Await it for its {@link Results}, or iterate over its events, or both. Leaving an iteration early
 * cancels it. Iterated but not awaited, it waits for whoever reads, so that little is held.
 */
export interface Run extends PromiseLike<Results>, AsyncIterable<RunEvent> {
  /** Stops it: it rejects with `cancelled`. */
  cancel(): void;
  /** As a promise's. */
  catch<T = never>(onRejected?: ((reason: unknown) => T | PromiseLike<T>) | null): Promise<Results | T>;
  /** As a promise's. */
  finally(onFinally?: (() => void) | null): Promise<Results>;
}

/** One channel of {@link Peaks}, one element per column; NaN where nothing is known yet. */
export interface ChannelPeaks {
  /** Lowest sample. */
  min: Float32Array;
  /** Highest sample. */
  max: Float32Array;
  /** Root of the mean square. */
  rms: Float32Array;
}

/** Columns of a waveform. */
export interface Peaks {
  /**
   * False while columns are missing (NaN) or estimated from a sketch or a server's peaks: ask again when
   * {@link Media.onread} tells of more. True: within 1/32768 of the samples' extremes.
   */
  exact: boolean;
  /** Begin of the first column in seconds. */
  start: number;
  /** End of the last column in seconds. */
  end: number;
  /** One per channel. */
  channels: ChannelPeaks[];
}

export interface PeaksOptions {
  /** Begin in seconds; default 0. */
  start?: number;
  /** End in seconds; default the end. */
  end?: number;
  /** Number of columns, 1 to 65536. */
  pixels: number;
}

export interface SpectrogramOptions {
  /** Begin in seconds; default 0. */
  start?: number;
  /** End in seconds; default the end. */
  end?: number;
  /**
   * Frames per column, instead of `end`: tiles of one grid then fit together exactly, the last one too, whose columns
   * behind the end are 0.
   */
  columnFrames?: number;
  /** Columns, 1 to 8192. */
  width: number;
  /** Rows, 1 to 8192. */
  height: number;
  /** Samples per frame of analysis, 16 to 65536; default 2048. */
  block?: number;
  /** Points of the FFT, from `block` to 262144: a longer one is padded with zeros. Default `block`. */
  fft?: number;
  /**
   * Least samples from one frame of analysis to the next inside a column; default half a block. There are at most
   * eight in a column, and it shows their mean power.
   */
  step?: number;
  /**
   * Window: `hann` (default), `hann_symmetric`, `hamming`, `blackman`, `blackman_harris`, `gaussian` (Praat's),
   * `kaiser` (β 8.6), `flat_top`, `rectangular`.
   */
  window?: string;
  /** One channel, from 0; default the mean of all. */
  channel?: number;
  /** Frequency scale; default `linear`. */
  scale?: "linear" | "log" | "mel" | "bark" | "erb";
  /** Lowest frequency in Hz. */
  minHz?: number;
  /** Highest frequency in Hz; default half the sample rate. */
  maxHz?: number;
  /**
   * Default false. True: a long stretch is drawn from what the background read has come to, and from samples of the
   * rest, soon, and not `complete` until that read is through. Only with default `block`, `fft`, `step`, `window`
   * and `channel`; others are drawn from samples alone.
   */
  partial?: boolean;
  /** Told of coarser images (not `complete`) while a long stretch is drawn. */
  onPartial?(image: Spectrogram): void;
  /** Ends it: queued or half done, it costs nothing more. */
  signal?: AbortSignal;
}

/** Log magnitudes of a stretch. */
export interface Spectrogram {
  /** Columns. */
  width: number;
  /** Rows. */
  height: number;
  /** `data[y * width + x]`, row 0 the highest frequency: 0 is `minDb`, 255 is `maxDb`, linear between. */
  data: Uint8Array;
  /** In dB relative to a full-scale sine. */
  minDb: number;
  /** In dB relative to a full-scale sine. */
  maxDb: number;
  /**
   * False (only with `partial`) if columns are 0 or only sampled because the background read has not come to them
   * yet, and in what `onPartial` is told.
   */
  complete: boolean;
}

/** An open recording. */
export interface Media {
  /** What is known of it; replaced when more is known, such as its length. */
  readonly info: MediaInfo;
  /**
   * Told the share (0..1) that has been read of the medium for its waveform; the read begins with the first
   * {@link Media.peaks}. After a call more columns can be had; at 1 all are exact. 0 while the share is not known: of a
   * medium whose server does not tell its length.
   */
  onread: ((done: number) => void) | null;
  /**
   * Told when a coarse waveform of the whole can be had (a sketch, or a server's peaks), and when all of it is exact.
   * The page's timeline has marks of the same moments, `peaks-coarse` and `peaks-complete`.
   */
  onpicture: ((state: "coarse" | "complete") => void) | null;
  /** Told why that read ended early (the file changed, the network is gone): the waveform stays incomplete. */
  onreaderror: ((error: Error) => void) | null;
  /** Runs processors over it, in one pass. */
  run(steps: Step | readonly Step[], options?: RunOptions): Run;
  /** Samples of `start..end` in seconds, each rounded to the nearest frame; one array per channel, sample-exact. */
  samples(start: number, end: number): Promise<Float32Array[]>;
  /** Columns of its waveform. */
  peaks(options: PeaksOptions): Promise<Peaks>;
  /** Its spectrogram as log magnitudes. A full-scale sine reads 0 dB at its bin. */
  spectrogram(options: SpectrogramOptions): Promise<Spectrogram>;
  /**
   * Ends a recording in progress: its length is known then, and its runs come to their complete results. Nothing
   * happens to a medium that is none.
   */
  stop(): Promise<void>;
  /** Picture `index` (default 0) of `info.pictures`, read now. Rejects with `out-of-range` if there is none. */
  picture(index?: number): Promise<Blob>;
  /**
   * Plays it from the engine's own decode, exact to the sample.
   *
   * @throws {TimeSideError} `unsupported-environment`, `network` (the worklet), and what reading the medium meets
   */
  player(options?: PlayerOptions): Promise<ExactPlayer>;
  /** Ends all that runs on it (rejected with `cancelled`) and gives its memory back. */
  close(): void;
  [Symbol.dispose](): void;
}

export interface PlayerOptions {
  /** A context of the caller's own, which stays open; default one of the medium's rate. At another rate, the engine resamples. */
  context?: AudioContext;
  /** Where the sound goes, with the medium's channels as they are; default the context's destination. */
  destination?: AudioNode;
  /** As of `AudioContext`; default `interactive`. */
  latencyHint?: AudioContextLatencyCategory | number;
}

/** A stretch that is repeated. Seconds, rounded to the nearest frame; `end` is the first that is not played. */
export interface LoopRange {
  start: number;
  end: number;
}

/** How a channel is heard. */
export interface ChannelState {
  /** Factor; 1 leaves every bit as it is. */
  gain: number;
  muted: boolean;
  /** While any channel is solo, only those are heard. */
  solo: boolean;
}

/** What both engines, `<audio>` and the exact one, have in common. */
export interface MediaEngine
  extends EventTarget,
    Pick<
      HTMLMediaElement,
      | "play" | "pause" | "load" | "canPlayType" | "fastSeek"
      | "currentTime" | "loop" | "volume" | "muted" | "playbackRate" | "defaultPlaybackRate" | "preservesPitch"
    >,
    Readonly<
      Pick<
        HTMLMediaElement,
        | "paused" | "ended" | "seeking" | "duration" | "readyState" | "networkState"
        | "buffered" | "played" | "seekable" | "currentSrc" | "error"
      >
    > {}

/**
 * Plays an open medium from the engine's own decode in an AudioWorklet: what sounds is what is drawn, frame by frame.
 * Members and events of `<audio>` mean the same here; `error` events carry a `TimeSideError` in `detail`.
 *
 * - A start, a seek, a loop's seam, a stop and a change of track happen at a frame, never near one, without a fade.
 * - `currentTime` is what is heard now, output latency taken off; at rest, the frame at which it goes on.
 * - `playbackRate` goes from 0.1 to 4 and is heard within 50 ms; with `preservesPitch` by WSOLA, else as a tape.
 * - At rate 1, volume 1 and the medium's rate the samples reach the destination bit for bit.
 * - It holds four seconds of decoded sound, 16 MiB at most. A busy page makes no gap.
 */
export interface ExactPlayer extends MediaEngine {
  /** What plays. */
  readonly media: Media;
  /** Where it plays. */
  readonly context: AudioContext;
  /** The node that plays; it has no input and one output. */
  readonly node: AudioWorkletNode;
  /** Rate of the context in Hz: the medium's, unless the browser refuses that. */
  readonly sampleRate: number;
  /** True if the browser refused the medium's rate, or another context was given. */
  readonly isResampled: boolean;
  /** True if the samples travel in shared memory: the page is cross-origin isolated. */
  readonly isShared: boolean;
  /** How often samples were missing when they were due. */
  readonly underruns: number;
  /** The frame that is heard, at the rate of the context. */
  readonly currentFrame: number;
  /** Repeats a stretch, from any place before its end; goes before `loop`. */
  loopRange: LoopRange | null;
  /** Pauses at this time (`pause`, but not `ended`): the frame there is the first that is not played. Seconds. */
  stopAt: number | null;
  /** Lets the context run in silence, so that {@link playAt} can be used. */
  warmUp(): Promise<void>;
  /** Starts at this time of `context.currentTime`, rounded to a frame; `fade` makes of the first 12 ms a ramp. */
  playAt(contextTime: number, options?: { fade?: boolean }): void;
  /**
   * A time of the context and the place of the medium (both seconds) that is rendered then, to the frame: from there it
   * goes on at `rate` until it turns. `null` at rest. What is scheduled by it sounds with the medium.
   */
  readonly anchor: { contextTime: number; secs: number; rate: number } | null;
  /** The time of the context that is heard at a time of `performance.now()`, in milliseconds. */
  contextTimeAt(ms: number): number;
  /** Pauses after a ramp of 12 ms. */
  fadeOut(): void;
  /** State of each channel. */
  readonly channels: readonly ChannelState[];
  /**
   * Changes how a channel is heard, by a ramp of 12 ms.
   *
   * @throws {TimeSideError} `bad-parameter`
   */
  setChannel(channel: number, state: Partial<ChannelState>): void;
  /**
   * What follows without a gap when this ends, or `null`: an open medium of the same rate and number of channels.
   * When it begins, `trackchange` is told with `detail.media`; `loopRange` and `stopAt` are then `null`.
   *
   * @throws {TimeSideError} `bad-parameter`
   */
  queue(media: Media | null): Promise<void>;
  /** Ends it, and its context if that is its own. The medium stays open. */
  close(): void;
  [Symbol.dispose](): void;
}

/** What was analysed. */
export interface AudioMetadata {
  /** Where it came from. */
  uri: string;
  /** Start of the stretch in seconds. */
  start: number;
  /** Its length in seconds. */
  duration: number;
  /** False if it is the whole medium. */
  isSegment: boolean;
  /** SHA-1 of the medium ({@link MediaInfo.sha1}); empty in partial results. */
  sha1: string;
  /** Number of channels. */
  channels: number;
  /** How channels were combined, free text. */
  channelsManagement: string;
}

/** One result of one processor. */
export interface AnalyzerResult {
  /** Its id, such as `level.max`. */
  readonly id: string;
  /** For people, such as `Level Max`. */
  readonly name: string;
  /** Unit of the values, or empty. */
  readonly unit: string;
  /** What it measures. */
  readonly description: string;
  /** One row for the medium, one per frame of analysis, per point or per stretch of time. */
  readonly timeMode: "global" | "framewise" | "event" | "segment";
  /** Whether the rows are values, or numbers of labels. */
  readonly dataMode: "value" | "label";
  /** Values or label numbers, row-major, time first. 64-bit integers come as `Int32Array`, or as doubles if larger. */
  readonly data: Float32Array | Float64Array | Int32Array;
  /** numpy's name of the type: `float32`, `float64`, `int64`. */
  readonly dtype: string;
  /** Length of each axis: `[rows]` or `[rows, columns]`. */
  readonly shape: readonly number[];
  /** Begin of each row in seconds of the medium. Made when first asked for. */
  readonly time: Float64Array;
  /** Length of each row in seconds. Made when first asked for. */
  readonly duration: Float64Array;
  /** What each column stands for, such as the frequency of a bin in Hz. */
  readonly yValue?: Float64Array;
  /** Where the frames lie: frame `i` begins at `audio.start + (first + i) * stepsize / sampleRate`. */
  readonly frame?: { sampleRate: number; blocksize: number; stepsize: number };
  /** Label number → name. */
  readonly labels?: Readonly<Record<number, string>>;
  /** Label number → meaning. */
  readonly labelDescriptions?: Readonly<Record<number, string>>;
  /** `multi` if several labels may hold at once. */
  readonly labelType?: "mono" | "multi";
  /** The parameters it was made with. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What was analysed. */
  readonly audio: AudioMetadata;
  /** Index of its first row: 0 but in partial results, and in what is left of a run with `keep: false`. */
  readonly first: number;
  /** When it was made: `YYYY-MM-DD HH:MM:SS`, local. */
  readonly date: string;
  /** Version of the core that made it. */
  readonly version: string;
  /** Who made it. */
  readonly author: string;
  /** The instance of the processor that made it. */
  readonly uuid: string;
}

/** The results of a run by their keys, in the order of its steps; a second result of one id is `id#2`. */
export interface Results extends ReadonlyMap<string, AnalyzerResult> {
  /** What was repaired or is missing. */
  readonly warnings: readonly Warning[];
  /** Upstream's container: a list of results with tagged arrays. */
  toJSON(): object;
  /** The container as bytes of a file. */
  to(format: ResultFormat): Promise<Uint8Array>;
}

/** Formats of results that can be written and read. */
export type ResultFormat = "json";

/** One result that a processor makes. */
export interface ResultInfo {
  /** Its id, such as `level.max`. */
  id: string;
  /** For people. */
  name: string;
  /** Unit of the values, or empty. */
  unit: string;
  dataMode: "value" | "label";
  timeMode: "global" | "framewise" | "event" | "segment";
  /** What it is, with its shape. */
  description: string;
}

/** What can be put in a pipe. */
export interface ProcessorInfo {
  /** Its id. */
  id: string;
  /** Its own version. */
  version: string;
  kind: "decoder" | "analyzer" | "effect" | "grapher" | "encoder";
  /** Where it stands in a catalogue, such as `Pitch`. */
  family: string;
  /** For people. */
  name: string;
  /** One line: what it does. */
  description: string;
  /** What it measures, formula, source, what it is good for; Markdown, a paragraph each. */
  doc: string;
  /** Unit of its values, or empty. */
  unit: string;
  /** JSON schema of its parameters. */
  parameters: object;
  /** What it makes. */
  results: ResultInfo[];
}
