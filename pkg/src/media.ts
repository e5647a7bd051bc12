/** An open medium on the page: checks, asks, and opens itself again after a crash. */
import { type Asking, client, errorFrom } from "./client.js";
import { createPlayer } from "./exact/player.js";
import { type FeedSource, offerFeed } from "./exact/source.js";
import { cancelled, TimeSideError } from "./errors.js";
import { givenPeaks } from "./given-peaks.js";
import { decodeByBrowser } from "./last-resort.js";
import { type Capture, capture, microphoneStream } from "./live.js";
import { checkNames, liveSource, neededNumber, numberOption, pipeSpec, signalOption, spectrogramOptions, takeApart } from "./options.js";
import { playable } from "./playable.js";
import type { Event, InfoData, OpenData, MagnitudesData, Source, TypedArray } from "./protocol.js";
import { call, MediaRun } from "./run.js";
import type {
  AudioInput,
  ExactPlayer,
  Media,
  MediaInfo,
  OpenOptions,
  Peaks,
  PeaksOptions,
  PlayerOptions,
  Run,
  RunOptions,
  Spectrogram,
  SpectrogramOptions,
  Step,
} from "./types.js";


/**
 * Opens a recording. Nothing but its head is read; a `Request` gives its address, headers, credentials and signal.
 * Raw samples and buffers are copied; a stream is recorded from now on. What the engine cannot decode the browser
 * decodes whole if it can, up to 64 MiB: `info.decodedBy` and a warning say so.
 *
 * @throws {TimeSideError} `not-found`, `network`, `no-range`, `unsupported-format`, `corrupt-media`, `bad-parameter`,
 *   `cancelled`, `worker-crashed`, `unsupported-environment`
 */
export async function open(source: AudioInput, options: OpenOptions = {}): Promise<Media> {
  const own = signalOption("open", options.signal);
  const theirs = typeof Request !== "undefined" && source instanceof Request ? source.signal : undefined;
  const signal = own && theirs ? AbortSignal.any([own, theirs]) : (own ?? theirs);
  if (signal?.aborted) throw cancelled("open", signal.reason);
  if (typeof MediaStream !== "undefined" && source instanceof MediaStream) return record(source, options, signal);
  const { source: taken, data } = await takeApart(source, options);
  const peaks = givenPeaks(options, taken, signal);
  const media = new OpenMedia(taken, data, options.refresh?.bind(options), undefined, peaks);
  try {
    await media.reopen(signal);
    return media;
  } catch (error) {
    media.close();
    if (!(error instanceof TimeSideError && error.code === "unsupported-format")) throw error;
    const decoded = await decodeByBrowser(taken, data, signal);
    if (!decoded) throw error;
    const other = new OpenMedia(decoded.source, decoded.data);
    await other.reopen(signal).catch((cause) => {
      other.close();
      throw cause;
    });
    return other;
  }
}

