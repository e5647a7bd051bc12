/** What the caller passes, checked on the page before it travels. */
import { badParameter, TimeSideError } from "./errors.js";
import type { OpenData, PipeSpec, Source } from "./protocol.js";
import type { AudioInput, OpenOptions, RawAudio, RunOptions, SpectrogramOptions, Step } from "./types.js";

const DEFAULT_MAX_MEMORY_BYTES = 256 * 2 ** 20;

/** Refuses options of unknown names: a mistyped one must not fail silently. */
export function checkNames(call: string, options: object | undefined, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) throw badParameter(call, "options", "must be an object");
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badParameter(call, unknown, `is unknown; known are ${known.join(", ")}`);
}

/** A number within bounds, or undefined if it was not given. */
export function numberOption(
  call: string,
  name: string,
  value: unknown,
  { min = -Infinity, max = Infinity, whole = false, unit = "" } = {},
): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value))) {
    return value;
  }
  const kind = whole ? "a whole number" : "a number";
  const range = Number.isFinite(max) ? ` from ${min} to ${max}` : Number.isFinite(min) ? ` from ${min}` : "";
  throw badParameter(call, name, `must be ${kind}${unit && ` of ${unit}`}${range}, not ${shown(value)}`);
}

/** A number that must be given. */
export function neededNumber(call: string, name: string, value: unknown, bounds: Parameters<typeof numberOption>[3]): number {
  const number = numberOption(call, name, value, bounds);
  if (number === undefined) throw badParameter(call, name, "must be given");
  return number;
}

export function booleanOption(call: string, name: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw badParameter(call, name, `must be true or false, not ${shown(value)}`);
}

function functionOption(call: string, name: string, value: unknown): void {
  if (value !== undefined && value !== null && typeof value !== "function") throw badParameter(call, name, "must be a function");
}

export function signalOption(call: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof AbortSignal) return value;
  throw badParameter(call, "signal", "must be an AbortSignal");
}

function shown(value: unknown): string {
  return typeof value === "string" ? `“${value}”` : String(value);
}

const RUN_OPTIONS = ["start", "duration", "sampleRate", "channels", "blocksize", "signal", "onProgress", "onPartial", "keep", "parents"];

/** A run as data. */
export function pipeSpec(steps: Step | readonly Step[], options: RunOptions, maxMemoryBytes: number): PipeSpec {
  checkNames("run", options, RUN_OPTIONS);
  functionOption("run", "onProgress", options.onProgress);
  functionOption("run", "onPartial", options.onPartial);
  const list = (Array.isArray(steps) ? steps : [steps]) as Step[];
  const spec: PipeSpec = {
    steps: list.map(plainStep),
    start: numberOption("run", "start", options.start, { min: 0, unit: "seconds" }) ?? 0,
    keep: booleanOption("run", "keep", options.keep, true),
    parents: booleanOption("run", "parents", options.parents, false),
    maxMemoryBytes,
  };
  const duration = numberOption("run", "duration", options.duration, { min: 0, unit: "seconds" });
  const sampleRate = numberOption("run", "sampleRate", options.sampleRate, { min: 1, max: 768_000, whole: true, unit: "Hz" });
  const channels = numberOption("run", "channels", options.channels, { min: 1, max: 64, whole: true });
  const blocksize = numberOption("run", "blocksize", options.blocksize, { min: 1, max: 2 ** 20, whole: true, unit: "frames" });
  if (duration !== undefined) spec.duration = duration;
  if (sampleRate !== undefined) spec.sampleRate = sampleRate;
  if (channels !== undefined) spec.channels = channels;
  if (blocksize !== undefined) spec.blocksize = blocksize;
  return spec;
}

/** A step as plain data: what is undefined counts as not given, what is no data is refused by name. */
function plainStep(step: Step): Step {
  if (typeof step === "string") return step;
  if (typeof step !== "object" || step === null || typeof step.id !== "string") {
    throw badParameter("run", "steps", `must be ids or objects with an id, not ${shown(step)}`);
  }
  if (step.as !== undefined && typeof step.as !== "string") throw badParameter(step.id, "as", `must be a text, not ${shown(step.as)}`);
  const given = Object.entries(step).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!isData(value)) throw badParameter(step.id, name, `must be a finite number, a text, a flag, null or a list of these, not ${shown(value)}`);
  }
  return Object.fromEntries(given) as Step;
}

