/** The audio thread's part of exact playback: plays the queue frame by frame, and says what it played when. */
import { Queue } from "./queue.js";
import { reach, Resample } from "./resample.js";
import { Stretch } from "./stretch.js";
import { type Fed, type Layout, PROCESSOR, type Reason, type Report, type ToProcessor } from "./wire.js";

/** The part of the audio thread's global scope that is used; the DOM library describes a window's. */
declare const currentFrame: number;
declare const sampleRate: number;
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: unknown): void;

/** Between two reports of the position. */
const TICK_SECS = 0.05;
/** From full to silence: no click, and shorter than an ear notices. */
const FADE_SECS = 0.012;
/** So much must be at hand before it goes on after samples were missing. */
const RESUME_SECS = 0.1;

export class ExactProcessor extends AudioWorkletProcessor {
  #queue: Queue | undefined;
  #stretch!: Stretch;
  #resample!: Resample;
  #planes: Float32Array[] = [];
  /** Index in the queue's stream of what is played next. */
  #playhead = 0;
  #seek = -1;
  #isMoving = false;
  #startAt: number | undefined;
  #isFadingIn = false;
  #isFadingOut = false;
  /** Something was played since the last seek: what is missing now is missed. */
  #hasPlayed = false;
  #isWaiting = false;
  #isReadyTold = true;
  #speed = 1;
  #preservesPitch = true;
  #toldSpeed = 0;
  #wanted: number[] = [];
  #gains: number[] = [];
  #underruns = 0;
  #nextTick = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToProcessor>) => this.#hear(data);
  }

  #hear(message: ToProcessor): void {
    if (message.type === "layout") return this.#lay(message.layout, message.memory);
    const queue = this.#queue;
    if (!queue) return;
    switch (message.type) {
      case "track": {
        const { track, port, frames } = message;
        port.onmessage = ({ data }: MessageEvent<Fed>) => {
          queue.take(data, this.#playhead);
          queue.fill(this.#playhead);
          this.#tellReady(queue);
        };
        return queue.addTrack(track, (asked) => port.postMessage(asked), frames);
      }
      case "untrack":
        return queue.removeTrack(message.track);
      case "length":
        return queue.setFrames(message.track, message.frames, this.#playhead);
      case "next":
        return queue.setNext(message.track, this.#playhead);
      case "bounds":
        return queue.setBounds(message.track, message.bounds, this.#playhead);
      case "seek":
        this.#seek = message.seek;
        this.#playhead = 0;
        this.#hasPlayed = this.#isReadyTold = false;
        // It goes on when enough is here, not at the first frame.
        this.#isWaiting = true;
        this.#toldSpeed = 0;
        this.#stretch.reset();
        queue.seek(message.track, message.frame);
        return this.#tellReady(queue);
      case "play":
        this.#isMoving = true;
        this.#startAt = message.at;
        this.#isFadingIn = message.fadeIn ?? false;
        this.#isFadingOut = false;
        this.#toldSpeed = 0;
        return;
      case "pause":
        if (message.fadeOut && this.#isMoving) this.#isFadingOut = true;
        else this.#rest("pause", currentFrame);
        return;
      case "speed":
        this.#speed = message.speed;
        this.#preservesPitch = message.preservesPitch;
        return;
      case "gains":
        this.#wanted = message.channels;
        if (!this.#isMoving) this.#gains = [...this.#wanted];
        return;
    }
  }

  #lay(layout: Layout, memory: SharedArrayBuffer | undefined): void {
    this.#queue = new Queue(layout, memory);
    this.#stretch = new Stretch(sampleRate, layout.channels);
    this.#resample = new Resample(layout.channels);
    this.#planes = Array.from({ length: layout.channels }, () => new Float32Array(128));
    this.#wanted = this.#gains = Array.from({ length: layout.channels }, () => 1);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0];
    const queue = this.#queue;
    if (!out?.[0] || !queue) return true;
    const frames = out[0].length;
    if (this.#isMoving) this.#play(queue, out, frames);
    if (currentFrame >= this.#nextTick) {
      this.#nextTick = currentFrame + TICK_SECS * sampleRate;
      this.#report("tick", currentFrame + frames);
    }
    queue.fill(this.#playhead);
    return true;
  }

  #play(queue: Queue, out: Float32Array[], frames: number): void {
    let done = 0;
    if (this.#startAt !== undefined) {
      done = Math.max(0, this.#startAt - currentFrame);
      if (done >= frames) return;
      this.#startAt = undefined;
    }
    if (this.#planes[0]!.length < frames) this.#planes = this.#planes.map(() => new Float32Array(frames));
    // The usual case needs no copy: as many outputs as channels.
    const planes = out.length === this.#planes.length ? out : this.#planes;
    if (this.#isFadingIn) this.#gains.fill(0);
    this.#isFadingIn = false;
    const first = done;
    while (done < frames && this.#isMoving) {
      const played = this.#render(queue, planes, done, frames);
      if (played === 0) break;
      done += played;
    }
    if (planes !== out) for (const plane of planes) plane.fill(0, 0, first).fill(0, done);
    this.#amplify(planes, frames);
    if (planes !== out) fold(planes, out, frames);
    if (this.#isFadingOut && this.#gains.every((gain) => gain === 0)) this.#rest("pause", currentFrame + frames);
  }

  /** Renders from `done` on, up to `frames`; 0 if there is nothing to play. */
  #render(queue: Queue, out: Float32Array[], done: number, frames: number): number {
    const left = queue.end - this.#playhead;
    if (left <= 0) {
      this.#rest(queue.endsBy, currentFrame + done);
      return 0;
    }
    const mode = this.#mode();
    if (mode !== "stretch" && !Number.isInteger(this.#playhead) && this.#speed === 1) this.#playhead = Math.round(this.#playhead);
    const speed = mode === "direct" ? 1 : this.#speed;
    const count = Math.min(frames - done, Math.ceil(left / speed));
    const needed = mode === "direct" ? 1 : mode === "tape" ? count * speed + reach(speed) + 1 : this.#stretch.isEmpty ? this.#stretch.lookahead : 0;
    const at = Math.floor(this.#playhead);
    const ready = queue.ready(at, Math.max(needed, count, this.#isWaiting ? RESUME_SECS * sampleRate : 0));
    if (!this.#has(ready, needed, queue.end - at)) return this.#starve(done);
    this.#moves(speed, currentFrame + done);
    const before = this.#playhead;
    let played = count;
    if (mode === "direct") {
      played = Math.min(count, ready);
      queue.copy(before, played, out, done);
      this.#playhead += played;
    } else if (mode === "tape") {
      this.#resample.render(queue, before, speed, out, done, count);
      this.#playhead = Math.min(queue.end, before + count * speed);
    } else {
      if (this.#stretch.isEmpty) {
        const from = this.#stretch.make(queue, at, speed);
        if (speed === 1) this.#playhead = from;
      }
      const taken = this.#stretch.take(out, done, count);
      played = taken.frames;
      this.#playhead = Math.min(queue.end, this.#playhead + taken.advance);
    }
    this.#tellTurns(queue, before, done, speed);
    return played;
  }

  #mode(): "direct" | "tape" | "stretch" {
    if (this.#speed !== 1 && !this.#preservesPitch) {
      this.#stretch.reset();
      return "tape";
    }
    if (this.#speed !== 1 || this.#stretch.isBusy(this.#playhead)) return "stretch";
    this.#stretch.reset();
    return "direct";
  }

  #has(ready: number, needed: number, left: number): boolean {
    if (ready >= left) return true;
    return ready >= (this.#isWaiting ? Math.max(needed, RESUME_SECS * sampleRate) : Math.max(needed, 1));
  }

  #starve(done: number): 0 {
    if (this.#isWaiting) return 0;
    this.#isWaiting = true;
    this.#toldSpeed = 0;
    if (this.#hasPlayed) this.#underruns += 1;
    this.#report("waiting", currentFrame + done);
    return 0;
  }

  /** From `contextFrame` on it goes at this speed. */
  #moves(speed: number, contextFrame: number): void {
    this.#isWaiting = false;
    this.#hasPlayed = true;
    if (this.#toldSpeed === speed) return;
    const reason = this.#toldSpeed === 0 ? "play" : "speed";
    this.#toldSpeed = speed;
    this.#report(reason, contextFrame);
  }

  #tellTurns(queue: Queue, before: number, done: number, speed: number): void {
    const turn = queue.turnIn(before, this.#playhead);
    if (!turn) return;
    const playhead = this.#playhead;
    this.#playhead = turn.at;
    this.#report(turn.kind, currentFrame + done + Math.round((turn.at - before) / speed));
    this.#playhead = playhead;
  }

  #rest(reason: Reason, contextFrame: number): void {
    this.#isMoving = this.#isFadingOut = this.#isWaiting = false;
    this.#startAt = undefined;
    this.#toldSpeed = 0;
    this.#gains = [...this.#wanted];
    this.#report(reason, contextFrame);
  }

  #tellReady(queue: Queue): void {
    if (this.#isReadyTold) return;
    const at = Math.floor(this.#playhead);
    const ready = queue.ready(at, RESUME_SECS * sampleRate);
    if (ready < RESUME_SECS * sampleRate && at + ready < queue.end) return;
    this.#isReadyTold = true;
    this.#report("ready", currentFrame);
  }

  #report(reason: Reason, contextFrame: number): void {
    const queue = this.#queue;
    if (!queue) return;
    const { track, frame } = queue.placeAt(this.#playhead);
    const at = Math.floor(this.#playhead);
    const ready = queue.ready(at);
    const turn = queue.turnIn(at, at + ready);
    const report: Report = {
      reason,
      contextFrame,
      track,
      frame,
      speed: this.#isMoving ? this.#toldSpeed : 0,
      seek: this.#seek,
      buffered: turn ? turn.at - at : ready,
      underruns: this.#underruns,
      frames: queue.framesOf(track),
    };
    this.port.postMessage(report);
  }

  /** Gains as wished, gone to by a ramp. */
  #amplify(planes: Float32Array[], frames: number): void {
    const most = frames / (FADE_SECS * sampleRate);
    for (let c = 0; c < planes.length; c++) {
      const from = this.#gains[c] ?? 1;
      const wanted = this.#isFadingOut ? 0 : (this.#wanted[c] ?? 1);
      const to = from + Math.max(-most, Math.min(most, wanted - from));
      this.#gains[c] = to;
      // Unity leaves every bit as it is.
      if (from === 1 && to === 1) continue;
      const plane = planes[c]!;
      for (let i = 0; i < frames; i++) plane[i]! *= from + ((to - from) * (i + 1)) / frames;
    }
  }
}

/** The sum of all channels in every output: the gains have been divided by the number of channels. */
function fold(planes: Float32Array[], out: Float32Array[], frames: number): void {
  for (const to of out) {
    for (const plane of planes) for (let i = 0; i < frames; i++) to[i]! += plane[i]!;
  }
}

export function register(): void {
  registerProcessor(PROCESSOR, ExactProcessor);
}
