/** What can be sonified, as times and pitches. */
import type { Part } from "../hearing/sonifier.js";
import { TimeSideError } from "../player-sdk.js";
import type { AnalyzerResult } from "../types.js";

/** A result of an analysis; or times in seconds, each a click, or each with a pitch in Hz. */
export type Sonified = AnalyzerResult | { times: ArrayLike<number>; hz?: ArrayLike<number> };

/** How it sounds. */
export interface SonifyOptions {
  /** 0 to 1; default 1. */
  volume?: number;
  /** −1 (left) to 1 (right); default 0. */
  pan?: number;
  /** Pitch of the clicks in Hz; default 1600. */
  clickHz?: number;
}

/** @internal Checked, in the order of time. */
export function partOf(what: Sonified, { volume = 1, pan = 0, clickHz = 1600 }: SonifyOptions): Part {
  within("volume", volume, 0, 1);
  within("pan", pan, -1, 1);
  within("clickHz", clickHz, 20, 20_000);
  const { times, hz } = "dataMode" in what ? ofResult(what) : { times: Float64Array.from(what.times), hz: what.hz ? Float64Array.from(what.hz) : null };
  if (hz && hz.length !== times.length) throw refused("hz", `must have as many values as times (${times.length}), not ${hz.length}`);
  if (hz) {
    const order = [...times.keys()].sort((a, b) => times[a]! - times[b]!);
    return { times: Float64Array.from(order, (i) => times[i]!), hz: Float64Array.from(order, (i) => hz[i]!), volume, pan, clickHz };
  }
  return { times: times.sort(), hz: null, volume, pan, clickHz };
}

/** Points and stretches are clicks where they begin; a row of values in Hz is a tone. */
function ofResult(result: AnalyzerResult): { times: Float64Array; hz: Float64Array | null } {
  const times = Float64Array.from(result.time);
  if (result.timeMode === "event" || result.timeMode === "segment") return { times, hz: null };
  const columns = result.shape[1] ?? 1;
  if (result.timeMode === "framewise" && result.unit === "Hz" && columns === 1) {
    return { times, hz: Float64Array.from(result.data) };
  }
  throw refused("what", `${result.id} can be seen, not heard: events, segments and curves in Hz can`);
}

function within(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw refused(name, `must be from ${least} to ${most}, not ${value}`);
}

function refused(parameter: string, reason: string): TimeSideError {
  return new TimeSideError("bad-parameter", `sonify: ${parameter} ${reason}`, { processor: "sonify", parameter });
}