function isData(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (Array.isArray(value)) return value.every(isData);
  return typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isData);
}

const SPECTROGRAM_OPTIONS = [
  "start", "end", "columnFrames", "width", "height", "block", "fft", "step", "window", "channel", "scale", "minHz", "maxHz",
  "partial", "onPartial", "signal",
];

/** What a spectrogram is asked with, as data. */
export function spectrogramOptions(options: SpectrogramOptions): Record<string, unknown> {
  checkNames("spectrogram", options, SPECTROGRAM_OPTIONS);
  const { signal, onPartial, ...values } = options ?? {};
  signalOption("spectrogram", signal);
  functionOption("spectrogram", "onPartial", onPartial);
  const number = (name: keyof typeof values, bounds: Parameters<typeof numberOption>[3]) => numberOption("spectrogram", name, values[name], bounds);
  const text = (name: keyof typeof values) => textOption("spectrogram", name, values[name]);
  const given = {
    start: number("start", { min: 0, unit: "seconds" }),
    end: number("end", { min: 0, unit: "seconds" }),
    columnFrames: number("columnFrames", { min: 1, max: 2 ** 31, whole: true, unit: "frames" }),
    width: neededNumber("spectrogram", "width", values.width, { min: 1, max: 8192, whole: true }),
    height: neededNumber("spectrogram", "height", values.height, { min: 1, max: 8192, whole: true }),
    block: number("block", { min: 16, max: 65_536, whole: true, unit: "samples" }),
    fft: number("fft", { min: 16, max: 262_144, whole: true, unit: "points" }),
    step: number("step", { min: 1, max: 65_536, whole: true, unit: "samples" }),
    window: text("window"),
    channel: number("channel", { min: 0, max: 1024, whole: true }),
    scale: text("scale"),
    minHz: number("minHz", { min: 0, unit: "Hz" }),
    maxHz: number("maxHz", { min: 0, unit: "Hz" }),
    partial: booleanOption("spectrogram", "partial", values.partial, false),
    parts: onPartial !== undefined && onPartial !== null,
  };
  if (given.end !== undefined && given.columnFrames !== undefined) {
    throw badParameter("spectrogram", "columnFrames", "tells the end, so end must not be given");
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function textOption(call: string, name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw badParameter(call, name, "must be a text");
}

const OPEN_OPTIONS = ["signal", "headers", "credentials", "name", "mimeType", "maxMemory", "peaks", "refresh", "track"];

/** An input taken apart: where its bytes are, and what is known of it. */
export async function takeApart(input: AudioInput, options: OpenOptions): Promise<{ source: Source; data: OpenData }> {
  const data = openData(options);
  const ofBlob = (blob: Blob): { source: Source; data: OpenData } => {
    const name = data.name || (typeof File !== "undefined" && blob instanceof File ? blob.name : "");
    const file = typeof File !== "undefined" && blob instanceof File && blob.name !== "" ? { lastModified: blob.lastModified } : {};
    return { source: { kind: "blob", blob }, data: { ...data, ...file, name, mimeType: data.mimeType || blob.type, uri: data.uri || name } };
  };
  if (typeof input === "string" || input instanceof URL || (typeof Request !== "undefined" && input instanceof Request)) {
    const source = address(input, options);
    data.uri = source.url;
    // Both are at hand already; and only the page may have made them.
    if (/^(blob|data):/i.test(source.url)) return ofBlob(await localBlob(source.url));
    const name = data.name || lastPart(source.url);
    return { source, data: { ...data, name } };
  }
  if (input instanceof Blob) return ofBlob(input);
  // A copy that outlives a crash, and what the caller does with the original.
  if (input instanceof ArrayBuffer) return ofBlob(new Blob([input]));
  if (input instanceof Uint8Array) return ofBlob(new Blob([input as Uint8Array<ArrayBuffer>]));
  return ofSamples(input as AudioBuffer | RawAudio, data);
}

/** A stream that is recorded. */
export function liveSource({ sampleRate, channels }: { sampleRate: number; channels: number }, options: OpenOptions): { source: Source; data: OpenData } {
  return { source: { kind: "live", channels }, data: { ...openData(options), sampleRate, uri: "live_decoder" } };
}

/** What is told of a medium, checked. */
function openData(options: OpenOptions): OpenData {
  checkNames("open", options, OPEN_OPTIONS);
  const maxMemory = numberOption("open", "maxMemory", options.maxMemory, { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, unit: "bytes" }) ?? DEFAULT_MAX_MEMORY_BYTES;
  for (const name of ["name", "mimeType"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "string") throw badParameter("open", name, "must be a text");
  }
  functionOption("open", "refresh", options.refresh);
  const track = numberOption("open", "track", options.track, { min: 0, max: 0xffff_ffff, whole: true });
  return { name: options.name ?? "", mimeType: options.mimeType ?? "", uri: "", sampleRate: 0, maxMemory, ...(track !== undefined && { track }) };
}

function ofSamples(input: AudioBuffer | RawAudio, data: OpenData): { source: Source; data: OpenData } {
  if (typeof AudioBuffer !== "undefined" && input instanceof AudioBuffer) {
    const channels = Array.from({ length: input.numberOfChannels }, (_, i) => input.getChannelData(i).slice());
    return { source: { kind: "samples", channels }, data: { ...data, sampleRate: input.sampleRate } };
  }
  const raw = input as RawAudio | null | undefined;
  const isRaw = typeof raw === "object" && raw !== null && Array.isArray(raw.channels);
  if (!isRaw || !raw.channels.every((channel) => channel instanceof Float32Array)) {
    const wanted = "a URL, Request, Blob, ArrayBuffer, Uint8Array, AudioBuffer, MediaStream or { channels: Float32Array[], sampleRate }";
    throw badParameter("open", "source", `must be ${wanted}`);
  }
  const sampleRate = neededNumber("open", "sampleRate", raw.sampleRate, { min: 1, max: 768_000, whole: true, unit: "Hz" });
  const channels = raw.channels.map((channel) => channel.slice());
  return { source: { kind: "samples", channels }, data: { ...data, sampleRate } };
}

/** What a request may carry: its address, headers and credentials. A worker can be sent no `Request`. */
function address(input: string | URL | Request, options: OpenOptions): Extract<Source, { kind: "url" }> {
  const request = typeof input === "object" && !(input instanceof URL) ? input : undefined;
  if (request) refuseFields(request);
  const text = request ? request.url : String(input);
  let url: URL;
  try {
    url = new URL(text, typeof document === "undefined" ? (globalThis.location as Location | undefined)?.href : document.baseURI);
  } catch (cause) {
    throw new TimeSideError("bad-parameter", `open: source “${text}” is no address`, { processor: "open", parameter: "source" }, cause);
  }
  const headers = new Headers(request?.headers);
  try {
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  } catch (cause) {
    throw new TimeSideError("bad-parameter", `open: headers: ${String(cause)}`, { processor: "open", parameter: "headers" }, cause);
  }
  const { credentials = request?.credentials ?? "same-origin" } = options;
  if (!["omit", "same-origin", "include"].includes(credentials)) {
    throw badParameter("open", "credentials", "must be omit, same-origin or include");
  }
  return { kind: "url", url: url.href, headers: [...headers], credentials, canRefresh: typeof options.refresh === "function" };
}

function refuseFields(request: Request): void {
  const plain: Partial<Record<keyof Request, unknown[]>> = {
    method: ["GET"],
    mode: ["cors"],
    cache: ["default"],
    redirect: ["follow"],
    integrity: [""],
    keepalive: [false],
    referrer: ["about:client"],
    referrerPolicy: [""],
    body: [null, undefined],
  };
  for (const [field, allowed] of Object.entries(plain)) {
    const value = request[field as keyof Request];
    if (!allowed.includes(value)) {
      throw badParameter("open", `source.${field}`, `${shown(value)} is not supported: only the address, headers and credentials of a Request are`);
    }
  }
}

async function localBlob(url: string): Promise<Blob> {
  try {
    return await (await fetch(url)).blob();
  } catch (cause) {
    throw new TimeSideError("not-found", `${url.slice(0, 80)} holds nothing: it was revoked, or the page's policy (connect-src) forbids it`, {}, cause);
  }
}

function lastPart(url: string): string {
  const part = new URL(url).pathname.split("/").pop() ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
