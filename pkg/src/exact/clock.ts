/** Which frame sounds when: what the audio thread reported, and between two reports what follows from it. */
import type { Report } from "./wire.js";

/** Reports kept: what is heard now was played some reports ago. */
const KEPT = 64;

export interface Position {
  track: number;
  frame: number;
}

export class Clock {
  #reports: Report[] = [];
  #latest: Report | undefined;
  #told: Position = { track: -1, frame: 0 };
  #toldBy: Report | undefined;
  readonly #jitterFrames: number;

  constructor(sampleRate: number) {
    this.#jitterFrames = 0.02 * sampleRate;
  }

  /** Forgets all: the position is told by who seeks. */
  reset(): void {
    this.#reports = [];
    this.#latest = undefined;
    this.#told = { track: -1, frame: 0 };
  }

  hear(report: Report): void {
    this.#latest = report;
    // Reports of one frame: the last is right.
    const later = this.#reports.findIndex(({ contextFrame }) => contextFrame >= report.contextFrame);
    if (later >= 0) this.#reports.length = later;
    this.#reports.push(report);
    if (this.#reports.length > KEPT) this.#reports.shift();
  }

  /** The latest report. */
  get latest(): Report | undefined {
    return this.#latest;
  }

  /** What sounds at a frame of the context. `turn` says where a frame that follows from the last report really is. */
  at(contextFrame: number, turn: (from: number, to: number) => number): Position | undefined {
    const rest = this.#latest;
    if (!rest) return undefined;
    // At rest nothing is on its way that matters: the place at which it goes on is exact.
    if (rest.speed === 0) return { track: rest.track, frame: rest.frame };
    let index = this.#reports.length - 1;
    while (index > 0 && this.#reports[index]!.contextFrame > contextFrame) index -= 1;
    const report = this.#reports[index]!;
    const to = report.frame + (contextFrame - report.contextFrame) * report.speed;
    const next = this.#reports[index + 1];
    // Before the first report nothing was played.
    const frame = contextFrame < report.contextFrame ? report.frame : next ? to : turn(report.frame, to);
    // The clocks of system and sound drift by fractions: but for a turn, time does not run back.
    const back = this.#told.track === report.track ? this.#told.frame - frame : 0;
    const isTurn = (report.reason === "loop" || report.reason === "track") && report !== this.#toldBy;
    this.#toldBy = report;
    if (back > 0 && back < this.#jitterFrames && !isTurn) return this.#told;
    return (this.#told = { track: report.track, frame });
  }
}
