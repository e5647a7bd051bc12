// Short words for tests of the exact engine: a tapped player, and what came out of it.
import * as timeside from "/timeside/index.js";

export const RATE = 44_100;

/** A player of `source` whose sound ends in a tap. `taken()` gives the runs since the last call, silence left out. */
async function tapped(source, { channels = 2 } = {}) {
  const context = new AudioContext({ sampleRate: RATE });
  await context.audioWorklet.addModule("/test/tap.js");
  const tap = new AudioWorkletNode(context, "tap", { channelCount: channels, channelCountMode: "explicit", channelInterpretation: "discrete" });
  tap.connect(context.destination);
  const media = await timeside.open(source);
  const player = await media.player({ destination: tap });
  const take = () =>
    new Promise((resolve) => {
      tap.port.onmessage = ({ data }) => resolve(data);
      tap.port.postMessage("take");
    });
  let kept = [];
  /** All runs since the last `forget()`, silence included. */
  const all = async () => {
    for (const run of (await take()).runs) {
      const last = kept[kept.length - 1];
      const follows = last && (run.frame < 0 ? last.frame < 0 : last.frame >= 0 && last.frame + last.count === run.frame) && last.at + last.count === run.at;
      if (follows) last.count += run.count;
      else kept.push(run);
    }
    return kept;
  };
  const sounded = async () => (await all()).filter(({ frame }) => frame >= 0);
  return {
    context, tap, media, player, take, all, sounded,
    forget: async () => { await take(); kept = []; },
    /** Waits until `count` frames have sounded. */
    until: async (count) => {
      for (;;) {
        const runs = await sounded();
        if (runs.reduce((sum, run) => sum + run.count, 0) >= count) return runs;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    close: () => { player.close(); media.close(); return context.close(); },
  };
}

const once = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

/** A busy main thread. */
const block = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); };

Object.assign(globalThis, { tapped, once, block, RATE });
