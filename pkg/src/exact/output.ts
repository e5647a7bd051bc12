/** The way out: a context at the medium's rate, and the node that the audio thread plays by. */
import { configuration } from "../configuration.js";
import { TimeSideError } from "../errors.js";
import { type Layout, PROCESSOR } from "./wire.js";

/** What is kept decoded ahead of the playhead, if it fits. */
const AHEAD_SECS = 4;
const MOST_BYTES = 16 * 2 ** 20;
/** Decoded at once. */
const SLOT_SECS = 0.085;
const LEAST_SLOTS = 12;
const LEAST_SLOT_FRAMES = 512;

/** Of rest, before the context is suspended. */
const IDLE_MS = 10_000;
const START_MS = 1000;

/** Numbers of channels that a context maps to loudspeakers by itself; of others it would leave some out. */
const MAPPED = [1, 2, 4, 6];

export interface Output {
  context: AudioContext;
  /** False if the caller gave the context: it stays open. */
  ownsContext: boolean;
  node: AudioWorkletNode;
  /** Share of each channel in an output; below 1 where all are folded into both. */
  share: number;
}

/** Memory of bounded size for so many channels at this rate. */
export function layoutFor(sampleRate: number, channels: number): Layout {
  let slotFrames = Math.max(LEAST_SLOT_FRAMES, 2 ** Math.round(Math.log2(sampleRate * SLOT_SECS)));
  const slotsOf = () => Math.floor(MOST_BYTES / (slotFrames * channels * 4));
  while (slotsOf() < LEAST_SLOTS && slotFrames > LEAST_SLOT_FRAMES) slotFrames /= 2;
  const wanted = Math.ceil((AHEAD_SECS * sampleRate) / slotFrames) + 2;
  return { slots: Math.max(LEAST_SLOTS, Math.min(wanted, slotsOf())), slotFrames, channels };
}

/** Makes context and node; `destination` takes the channels as they are. */
export async function openOutput(
  sampleRate: number,
  channels: number,
  given: { context?: AudioContext | undefined; destination?: AudioNode | undefined; latencyHint?: AudioContextLatencyCategory | number | undefined },
): Promise<Output> {
  const context = given.context ?? (given.destination?.context as AudioContext | undefined) ?? newContext(sampleRate, given.latencyHint ?? "interactive");
  const ownsContext = !given.context && !given.destination;
  try {
    await addProcessor(context);
    const folds = !given.destination && !MAPPED.includes(channels);
    const node = new AudioWorkletNode(context, PROCESSOR, {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [folds ? 2 : channels],
    });
    if (ownsContext && !folds && channels <= context.destination.maxChannelCount) {
      context.destination.channelCount = Math.max(context.destination.channelCount, channels);
    }
    node.connect(given.destination ?? context.destination);
    return { context, ownsContext, node, share: folds ? 1 / channels : 1 };
  } catch (error) {
    if (ownsContext) void context.close();
    throw error;
  }
}

/** At the medium's rate, or, where the browser refuses that, at its own. */
function newContext(sampleRate: number, latencyHint: AudioContextLatencyCategory | number): AudioContext {
  if (typeof AudioContext === "undefined" || typeof AudioWorkletNode === "undefined") {
    throw new TimeSideError("unsupported-environment", "Exact playback needs AudioContext and AudioWorklet: a browser, and a secure context (https or localhost)");
  }
  try {
    return new AudioContext({ sampleRate, latencyHint });
  } catch {
    return new AudioContext({ latencyHint });
  }
}

/** The time of a context that leaves the loudspeaker now, in seconds. */
export function heardTime(context: AudioContext): number {
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp?.() ?? {};
  if (context.state !== "running" || performanceTime <= 0) return context.currentTime;
  return Math.min(contextTime + (performance.now() - performanceTime) / 1000, context.currentTime);
}

/** Lets a context run while it is needed: it holds a device. A caller's own is only woken. */
export class Power {
  readonly #output: Output;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** `refused` is told if the browser lets no sound begin. */
  async wake(refused?: (error: unknown) => void): Promise<void> {
    clearTimeout(this.#idle);
    const { context } = this.#output;
    if (context.state === "running" || context.state === "closed") return;
    const running = context.resume();
    // Browsers do not say whether they will let it: an untouched page has so long.
    if (refused && navigator.userActivation?.hasBeenActive === false) {
      setTimeout(() => {
        if (context.state === "running") return;
        refused(new DOMException("the browser lets no sound begin before the page was touched", "NotAllowedError"));
      }, START_MS);
    }
    await (refused ? running.catch(refused) : running);
  }

  /** After a while of rest the context is suspended. */
  rest(isResting: () => boolean): void {
    clearTimeout(this.#idle);
    const { context, ownsContext } = this.#output;
    if (!ownsContext) return;
    this.#idle = setTimeout(() => {
      if (isResting() && context.state === "running") void context.suspend();
    }, IDLE_MS);
  }

  /** No more. */
  end(): void {
    clearTimeout(this.#idle);
    this.#output.node.disconnect();
    if (this.#output.ownsContext) void this.#output.context.close();
  }
}

const added = new WeakMap<BaseAudioContext, Promise<void>>();

function addProcessor(context: BaseAudioContext): Promise<void> {
  let adding = added.get(context);
  if (!adding) {
    const given = configuration().workletUrl;
    // Bundlers look for exactly this form.
    const url = given ?? new URL("./worklet.js", import.meta.url);
    adding = context.audioWorklet.addModule(url).catch((cause: unknown) => {
      added.delete(context);
      const words = `the audio worklet could not be loaded from ${String(url)}: see configure({ workletUrl }) and the page's script-src policy; from another origin it needs CORS`;
      throw new TimeSideError("network", words, {}, cause);
    });
    added.set(context, adding);
  }
  return adding;
}
