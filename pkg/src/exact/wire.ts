/** What page, engine worker and audio thread tell each other about exact playback. Never part of the public face. */

/** Under which name the page finds the audio thread's processor. */
export const PROCESSOR = "timeside-exact";

/** Where samples are wanted: `port` brings arrays, `memory` is written in place. */
export interface Sink {
  port: MessagePort;
  layout: Layout;
  /** Shared with the audio thread where the page is cross-origin isolated. */
  memory?: SharedArrayBuffer;
}

/** The memory that is played from: `slots` places of `channels` times `slotFrames` samples. */
export interface Layout {
  slots: number;
  slotFrames: number;
  channels: number;
}

/** Audio thread → engine worker, by the port of the track. Frames are those of the medium at the context's rate. */
export type ToFeeder =
  | { type: "read"; slot: number; epoch: number; start: number; frames: number }
  | { type: "drop"; epoch: number };

/** Engine worker → audio thread: the answer to one `read`. */
export interface Fed {
  slot: number;
  epoch: number;
  start: number;
  /** Fewer than asked for at the end of the medium. */
  frames: number;
  isDropped: boolean;
  /** Absent where the samples are in shared memory. */
  channels?: Float32Array[];
}

/** Where playing turns back or ends. Frames. */
export interface Bounds {
  /** `end` is the first frame that is not played. */
  loop: { start: number; end: number } | null;
  /** The first frame that is not played: there it stops. */
  stop: number | null;
}

/** Page → audio thread. */
export type ToProcessor =
  | { type: "layout"; layout: Layout; memory?: SharedArrayBuffer }
  /** A medium that can be played; `frames` is `null` while its length is unknown. */
  | { type: "track"; track: number; port: MessagePort; frames: number | null }
  | { type: "untrack"; track: number }
  | { type: "length"; track: number; frames: number }
  /** Follows the current track without a gap. */
  | { type: "next"; track: number | null }
  | { type: "bounds"; track: number; bounds: Bounds }
  | { type: "seek"; seek: number; track: number; frame: number }
  /** `at` is a frame of the context; without it, at once. */
  | { type: "play"; at?: number; fadeIn?: boolean }
  | { type: "pause"; fadeOut?: boolean }
  | { type: "speed"; speed: number; preservesPitch: boolean }
  | { type: "gains"; channels: number[] };

/** Why a report is made. */
export type Reason =
  /** So much time has passed. */
  | "tick"
  | "play"
  | "pause"
  /** The speed is another from here. */
  | "speed"
  /** A loop has turned back. */
  | "loop"
  /** The next track has begun. */
  | "track"
  /** The stop frame is reached. */
  | "stop"
  | "ended"
  /** The first samples after a seek are here. */
  | "ready"
  /** Nothing to play has come yet. */
  | "waiting";

/** Audio thread → page: at frame `contextFrame` of the context, `frame` of `track` is played. */
export interface Report {
  reason: Reason;
  contextFrame: number;
  track: number;
  frame: number;
  /** Frames of the medium per frame of the context; 0 at rest. */
  speed: number;
  /** The latest seek heard. */
  seek: number;
  /** The stretch of `track` from `frame` on that is at hand, in frames. */
  buffered: number;
  /** How often samples were missing so far. */
  underruns: number;
  /** Length of the track in frames, once it was counted. */
  frames: number | null;
}
