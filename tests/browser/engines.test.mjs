// <timeside-player> with its two engines: which one plays, and what a change between them does to the position.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { coded, sineF64 } from "./wav.mjs";

const host = bed({
  setup: (server) => {
    server.write("coded.wav", coded({ frames: 20 * 44_100 }));
    server.write("doubles.wav", sineF64({ frames: 44_100 }));
  },
});

/** A page with one player of `src`, `player` in its global scope, ready. */
async function open(src, attributes = {}) {
  const page = await host.open("/test/exact.html");
  await page.waitForFunction(() => globalThis.once);
  await page.evaluate(async ([src, attributes]) => {
    await import("/timeside/player.js");
    globalThis.player = document.createElement("timeside-player");
    for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
    player.src = src;
    document.body.append(player);
    while (!player.media) await new Promise((resolve) => setTimeout(resolve, 20));
  }, [src, attributes]);
  return page;
}

async function done(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

test("changing the engine of a running sound leaves it where it is", async () => {
  const page = await open("/files/coded.wav");
  const seen = await page.evaluate(async () => {
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    player.volume = 0.5;
    await player.play();
    await wait(600);
    const moves = [];
    for (const engine of ["exact", "media", "exact"]) {
      // The position in a straight line, from many looks: one is off by what the browser rounds.
      const look = async () => {
        const looks = [];
        for (let i = 0; i < 9; i++) {
          looks.push(player.currentTime - performance.now() / 1000);
          await wait(15);
        }
        return looks.sort((a, b) => a - b)[4];
      };
      const before = await look();
      const changed = once(player, "enginechange");
      player.engine = engine;
      await changed;
      await wait(100);
      moves.push({ engine: player.activeEngine, seconds: (await look()) - before, paused: player.paused, volume: player.volume });
    }
    const { underruns } = player.exact;
    player.pause();
    await once(player, "pause");
    const at = player.currentTime;
    // At rest the place is kept to the frame.
    const changed = once(player, "enginechange");
    player.engine = "media";
    await changed;
    return { moves, underruns, rest: player.currentTime - at };
  });
  assert.deepEqual(seen.moves.map(({ engine }) => engine), ["exact", "media", "exact"]);
  for (const { engine, seconds, paused, volume } of seen.moves) {
    assert.ok(Math.abs(seconds) <= 0.01, `to ${engine}: moved by ${seconds} s`);
    assert.ok(!paused);
    assert.equal(volume, 0.5);
  }
  assert.equal(seen.underruns, 0);
  assert.ok(Math.abs(seen.rest) < 1 / 44_100);
  await done(page);
});

test("what the browser refuses plays by the exact engine", async () => {
  const page = await open("/files/doubles.wav");
  const seen = await page.evaluate(async () => {
    const heard = [];
    for (const type of ["play", "playing", "pause", "ended", "seeking", "seeked", "volumechange", "ratechange"]) player.addEventListener(type, () => heard.push(type));
    await player.play();
    const { activeEngine, duration, paused, readyState, error } = player;
    player.volume = 0.25;
    player.playbackRate = 2;
    player.currentTime = 0.8;
    await once(player, "ended");
    const { currentTime, ended } = player;
    return { activeEngine, duration, paused, readyState, error, currentTime, ended, endPaused: player.paused, heard, played: player.played.length, rate: player.exact.sampleRate };
  });
  assert.equal(seen.activeEngine, "exact");
  assert.deepEqual([seen.duration, seen.paused, seen.readyState, seen.error], [1, false, 4, null]);
  assert.deepEqual([seen.currentTime, seen.ended, seen.endPaused, seen.rate], [1, true, true, 44_100]);
  assert.deepEqual([...new Set(seen.heard)].sort(), ["ended", "pause", "play", "playing", "ratechange", "seeked", "seeking", "volumechange"]);
  assert.deepEqual(seen.heard.slice(-2), ["pause", "ended"]);
  await page.close();
});

test("auto takes the exact engine for a loop of a stretch, and gives it back", async () => {
  const page = await open("/files/coded.wav", { loop: "", start: "1", end: "1.25" });
  const seen = await page.evaluate(async () => {
    while (player.activeEngine !== "exact") await new Promise((resolve) => setTimeout(resolve, 20));
    const range = player.loopRange;
    player.currentTime = 1;
    await player.play();
    const places = [];
    for (let i = 0; i < 40; i++) {
      places.push(player.currentTime);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    player.pause();
    player.removeAttribute("loop");
    while (player.activeEngine !== "media") await new Promise((resolve) => setTimeout(resolve, 20));
    return { range, places, after: player.loopRange };
  });
  assert.deepEqual(seen.range, { start: 1, end: 1.25 });
  assert.ok(seen.places.every((secs) => secs >= 1 && secs < 1.25 + 1e-6), `${seen.places}`);
  assert.ok(seen.places.filter((secs, i) => i > 0 && secs < seen.places[i - 1]).length >= 2, "it turned back");
  assert.equal(seen.after, null);
  await done(page);
});
