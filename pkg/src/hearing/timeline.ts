/** Which time of the medium sounds at which time of a context, ahead of now: loops, ends and speed reckoned in. */

/** How the medium moves. Seconds. */
export interface Course {
  /** Seconds of the medium in a second. */
  rate: number;
  /** What is repeated, if anything. */
  loop: { start: number; end: number } | null;
  /** Where it stops. */
  end: number;
}

/** A stretch of the medium without a turn. */
export interface Stretch {
  from: number;
  to: number;
  /** When `from` sounds, in the context's time. */
  at: number;
}

export class Timeline {
  #course: Course = { rate: 1, loop: null, end: Infinity };
  /** Up to where stretches have been given. */
  #next = { secs: 0, at: 0 };
  #given: Stretch[] = [];

  /** Seconds of the medium in a second. */
  get rate(): number {
    return this.#course.rate;
  }

  /** From `at` on the medium sounds from `secs`. */
  start(secs: number, at: number, course: Course): void {
    this.#course = course;
    this.#next = { secs, at };
    this.#given = [];
  }

  /** What sounds from where the last answer ended, up to `until` of the context. */
  advance(until: number): Stretch[] {
    const { rate, loop, end } = this.#course;
    const stretches: Stretch[] = [];
    while (this.#next.at < until) {
      const { secs, at } = this.#next;
      const isInLoop = loop !== null && secs < loop.end;
      const turn = isInLoop ? Math.min(loop.end, end) : end;
      if (!isInLoop && secs >= end) break;
      const to = Math.min(turn, secs + (until - at) * rate);
      stretches.push({ from: secs, to, at });
      const isTurn = to === turn;
      this.#next = { secs: isTurn && isInLoop ? loop.start : to, at: isTurn ? at + (to - secs) / rate : until };
    }
    this.#given.push(...stretches);
    return stretches;
  }

  /** What sounds at a time of the context, as far as it was given; `undefined` outside. */
  secsAt(at: number): number | undefined {
    while (this.#given.length > 1 && this.#given[1]!.at <= at) this.#given.shift();
    const [first] = this.#given;
    return first && at >= first.at ? first.from + (at - first.at) * this.#course.rate : undefined;
  }
}
