/** Recording what a stream plays: the page's end of the line from the audio thread to the engine's worker. */
import { configuration } from "./configuration.js";
import { badParameter, TimeSideError } from "./errors.js";

/** A stream that is being recorded. */
export interface Capture {
  readonly sampleRate: number;
  readonly channels: number;
  /** Where its blocks come out: for the worker. After the last comes `"end"`. */
  readonly port: MessagePort;
  /** Sends what is left, then the end. */
  stop(): void;
  /** Gives everything back. */
  close(): void;
}

/** Rates that every browser offers a context at; others are left to it. */
const isUsual = (rate: number | undefined): rate is number => rate !== undefined && rate >= 8000 && rate <= 96_000;

/** Begins to record the first audio track of a stream, at its own rate where the browser tells it. */
export async function capture(stream: MediaStream, onended: () => void): Promise<Capture> {
  const [track] = stream.getAudioTracks();
  if (!track || track.readyState !== "live") throw badParameter("open", "source", "is a stream without an audio track that is live");
  const { sampleRate, channelCount } = track.getSettings();
  const context = new AudioContext({ latencyHint: "interactive", ...(isUsual(sampleRate) && { sampleRate }) });
  try {
    await context.audioWorklet.addModule(configuration().captureUrl ?? new URL("./capture.js", import.meta.url).href);
  } catch (cause) {
    await context.close();
    throw new TimeSideError(
      "io",
      "capture.js beside the module could not be loaded: see configure({ captureUrl }) and the page's policy (script-src, worker-src)",
      {},
      cause,
    );
  }
  const source = context.createMediaStreamSource(stream);
  const channels = channelCount ?? source.channelCount;
  const node = new AudioWorkletNode(context, "timeside-capture", {
    channelCount: channels,
    channelCountMode: "explicit",
    channelInterpretation: "discrete",
    processorOptions: { channels },
  });
  const { port1, port2 } = new MessageChannel();
  node.port.postMessage(port1, [port1]);
  // Its output is silence: only what leads to the end of a graph is sure to be called.
  source.connect(node).connect(context.destination);
  // Without a click on the page some browsers begin only after one.
  void context.resume().catch(() => {});
  track.addEventListener("ended", onended);
  return {
    sampleRate: context.sampleRate,
    channels,
    port: port2,
    stop: () => node.port.postMessage("stop"),
    close() {
      track.removeEventListener("ended", onended);
      source.disconnect();
      node.disconnect();
      node.port.close();
      void context.close().catch(() => {});
    },
  };
}

/** Asks for the microphone: as it sounds, without the changes that telephony makes. */
export async function microphoneStream(constraints?: MediaTrackConstraints): Promise<MediaStream> {
  const devices = typeof navigator === "undefined" ? undefined : (navigator as Partial<Navigator>).mediaDevices;
  if (!devices) throw new TimeSideError("unsupported-environment", "microphone: there is none here; a browser offers it to pages of secure origins (https, localhost) only");
  const plain: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  try {
    return await devices.getUserMedia({ audio: { ...plain, ...constraints } });
  } catch (cause) {
    throw refused(cause);
  }
}

function refused(cause: unknown): TimeSideError {
  const name = cause instanceof DOMException ? cause.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return new TimeSideError(
        "permission-denied",
        "microphone: the permission was refused, by the user or by the page's policy (Permissions-Policy: microphone): allow it in the site's settings and try again",
        {},
        cause,
      );
    case "NotFoundError":
      return new TimeSideError("not-found", "microphone: no device is connected", {}, cause);
    case "OverconstrainedError":
      return new TimeSideError("bad-parameter", "microphone: no device fulfils the constraints", { processor: "microphone", parameter: (cause as OverconstrainedError).constraint }, cause);
    default:
      return new TimeSideError("io", `microphone: it cannot be used (${String(cause)}): another program may hold it`, {}, cause);
  }
}