/** Asks for the microphone, and opens it as {@link open} does a stream; closing it lets go of the device. */
export async function microphone(options?: MediaTrackConstraints): Promise<Media> {
  const stream = await microphoneStream(options);
  const release = () => stream.getTracks().forEach((track) => track.stop());
  try {
    return await record(stream, { name: "microphone" }, undefined, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function record(stream: MediaStream, options: OpenOptions, signal?: AbortSignal, release?: () => void): Promise<Media> {
  let media: OpenMedia | undefined;
  const captured = await capture(stream, () => void media?.stop().catch(() => {}));
  const end = () => {
    captured.close();
    release?.();
  };
  try {
    const { source, data } = liveSource(captured, options);
    media = new OpenMedia(source, data, undefined, { ...captured, close: end });
    await media.reopen(signal);
    return media;
  } catch (error) {
    if (media) media.close();
    else end();
    throw error;
  }
}

class OpenMedia implements Media {
  onread: ((done: number) => void) | null = null;
  onpicture: ((state: "coarse" | "complete") => void) | null = null;
  onreaderror: ((error: Error) => void) | null = null;
  readonly #source: Source;
  readonly #data: OpenData;
  readonly #media: number;
  #info!: MediaInfo;
  /** The worker in which it is open. */
  #generation = -1;
  #opening: Promise<void> | undefined;
  #sha1: Promise<string> | undefined;
  #isClosed = false;
  /** What a server drew, or why it cannot be had. */
  readonly #peaks: Promise<Uint8Array | TimeSideError> | undefined;
  #peaksWarning: TimeSideError | undefined;
  #picture: "none" | "coarse" | "complete" = "none";
  readonly #capture: Capture | undefined;

  constructor(source: Source, data: OpenData, refresh?: (url: string) => Promise<string>, capture?: Capture, peaks?: Promise<Uint8Array | TimeSideError>) {
    this.#peaks = peaks;
    this.#capture = capture;
    this.#source = source;
    this.#data = data;
    // A new address also opens it again after a crash.
    const renew = async (url: string) => {
      const renewed = await refresh?.(url);
      if (this.#source.kind === "url" && typeof renewed === "string") this.#source.url = renewed;
      return renewed as string;
    };
    this.#media = client.hold((event) => this.#hear(event), refresh && renew);
    offerFeed(this, this.#feedSource());
  }

  get info(): MediaInfo {
    return this.#info;
  }

  /** Opens it in the present worker. */
  async reopen(signal?: AbortSignal): Promise<void> {
    const port = this.#capture?.port;
    if (port && this.#generation >= 0) throw new TimeSideError("worker-crashed", "The recording was lost with the engine that stopped: record again.");
    const { event } = await client.ask(
      "opened",
      (request) => ({ type: "open", request, media: this.#media, options: this.#data }),
      { media: this.#media, source: this.#source, ...(port && { port }), signal, what: "open" },
    );
    this.#generation = client.generation;
    if (this.#source.kind === "url") this.#source.wasOpen = true;
    this.#know(event.info);
    const peaks = await this.#peaks;
    if (!peaks || this.#generation !== client.generation) return;
    try {
      if (peaks instanceof TimeSideError) throw peaks;
      await client.ask("done", (request) => ({ type: "give-peaks", request, media: this.#media }), { media: this.#media, bytes: peaks, signal, what: "open" });
      this.#drawn("coarse");
    } catch (error) {
      if (!(error instanceof TimeSideError) || error.code === "cancelled") throw error;
      this.#peaksWarning = error;
      this.#know(event.info);
    }
  }

  run(steps: Step | readonly Step[], options: RunOptions = {}): Run {
    signalOption("run", options.signal);
    const run = new MediaRun(options);
    let request = -1;
    try {
      const spec = pipeSpec(steps, options, this.#data.maxMemory);
      run.begin({
        start: async (partials) => {
          await this.#ready();
          request = client.request((request) => ({ type: "run", request, media: this.#media, spec, partials }), {
            media: this.#media,
            event: (event, arrays) => run.event(event, arrays),
            failed: (error) => run.failed(error),
          });
        },
        listen: () => client.post({ type: "listen", request }),
        ack: () => client.post({ type: "ack", request }),
        cancel: () => client.cancel(request),
      });
    } catch (error) {
      run.failed(error as TimeSideError);
    }
    return run;
  }

  async samples(start: number, end: number): Promise<Float32Array[]> {
    const from = neededNumber("samples", "start", start, { min: 0, unit: "seconds" });
    const to = neededNumber("samples", "end", end, { min: 0, unit: "seconds" });
    const { event, arrays } = await this.#ask("samples", (base) => ({ type: "samples", ...base, start: from, end: to }));
    return event.channels.map((place) => arrays[place] as Float32Array);
  }

  async peaks(options: PeaksOptions): Promise<Peaks> {
    checkNames("peaks", options, ["start", "end", "pixels"]);
    const start = numberOption("peaks", "start", options?.start, { min: 0, unit: "seconds" });
    const end = numberOption("peaks", "end", options?.end, { min: 0, unit: "seconds" });
    const pixels = neededNumber("peaks", "pixels", options?.pixels, { min: 1, max: 65_536, whole: true });
    const { event, arrays } = await this.#ask("peaks", (base) => ({
      type: "peaks",
      ...base,
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
      pixels,
    }));
    const at = (place: number) => arrays[place] as Float32Array;
    const channels = event.channels.map(({ min, max, rms }) => ({ min: at(min), max: at(max), rms: at(rms) }));
    return { exact: event.exact, start: event.start, end: event.end, channels };
  }

  async spectrogram(options: SpectrogramOptions): Promise<Spectrogram> {
    const { signal, onPartial } = options ?? {};
    const given = spectrogramOptions(options);
    const image = ({ width, height, data, minDb, maxDb, complete }: MagnitudesData, arrays: TypedArray[]): Spectrogram => ({
      width,
      height,
      data: arrays[data] as Uint8Array,
      minDb,
      maxDb,
      complete,
    });
    const { event, arrays } = await this.#ask("spectrogram", (base) => ({ type: "spectrogram", ...base, options: given }), {
      signal,
      part: (event, arrays) => event.type === "spectrogram-part" && call(onPartial, image(event, arrays)),
    });
    return image(event, arrays);
  }

  async picture(index = 0): Promise<Blob> {
    const place = neededNumber("picture", "index", index, { min: 0, whole: true });
    const { event, arrays } = await this.#ask("picture", (base) => ({ type: "picture", ...base, index: place }));
    // A picture alone: what a hostile file calls HTML is not opened as a page.
    const told = this.#info.pictures[place]?.mimeType ?? "";
    return new Blob([arrays[event.data] as Uint8Array<ArrayBuffer>], { type: told.startsWith("image/") ? told : "application/octet-stream" });
  }

  player(options: PlayerOptions = {}): Promise<ExactPlayer> {
    checkNames("player", options, ["context", "destination", "latencyHint"]);
    return createPlayer(this, options);
  }

  async stop(): Promise<void> {
    if (!this.#info.live) return;
    this.#capture?.stop();
    const { event } = await this.#ask("stopped", (base) => ({ type: "stop", ...base }));
    this.#capture?.close();
    // What it was asked before it had one.
    this.#sha1 = undefined;
    this.#know(event.info);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#capture?.close();
    this.onread = null;
    this.onreaderror = null;
    this.onpicture = null;
    client.release(this.#media);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #ask<T extends Event["type"]>(
    type: T,
    make: (base: { request: number; media: number }) => Parameters<typeof client.post>[0],
    how: Pick<Asking, "signal" | "part"> = {},
  ): Promise<{ event: Extract<Event, { type: T }>; arrays: TypedArray[] }> {
    await this.#ready();
    return client.ask(type, (request) => make({ request, media: this.#media }), { ...how, media: this.#media, what: type });
  }

  /** Open in the present worker: at once, unless that one is new. */
  async #ready(): Promise<void> {
    if (this.#isClosed) throw cancelled("close(): the medium is closed, and what was asked of it");
    if (this.#generation === client.generation) return;
    this.#opening ??= this.reopen().finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  #feedSource(): FeedSource {
    const info = () => this.#info;
    return {
      get info() {
        return info();
      },
      feed: async (sink, sampleRate, failed) => {
        await this.#ready();
        const media = this.#media;
        const make = (request: number) => ({ type: "feed" as const, request, media, ...(sampleRate !== undefined && { sampleRate }) });
        const request = client.request(make, { media, event: () => undefined, failed }, { sink });
        return () => client.cancel(request);
      },
    };
  }

  async #hash(): Promise<string> {
    this.#sha1 ??= this.#ask("sha1", (base) => ({ type: "sha1", ...base })).then(({ event }) => event.sha1);
    try {
      return await this.#sha1;
    } catch (error) {
      this.#sha1 = undefined;
      throw error;
    }
  }

  #know(info: InfoData): void {
    const warning = this.#peaksWarning;
    const warnings = warning ? [...info.warnings, { code: "peaks", message: warning.message }] : info.warnings;
    this.#info = Object.freeze({ ...info, warnings, playable: playable(this.#source, info), sha1: () => this.#hash() });
  }

  /** Tells of a picture, and marks the page's timeline. */
  #drawn(state: "coarse" | "complete"): void {
    if (this.#picture === "complete" || this.#picture === state) return;
    const states = this.#picture === "none" && state === "complete" ? (["coarse", "complete"] as const) : ([state] as const);
    this.#picture = state;
    for (const one of states) {
      performance.mark(`peaks-${one}`, { detail: this.#info.name });
      call(this.onpicture, one);
    }
  }

  #hear(event: Event): void {
    if (event.type === "info") this.#know(event.info);
    else if (event.type === "sketched") this.#drawn("coarse");
    else if (event.type === "read") {
      call(this.onread, event.done);
      if (event.done >= 1) this.#drawn("complete");
    }
    else if (event.type === "read-failed") {
      const error = errorFrom(event.error);
      const { playable: _, sha1: __, ...info } = this.#info;
      this.#know({ ...info, warnings: [...info.warnings, { code: error.code, message: error.message }] });
      call(this.onreaderror, error);
    }
  }
}
