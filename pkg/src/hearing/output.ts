/** A context of one's own, made when something is to sound and suspended after a while of silence. */

/** Of rest, before the context is suspended: it holds a device. */
const IDLE_MS = 10_000;

/** The time of a context that leaves the loudspeaker now, in seconds. */
export function heardTime(context: AudioContext): number {
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp?.() ?? {};
  if (context.state !== "running" || performanceTime <= 0) return context.currentTime;
  return Math.min(contextTime + (performance.now() - performanceTime) / 1000, context.currentTime);
}

export class Output {
  #context: AudioContext | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** The context, running or about to. */
  wake(): AudioContext {
    this.#context ??= new AudioContext({ latencyHint: "interactive" });
    // Where the browser lets no sound begin yet, nothing sounds; the next wish asks again.
    if (this.#context.state === "suspended") void this.#context.resume().catch(() => undefined);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#context?.suspend().catch(() => undefined), IDLE_MS);
    return this.#context;
  }

  close(): void {
    clearTimeout(this.#idle);
    void this.#context?.close();
    this.#context = undefined;
  }
}
