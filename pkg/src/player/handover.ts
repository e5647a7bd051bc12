/** A running sound goes over from one engine to the other where it is, under a short crossfade. */
import type { ExactPlayer } from "../types.js";

/** Room to get ready in, before the moment at which the other begins. Seconds. */
const LEAD_SECS = 0.35;
/** Both are this near each other before one gives way. */
const NEAR_SECS = 0.004;
const ATTEMPTS = 10;
/** What a browser takes to start at a place; what is left of it is made good. Seconds. */
const START_SECS = 0.08;
/** In this time a difference is made good, by so much of the speed at most. */
const NUDGE_SECS = 0.5;
const MOST_NUDGE = 0.2;
/** Nobody hears it; at 0 Chromium takes another output, and its clock jumps by some 50 ms. */
const SILENCE = 1e-4;
/** After another speed the browser's clock of `<audio>` is unsteady for a while. */
const SETTLE_MS = 200;
const FADE_STEPS = 4;
const FADE_STEP_MS = 4;
/** How long a seek or a start is waited for. */
const PATIENCE_MS = 4000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const heard = (target: EventTarget, type: string): Promise<unknown> =>
  Promise.race([new Promise((resolve) => target.addEventListener(type, resolve, { once: true })), wait(PATIENCE_MS)]);

/** `<audio>` gives way to the exact engine; `take` is called when that is the one that counts. */
export async function toExact(audio: HTMLMediaElement, exact: ExactPlayer, take: () => void): Promise<void> {
  if (audio.paused || audio.ended || audio.readyState === 0) {
    if (audio.currentTime > 0) exact.currentTime = audio.currentTime;
    return take();
  }
  await exact.warmUp();
  for (let attempt = 1; attempt <= 3; attempt++) {
    const rate = audio.playbackRate;
    const sought = heard(exact, "seeked");
    exact.currentTime = audio.currentTime + attempt * LEAD_SECS * rate;
    await sought;
    if (audio.paused) {
      exact.currentTime = audio.currentTime;
      return take();
    }
    const meetsMs = performance.now() + ((exact.currentTime - audio.currentTime) / rate) * 1000;
    const contextTime = exact.contextTimeAt(meetsMs);
    // The audio thread is ahead of what is heard.
    if (contextTime < exact.context.currentTime + 0.03 && attempt < 3) continue;
    exact.playAt(Math.max(contextTime, exact.context.currentTime), { fade: true });
    await wait(Math.max(0, meetsMs - performance.now()));
    take();
    const { volume } = audio;
    await ramp(audio, volume, SILENCE);
    audio.pause();
    audio.volume = volume;
    return;
  }
}

/** The exact engine gives way to `<audio>`, which runs along in silence until it is where the sound is. */
export async function toMedia(exact: ExactPlayer, audio: HTMLMediaElement, take: () => void): Promise<void> {
  const { volume } = exact;
  if (audio.readyState === 0) {
    if (audio.preload === "none") audio.preload = "metadata";
    const known = heard(audio, "loadedmetadata");
    audio.load();
    await known;
  }
  if (exact.paused) {
    audio.currentTime = exact.currentTime;
    audio.volume = volume;
    return take();
  }
  audio.volume = SILENCE;
  try {
    const rate = exact.playbackRate;
    audio.currentTime = exact.currentTime + START_SECS * rate;
    await audio.play();
    await meet(exact, audio, rate);
  } finally {
    if (exact.paused) audio.pause();
    take();
    exact.fadeOut();
    await ramp(audio, SILENCE, volume);
  }
}

/** Brings a silent `<audio>` to where the other is, by a little more or less speed. */
async function meet(exact: ExactPlayer, audio: HTMLMediaElement, rate: number): Promise<void> {
  const { preservesPitch } = audio;
  // To begin and end stretching costs the browser's clock 20 ms; silence has no pitch to preserve.
  if (rate === 1) audio.preservesPitch = false;
  try {
    await approach(exact, audio, rate);
  } finally {
    audio.playbackRate = rate;
    audio.preservesPitch = preservesPitch;
  }
}

async function approach(exact: ExactPlayer, audio: HTMLMediaElement, rate: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS && !exact.paused; attempt++) {
    await wait(SETTLE_MS);
    const off = await offset(exact, audio);
    if (Math.abs(off) < NEAR_SECS * rate) return;
    if (Math.abs(off) > LEAD_SECS * rate) {
      audio.currentTime = exact.currentTime + START_SECS * rate;
      continue;
    }
    const change = Math.max(-MOST_NUDGE, Math.min(MOST_NUDGE, -off / (NUDGE_SECS * rate)));
    audio.playbackRate = rate * (1 + change);
    await wait((Math.abs(off) / (Math.abs(change) * rate)) * 1000);
    audio.playbackRate = rate;
  }
}

/** How far `<audio>` is ahead, in seconds: the middle of several looks, since each is a little uncertain. */
async function offset(exact: ExactPlayer, audio: HTMLMediaElement): Promise<number> {
  const looks: number[] = [];
  for (let i = 0; i < 5; i++) {
    looks.push(audio.currentTime - exact.currentTime);
    await wait(8);
  }
  return looks.sort((a, b) => a - b)[2]!;
}

async function ramp(audio: HTMLMediaElement, from: number, to: number): Promise<void> {
  for (let step = 1; step <= FADE_STEPS; step++) {
    audio.volume = from + ((to - from) * step) / FADE_STEPS;
    if (step < FADE_STEPS) await wait(FADE_STEP_MS);
  }
}
