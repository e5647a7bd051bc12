/** What is played next, asked for ahead: stretches of tracks in the order in which they sound. */
import type { Bounds, Fed, Layout, ToFeeder } from "./wire.js";

/** Frames kept behind the playhead: interpolation and time stretching look back. */
const KEPT_FRAMES = 4096;
/** Short loops would ask for endless pieces. */
const MOST_PIECES = 256;

interface Track {
  post(message: ToFeeder): void;
  frames: number | null;
  bounds: Bounds;
}

/** Samples of a stretch; several pieces may play from them. */
interface Samples {
  track: number;
  start: number;
  /** Frames asked for; fewer may come. */
  asked: number;
  slot: number;
  uses: number;
  /** Absent until they have come. */
  channels: Float32Array[] | undefined;
}

/** A stretch in its place in the stream of what is played. */
interface Piece {
  /** Index in the stream of its first frame. */
  at: number;
  frames: number;
  /** First frame within `samples`. */
  offset: number;
  samples: Samples;
}

interface Boundary {
  frame: number;
  turn: "stop" | "loop" | "end";
}

interface Place {
  track: number;
  frame: number;
}

/**
 * A stream of frames, counted from the last seek, over pieces of tracks. Loops, the stop and the next track are turns
 * of the plan by which it is filled; when the plan changes, only what no longer fits is asked for anew.
 */
export class Queue {
  readonly #layout: Layout;
  readonly #memory: Float32Array | undefined;
  readonly #tracks = new Map<number, Track>();
  readonly #pending = new Map<number, Samples>();
  readonly #free: number[];
  #pieces: Piece[] = [];
  /** Where the plan goes on. */
  #tail: Place = { track: -1, frame: 0 };
  #tailAt = 0;
  #epoch = 0;
  #turn: "more" | "ended" | "stop" = "ended";
  #next: number | null = null;

  constructor(layout: Layout, memory?: SharedArrayBuffer) {
    this.#layout = layout;
    this.#memory = memory && new Float32Array(memory);
    this.#free = Array.from({ length: layout.slots }, (_, slot) => layout.slots - 1 - slot);
  }

  /** Index in the stream at which it ends for good, `Infinity` while it goes on. */
  get end(): number {
    return this.#turn === "more" ? Infinity : this.#tailAt;
  }

  /** Why it ends there. */
  get endsBy(): "ended" | "stop" {
    return this.#turn === "stop" ? "stop" : "ended";
  }

