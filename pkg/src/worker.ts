/** The engine's loop: hears commands, works in slices, tells events. The entry point `timeside/worker`. */
import init, { Engine } from "../build/engine/timeside_wasm.js";
import { PictureCache } from "./cache.js";
import { TimeSideError } from "./errors.js";
import { Feeds } from "./exact/feeds.js";
import { Address, type Fetched } from "./http.js";
import type { Carried, Command, Event, FromCapture, Source, ToPage, ToWorker, TypedArray } from "./protocol.js";
import { NOW_MS, openAddress, type RemoteFile } from "./remote.js";
import { watchStores } from "./store.js";

/** The part of a worker's global scope that is used; the DOM library describes a window's. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: ToPage, transfer?: Transferable[]): void;
  close(): void;
}

/** How long the engine works before it listens again. */
const SLICE_MS = 40;
/** A picture is drawn without what was kept, if that does not come so soon. */
const RECALL_MS = 2000;
/** Nothing is kept while more may be learnt at any moment. */
const KEEP_MS = 800;

const scope = self as unknown as Scope;
const files = new Map<number, RemoteFile>();
/** Pages asked for a new address, by medium. */
const renewals = new Map<number, { resolve(url: string): void; reject(error: TimeSideError): void }>();
/** Recordings by medium: their line to the audio thread, and who waits for its end. */
const recordings = new Map<number, { port: MessagePort; hasEnded: boolean; onend?: () => void }>();
/** How long a stopped recording is waited for: the audio thread may be gone. */
const END_MS = 1000;
/** Addresses that are being opened, by request and by medium. */
const opening = new Map<number, { media: number; controller: AbortController }>();
const feeds = new Feeds((command) => handle(command, undefined));
const pumpChannel = new MessageChannel();
let isPumping = false;
let started: Promise<Engine> | undefined;
let engine: Engine | undefined;
let isDead = false;
let cache = new PictureCache(0);
/** Pictures about to be kept, by medium. */
const keeping = new Map<number, ReturnType<typeof setTimeout>>();

/** What the engine asks of its worker. */
const host = {
  post(event: Event, arrays: TypedArray[]): void {
    if (event.type === "fed") return feeds.pass(event, arrays);
    if (event.type === "failed") feeds.end(event.request);
    scope.postMessage({ type: "event", event, arrays }, [...new Set(arrays.map((array) => array.buffer))]);
  },
  now: () => performance.now(),
  uuid,
  localDate,
  /** Fetches a part of a medium, which comes by `supply` in pieces, then `supplied`. */
  fetchAhead(media: number, start: number, end: number): void {
    const supply = (at: number, fetched: Fetched) => work((engine) => engine.supply(media, at, fetched));
    files.get(media)?.read(start, end, supply).then(
      () => work((engine) => engine.supplied(media, start, undefined)),
      (error) => work((engine) => engine.supplied(media, start, errorData(error))),
    );
  },
  /** Some of it at once, or an error in plain data. */
  fetchNow(media: number, start: number, end: number): Fetched {
    try {
      const file = files.get(media);
      if (!file) throw new TimeSideError("cancelled", "the medium is closed");
      scope.postMessage({ type: "busy", ms: NOW_MS });
      const fetched = file.readNow(start, end);
      if (!fetched) throw { code: "not-yet", message: "it takes longer", details: {} };
      return fetched;
    } catch (error) {
      throw errorData(error);
    }
  },
  /** Looks up what was kept under `key`, which comes by `recalled`; false if nothing is ever kept. */
  recall(media: number, key: string): boolean {
    if (!cache.isOn) return false;
    let isAnswered = false;
    const answer = (bytes: Uint8Array | undefined) => {
      if (isAnswered) return;
      isAnswered = true;
      work((engine) => engine.recalled(media, bytes ?? new Uint8Array()));
    };
    setTimeout(answer, RECALL_MS, undefined);
    cache.read(key).then(answer, () => answer(undefined));
    return true;
  },
  /** The picture of a medium is finished, or more of it is known. */
  keep(media: number, key: string): void {
    if (!cache.isOn) return;
    clearTimeout(keeping.get(media));
    keeping.set(media, setTimeout(() => void keep(media, key), KEEP_MS));
  },
};

scope.onmessage = ({ data }) => {
  if (isDead) return;
  switch (data.type) {
    case "start":
      cache = new PictureCache(data.cacheBytes);
      started = start(data.wasmUrl);
      return;
    case "ping":
      return scope.postMessage({ type: "pong" });
    case "command":
      return hear(data.command, data);
    case "refreshed":
      return refreshed(data.media, data.url, data.error);
    case "end":
      return void Promise.all([...files.values()].map((file) => file.close())).finally(() => scope.close());
  }
};
pumpChannel.port1.onmessage = () => {
  isPumping = false;
  work(() => {});
};
watchStores((count) => scope.postMessage({ type: "stores", count }));
scope.postMessage({ type: "hello" });

async function start(wasmUrl: string | undefined): Promise<Engine> {
  try {
    await init({ module_or_path: wasmUrl === undefined ? new URL("./timeside.wasm", import.meta.url) : wasmUrl });
    engine = new Engine(host);
    return engine;
  } catch (error) {
    die(`the engine cannot start: ${String(error)}; see configure({ wasmUrl }) and the page's policy ('wasm-unsafe-eval')`);
    throw error;
  }
}

