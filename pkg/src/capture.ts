/**
 * In the audio thread: hands what it hears to the engine's worker, in blocks, past the page. The file `capture.js`, which
 * `open(stream)` loads by itself.
 */

/** What the DOM library leaves to worklets. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: { processorOptions: { channels: number } }) => AudioWorkletProcessor): void;

/** Frames of a block: 21 ms at 48 kHz. */
const BLOCK_FRAMES = 1024;
/** Frames of a call where nothing is connected. */
const QUANTUM_FRAMES = 128;

class Capture extends AudioWorkletProcessor {
  readonly #channels: number;
  #block: Float32Array<ArrayBuffer>[];
  #filled = 0;
  #to: MessagePort | undefined;
  #isStopped = false;

  constructor({ processorOptions: { channels } }: { processorOptions: { channels: number } }) {
    super();
    this.#channels = channels;
    this.#block = this.#empty();
    this.port.onmessage = ({ data }: MessageEvent<MessagePort | "stop">) => {
      if (data === "stop") this.#stop();
      else this.#to = data;
    };
  }

  process([input = []]: Float32Array[][]): boolean {
    if (!this.#to || this.#isStopped) return !this.#isStopped;
    const frames = input[0]?.length ?? QUANTUM_FRAMES;
    for (let from = 0; from < frames; ) {
      const count = Math.min(frames - from, BLOCK_FRAMES - this.#filled);
      this.#block.forEach((to, channel) => {
        const samples = input[channel];
        if (samples) to.set(samples.subarray(from, from + count), this.#filled);
      });
      [from, this.#filled] = [from + count, this.#filled + count];
      if (this.#filled === BLOCK_FRAMES) this.#send();
    }
    return true;
  }

  #empty(): Float32Array<ArrayBuffer>[] {
    return Array.from({ length: this.#channels }, () => new Float32Array(BLOCK_FRAMES));
  }

  #send(): void {
    const block = this.#filled === BLOCK_FRAMES ? this.#block : this.#block.map((channel) => channel.slice(0, this.#filled));
    this.#to?.postMessage(block, block.map((channel) => channel.buffer));
    this.#block = this.#empty();
    this.#filled = 0;
  }

  #stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (this.#filled > 0) this.#send();
    this.#to?.postMessage("end");
  }
}

registerProcessor("timeside-capture", Capture);