  /** Makes a track known, or gives it a new feeder, which is asked for what the last one still owed. */
  addTrack(track: number, post: (message: ToFeeder) => void, frames: number | null): void {
    const known = this.#tracks.get(track);
    this.#tracks.set(track, { post, frames: known?.frames ?? frames, bounds: known?.bounds ?? { loop: null, stop: null } });
    for (const samples of [...this.#pending.values()]) {
      if (samples.track !== track) continue;
      if (samples.uses === 0) this.#came(samples);
      else post({ type: "read", slot: samples.slot, epoch: this.#epoch, start: samples.start, frames: samples.asked });
    }
  }

  removeTrack(track: number): void {
    this.#tracks.delete(track);
    if (this.#next === track) this.#next = null;
    // Nobody will answer any more.
    for (const samples of [...this.#pending.values()]) if (samples.track === track) this.#came(samples);
  }

  framesOf(track: number): number | null {
    return this.#tracks.get(track)?.frames ?? null;
  }

  /** Begins anew at a frame of a track. */
  seek(track: number, frame: number): void {
    this.#cut(0);
    this.#epoch += 1;
    for (const each of this.#tracks.values()) each.post({ type: "drop", epoch: this.#epoch });
    this.#tail = { track, frame };
    this.#tailAt = 0;
    this.#turn = "more";
    this.fill(0);
  }

  setBounds(track: number, bounds: Bounds, playhead: number): void {
    const known = this.#tracks.get(track);
    if (!known) return;
    known.bounds = bounds;
    this.#replan(playhead);
  }

  setNext(track: number | null, playhead: number): void {
    this.#next = track;
    this.#replan(playhead);
  }

  setFrames(track: number, frames: number, playhead: number): void {
    const known = this.#tracks.get(track);
    if (!known || known.frames === frames) return;
    known.frames = frames;
    this.#replan(playhead);
  }

  /** Takes an answer. */
  take({ slot, epoch, start, frames, isDropped, channels }: Fed, playhead: number): void {
    const samples = this.#pending.get(slot);
    if (!samples) return;
    this.#came(samples);
    if (isDropped || epoch !== this.#epoch || samples.uses === 0) {
      // What still plays from it was asked for in this epoch and dropped by nobody: ask again.
      if (samples.uses > 0) this.#replan(playhead, samples);
      return;
    }
    samples.channels = this.#memory ? this.#slotOf(slot) : channels;
    if (frames < samples.asked) this.setFrames(samples.track, start + frames, playhead);
  }

  /** Frees what lies behind, and asks for what comes. */
  fill(playhead: number): void {
    let gone = 0;
    while (gone < this.#pieces.length - 1) {
      const piece = this.#pieces[gone]!;
      if (piece.at + piece.frames > playhead - KEPT_FRAMES) break;
      this.#release(piece);
      gone += 1;
    }
    if (gone > 0) this.#pieces.splice(0, gone);
    while (this.#turn === "more" && this.#pieces.length < MOST_PIECES) if (!this.#extend()) return;
  }

  /** Frames at hand from `from` on, without a hole; counted until there are `enough`. */
  ready(from: number, enough = Infinity): number {
    let at = from;
    for (let i = this.#indexOf(from); i >= 0 && i < this.#pieces.length && at - from < enough; i++) {
      const piece = this.#pieces[i]!;
      if (!piece.samples.channels) break;
      at = piece.at + piece.frames;
    }
    return at - from;
  }

  /** Copies the frames `from..from+count` of the stream into `out` at `offset`; what is outside it or missing is 0. */
  copy(from: number, count: number, out: Float32Array[], offset: number): void {
    let done = 0;
    if (from < 0) {
      done = Math.min(count, -from);
      for (const channel of out) channel.fill(0, offset, offset + done);
    }
    let index = this.#indexOf(from + done);
    while (done < count) {
      const piece = index >= 0 ? this.#pieces[index] : undefined;
      const data = piece?.samples.channels;
      if (!piece || !data) {
        for (const channel of out) channel.fill(0, offset + done, offset + count);
        return;
      }
      const begin = from + done - piece.at;
      const run = Math.min(count - done, piece.frames - begin);
      const first = piece.offset + begin;
      for (let c = 0; c < out.length; c++) {
        const channel = data[c];
        const to = out[c]!;
        // Runs are short, and a view for each would be garbage on the audio thread.
        if (channel) for (let i = 0; i < run; i++) to[offset + done + i] = channel[first + i]!;
        else to.fill(0, offset + done, offset + done + run);
      }
      done += run;
      index += 1;
    }
  }

  /** What is at an index of the stream. At its end, the frame after the last. */
  placeAt(index: number): Place {
    const found = this.#indexOf(Math.floor(index));
    const piece = this.#pieces[found] ?? this.#pieces[this.#pieces.length - 1];
    if (!piece) return this.#tail;
    return { track: piece.samples.track, frame: piece.samples.start + piece.offset + (index - piece.at) };
  }

  /** The first turn (a loop's, or the next track's begin) in `from < index <= to`. */
  turnIn(from: number, to: number): { at: number; kind: "loop" | "track" } | undefined {
    for (let i = Math.max(1, this.#indexOf(from)); i < this.#pieces.length; i++) {
      const [before, piece] = [this.#pieces[i - 1]!, this.#pieces[i]!];
      if (piece.at > to) return undefined;
      if (piece.at <= from) continue;
      if (before.samples.track !== piece.samples.track) return { at: piece.at, kind: "track" };
      const end = before.samples.start + before.offset + before.frames;
      if (piece.samples.start + piece.offset !== end) return { at: piece.at, kind: "loop" };
    }
    return undefined;
  }

  /** Plans one piece more; false if there is no room for it. */
  #extend(): boolean {
    const known = this.#tracks.get(this.#tail.track);
    if (!known) return this.#finish("ended");
    const boundary = this.#boundary(known, this.#tail.frame);
    const left = boundary.frame - this.#tail.frame;
    if (left <= 0) {
      if (boundary.turn === "stop") return this.#finish("stop");
      const place = this.#after(known, boundary.turn, this.#tail.track);
      if (!place) return this.#finish("ended");
      this.#tail = place;
      return true;
    }
    const { track, frame } = this.#tail;
    const wanted = Math.min(left, this.#layout.slotFrames);
    const samples = this.#shared(track, frame) ?? this.#ask(known, track, frame, wanted);
    if (!samples) return false;
    const frames = Math.min(wanted, samples.start + samples.asked - frame);
    samples.uses += 1;
    this.#pieces.push({ at: this.#tailAt, frames, offset: frame - samples.start, samples });
    this.#tailAt += frames;
    this.#tail = { track, frame: frame + frames };
    return true;
  }

  #finish(turn: "ended" | "stop"): boolean {
    this.#turn = turn;
    return false;
  }

  /** Where the way from `frame` on ends, and by what. */
  #boundary({ frames, bounds: { loop, stop } }: Track, frame: number): Boundary {
    let boundary: Boundary = { frame: frames ?? Infinity, turn: "end" };
    if (loop && loop.end > loop.start && frame <= loop.end && loop.end <= boundary.frame) boundary = { frame: loop.end, turn: "loop" };
    if (stop !== null && frame <= stop && stop <= boundary.frame) boundary = { frame: stop, turn: "stop" };
    return boundary;
  }

  /** Where it goes on after a boundary. */
  #after({ frames, bounds: { loop } }: Track, turn: "loop" | "end", track: number): Place | undefined {
    const isLoop = loop && loop.end > loop.start && loop.start < (frames ?? Infinity);
    if (isLoop) return { track, frame: loop.start };
    if (turn === "loop" || this.#next === null || this.#next === track || !this.#tracks.has(this.#next)) return undefined;
    return { track: this.#next, frame: 0 };
  }

  /** Samples at hand that hold a frame: a short loop asks once, and goes on at once when it is left. */
  #shared(track: number, frame: number): Samples | undefined {
    const holds = ({ samples }: Piece) =>
      samples.track === track && samples.start <= frame && frame < samples.start + samples.asked;
    return this.#pieces.findLast(holds)?.samples;
  }

  #ask(known: Track, track: number, start: number, frames: number): Samples | undefined {
    const slot = this.#free.pop();
    if (slot === undefined) return undefined;
    const samples: Samples = { track, start, asked: frames, slot, uses: 0, channels: undefined };
    this.#pending.set(slot, samples);
    known.post({ type: "read", slot, epoch: this.#epoch, start, frames });
    return samples;
  }

  /** An answer has come, or never will. */
  #came(samples: Samples): void {
    this.#pending.delete(samples.slot);
    if (samples.uses === 0) this.#free.push(samples.slot);
  }

  #release({ samples }: Piece): void {
    samples.uses -= 1;
    if (samples.uses === 0 && !this.#pending.has(samples.slot)) this.#free.push(samples.slot);
  }

  /** Forgets the pieces from `index` on. */
  #cut(index: number): void {
    for (const piece of this.#pieces.splice(index)) this.#release(piece);
  }

  /** Keeps of what is queued what the plan still says, from the playhead on. */
  #replan(playhead: number, lost?: Samples): void {
    if (this.#tail.track < 0) return;
    let index = this.#indexOf(Math.floor(playhead));
    if (index < 0) index = this.#pieces.length;
    let place = index < this.#pieces.length ? this.placeAt(Math.floor(playhead)) : this.#tail;
    let at = index < this.#pieces.length ? Math.floor(playhead) : this.#tailAt;
    for (; index < this.#pieces.length; index++) {
      const piece = this.#pieces[index]!;
      const known = this.#tracks.get(piece.samples.track);
      if (!known || piece.samples === lost) break;
      const start = piece.samples.start + piece.offset + (at - piece.at);
      if (!this.#leadsTo(place, { track: piece.samples.track, frame: start })) break;
      place = { track: piece.samples.track, frame: start };
      const left = this.#boundary(known, start).frame - start;
      const frames = piece.at + piece.frames - at;
      const kept = Math.min(frames, left);
      at += kept;
      place = { track: place.track, frame: start + kept };
      if (kept < frames) {
        piece.frames -= frames - kept;
        if (piece.frames > 0) index += 1;
        break;
      }
    }
    this.#cut(index);
    this.#tail = place;
    this.#tailAt = at;
    this.#turn = "more";
    this.fill(playhead);
  }

  /** True if the plan goes from `from`, at once or by turns, to `to`. */
  #leadsTo(from: Place, to: Place): boolean {
    const known = this.#tracks.get(from.track);
    if (!known) return false;
    const boundary = this.#boundary(known, from.frame);
    if (boundary.frame > from.frame) return from.track === to.track && from.frame === to.frame;
    if (boundary.turn === "stop") return false;
    const after = this.#after(known, boundary.turn, from.track);
    return after !== undefined && after.track === to.track && after.frame === to.frame;
  }

  /** The piece that holds an index of the stream, or −1. */
  #indexOf(at: number): number {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const piece = this.#pieces[middle]!;
      if (at < piece.at) high = middle - 1;
      else if (at >= piece.at + piece.frames) low = middle + 1;
      else return middle;
    }
    return -1;
  }

  #slotOf(slot: number): Float32Array[] {
    const { channels, slotFrames } = this.#layout;
    return Array.from({ length: channels }, (_, c) => {
      const first = (slot * channels + c) * slotFrames;
      return this.#memory!.subarray(first, first + slotFrames);
    });
  }
}