function hear(command: Command, { source, bytes, port, sink }: Carried): void {
  if (command.type === "feed" && sink) feeds.begin(command.request, command.media, sink);
  if (command.type === "cancel") {
    opening.get(command.request)?.controller.abort();
    feeds.end(command.request);
  }
  if (command.type === "close") {
    for (const { media, controller } of opening.values()) if (media === command.media) controller.abort();
    feeds.endOf(command.media);
    void files.get(command.media)?.close();
    files.delete(command.media);
    clearTimeout(keeping.get(command.media));
    keeping.delete(command.media);
    refreshed(command.media, undefined, "the medium was closed");
    recordings.get(command.media)?.port.close();
    recordings.delete(command.media);
  }
  if (command.type === "open" && source?.kind === "live" && port) return record(command, source.channels, port);
  if (command.type === "stop") return afterEnd(command.media, () => handle(command, undefined));
  if (command.type === "open" && source) void openMedia(command, source);
  else handle(command, bytes);
}

/** Hands a command to the engine in the order they came: they queue up while it starts. */
function handle(command: object, beside: unknown): void {
  if (engine) return work((engine) => engine.handle(command, beside));
  started?.then(() => work((engine) => engine.handle(command, beside))).catch(() => {});
}

function record(command: Extract<Command, { type: "open" }>, channels: number, port: MessagePort): void {
  const recording: { port: MessagePort; hasEnded: boolean; onend?: () => void } = { port, hasEnded: false };
  recordings.set(command.media, recording);
  handle({ ...command, source: "live" }, channels);
  // What is posted before waits in the port.
  started?.then(() => {
    port.onmessage = ({ data }: MessageEvent<FromCapture>) => {
      if (data !== "end") return work((engine) => engine.record(command.media, data));
      recording.hasEnded = true;
      recording.onend?.();
    };
  }).catch(() => {});
}

/** Calls when the last block of a recording has come. */
function afterEnd(media: number, call: () => void): void {
  const recording = recordings.get(media);
  if (!recording || recording.hasEnded) return call();
  const timer = setTimeout(() => recording.onend?.(), END_MS);
  recording.onend = () => {
    clearTimeout(timer);
    delete recording.onend;
    call();
  };
}

async function openMedia(command: Extract<Command, { type: "open" }>, source: Source): Promise<void> {
  if (source.kind === "live") return;
  if (source.kind === "blob") return handle({ ...command, source: "blob" }, source.blob);
  if (source.kind === "samples") return handle({ ...command, source: "samples" }, source.channels);
  const { request, media, options } = command;
  const controller = new AbortController();
  opening.set(request, { media, controller });
  try {
    const refresh = source.canRefresh ? (url: string) => askForAddress(media, url) : undefined;
    const address = new Address(source.url, source.headers, source.credentials, refresh);
    address.isOpen = source.wasOpen ?? false;
    const { file, head, mimeType, byteLen } = await openAddress(address, options.maxMemory, controller.signal);
    await started;
    if (controller.signal.aborted) return void file.close();
    files.set(media, file);
    const told = { ...options, isRemote: true, mimeType: options.mimeType || mimeType, byteLen };
    handle({ ...command, options: told, source: "ranged" }, head);
  } catch (error) {
    if (!controller.signal.aborted && !isDead) host.post({ type: "failed", request, error: errorData(error) }, []);
  } finally {
    opening.delete(request);
  }
}

async function keep(media: number, key: string): Promise<void> {
  keeping.delete(media);
  await cache.write(key, (take) => engine !== undefined && !isDead && engine.kept(media, take));
}

/** Asks the page for an address in place of one that has expired. */
function askForAddress(media: number, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    renewals.set(media, { resolve, reject });
    scope.postMessage({ type: "refresh", media, url });
  });
}

function refreshed(media: number, url: string | undefined, error: string | undefined): void {
  const asked = renewals.get(media);
  renewals.delete(media);
  if (url !== undefined) asked?.resolve(url);
  else asked?.reject(new TimeSideError("network", `the address has expired, and options.refresh gave no new one: ${error ?? ""}`, { refresh: error }));
}

/** Calls the engine, then lets it work while it has something to do, listening between slices. */
function work(call: (engine: Engine) => unknown): void {
  if (!engine || isDead) return;
  try {
    call(engine);
    // Through a channel, not a timer: timers are held back.
    if (!isPumping && engine.tick(SLICE_MS)) {
      isPumping = true;
      pumpChannel.port2.postMessage(null);
    }
  } catch (error) {
    die(String(error));
  }
}

/** After a trap the engine's memory cannot be trusted: the page makes a new worker. */
function die(message: string): void {
  if (isDead) return;
  isDead = true;
  scope.postMessage({ type: "crashed", message });
  scope.close();
}

function errorData(error: unknown): { code: string; message: string; details: Record<string, unknown> } {
  if (error instanceof TimeSideError) return { code: error.code, message: error.message, details: { ...error.details } };
  if (typeof error === "object" && error !== null && "code" in error && error.code === "not-yet") return error as ReturnType<typeof errorData>;
  return { code: "network", message: String(error), details: {} };
}

/** `crypto.randomUUID` exists on secure origins only. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** `YYYY-MM-DD HH:MM:SS` here. */
function localDate(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace("T", " ");
}
