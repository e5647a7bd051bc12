// The exact engine, heard by a tap behind its worklet: which frame sounded when, with and without shared memory.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bed } from "./harness.mjs";
import { coded } from "./wav.mjs";

const FRAMES = 20 * 44_100;

for (const isolated of [false, true]) {
  const way = isolated ? "shared memory" : "messages";
  const host = bed({
    isolated,
    setup: (server) => {
      server.write("coded.wav", coded({ frames: FRAMES }));
      server.write("after.wav", coded({ frames: 44_100, first: 2_000_000 }));
    },
  });
  const open = async () => {
    const page = await host.open("/test/exact.html");
    await page.waitForFunction(() => globalThis.tapped && globalThis.timeside);
    return page;
  };
  const done = async (page) => {
    assert.deepEqual(page.said, []);
    await page.close();
  };

  test(`50 seeks begin at their frame, and pause and play lose none (${way})`, async () => {
    const page = await open();
    const seen = await page.evaluate(async (total) => {
      const { player, forget, until, sounded, close } = await tapped("/files/coded.wav");
      const found = [];
      let seed = 1;
      for (let i = 0; i < 50; i++) {
        seed = (seed * 48271) % 2147483647;
        const frame = seed % (total - 8000);
        await forget();
        const sought = once(player, "seeked");
        player.currentTime = frame / RATE;
        const told = player.currentTime;
        await sought;
        if (i % 2) {
          // Made while it plays: what was heard until then comes before.
          const runs = await until(400 + (await sounded()).reduce((sum, run) => sum + run.count, 0));
          found.push({ frame, told, first: runs.at(-1), runs });
          player.pause();
          await once(player, "pause");
          continue;
        }
        void player.play();
        await until(400);
        player.pause();
        await once(player, "pause");
        const halted = player.currentFrame;
        const runs = await until(halted - frame);
        const end = runs[0].frame + runs.reduce((sum, run) => sum + run.count, 0);
        await player.play();
        const resumed = await until(halted - frame + 400);
        found.push({ frame, told, first: resumed[0], halted, end, pieces: resumed });
      }
      const { isShared, underruns, sampleRate } = player;
      await close();
      return { found, isShared, underruns, sampleRate };
    }, FRAMES);
    assert.equal(seen.isShared, isolated);
    assert.equal(seen.sampleRate, 44_100);
    for (const { frame, told, first, halted, end, pieces, runs } of seen.found) {
      assert.equal(first.frame, frame, `the first frame heard ${JSON.stringify(runs)}`);
      assert.ok(Math.abs(told - frame / 44_100) < 1e-9);
      if (halted === undefined) continue;
      assert.equal(halted, end, "at rest currentTime is the frame after the last heard");
      // A pause may be over before the audio thread renders again.
      assert.ok(pieces.length <= 2);
      if (pieces[1]) assert.equal(pieces[1].frame, halted, "it goes on where it stopped");
    }
    assert.equal(seen.found.length, 50);
    assert.equal(seen.underruns, 0);
    await done(page);
  });

  test(`a loop's seam, a stop and an end are at their frame (${way})`, async () => {
    const page = await open();
    const seen = await page.evaluate(async (total) => {
      const { player, forget, until, all, sounded, close } = await tapped("/files/coded.wav");
      const go = async (frame) => {
        const sought = once(player, "seeked");
        player.currentTime = frame / RATE;
        await sought;
        await forget();
      };
      const inside = (runs) => runs.slice(runs.findIndex(({ frame }) => frame >= 0), runs.findLastIndex(({ frame }) => frame >= 0) + 1);
      await go(29_000);
      player.loopRange = { start: 30_000 / RATE, end: 35_003 / RATE };
      await player.play();
      await until(6003 + 5 * 5003 + 100);
      player.pause();
      await once(player, "pause");
      const loop = inside(await all()).map(({ frame, count }) => [frame, count]);
      // A loop of less than one render quantum, set while it plays, then taken away.
      await go(100_000);
      player.loopRange = { start: 100_000 / RATE, end: 100_077 / RATE };
      await player.play();
      await until(2000);
      player.loopRange = null;
      await until(6000);
      player.pause();
      await once(player, "pause");
      const short = inside(await all()).map(({ frame, count }) => [frame, count]);
      await go(50_000);
      player.stopAt = 61_234 / RATE;
      let stopped = once(player, "pause");
      let hasEnded = false;
      player.addEventListener("ended", () => { hasEnded = true; });
      await player.play();
      await stopped;
      const stop = (await sounded()).map(({ frame, count }) => [frame, count]);
      const stopState = { frame: player.currentFrame, hasEnded, ended: player.ended };
      player.stopAt = null;
      await go(total - 5000);
      const ended = once(player, "ended");
      await player.play();
      await ended;
      const end = (await sounded()).map(({ frame, count }) => [frame, count]);
      const endState = { frame: player.currentFrame, paused: player.paused, ended: player.ended, underruns: player.underruns };
      await close();
      return { loop, short, stop, stopState, end, endState };
    }, FRAMES);
    assert.deepEqual(seen.loop[0], [29_000, 6003]);
    for (const turn of seen.loop.slice(1, -1)) assert.deepEqual(turn, [30_000, 5003]);
    assert.ok(seen.loop.length >= 7 && seen.loop.at(-1)[0] === 30_000);
    assert.ok(seen.short.length > 20);
    for (const turn of seen.short.slice(0, -1)) assert.deepEqual(turn, [100_000, 77]);
    assert.equal(seen.short.at(-1)[0], 100_000);
    assert.deepEqual(seen.stop, [[50_000, 11_234]]);
    assert.deepEqual(seen.stopState, { frame: 61_234, hasEnded: false, ended: false });
    assert.deepEqual(seen.end, [[FRAMES - 5000, 5000]]);
    assert.deepEqual(seen.endState, { frame: FRAMES, paused: true, ended: true, underruns: 0 });
    await done(page);
  });

  test(`the next track follows without a gap (${way})`, async () => {
    const page = await open();
    const seen = await page.evaluate(async (total) => {
      const { player, forget, until, all, close } = await tapped("/files/coded.wav");
      const after = await timeside.open("/files/after.wav");
      await player.queue(after);
      const sought = once(player, "seeked");
      player.currentTime = (total - 20_000) / RATE;
      await sought;
      await forget();
      const changed = once(player, "trackchange");
      await player.play();
      const { detail } = await changed;
      await until(30_000);
      const runs = (await all()).filter(({ frame }) => frame >= 0);
      const state = { isAfter: detail.media === after && player.media === after, duration: player.duration, time: player.currentTime };
      await close();
      after.close();
      return { runs, state };
    }, FRAMES);
    const [first, second] = seen.runs;
    assert.deepEqual([first.frame, first.count, second.frame], [FRAMES - 20_000, 20_000, 2_000_000]);
    assert.equal(second.at, first.at + first.count, "no frame between them");
    assert.ok(seen.state.isAfter);
    assert.equal(seen.state.duration, 1);
    assert.ok(seen.state.time > 0 && seen.state.time < 1);
    await done(page);
  });

  test(`a busy page makes no gap (${way})`, async () => {
    const page = await open();
    const seen = await page.evaluate(async () => {
      const { player, forget, until, sounded, close } = await tapped("/files/coded.wav");
      await forget();
      await player.play();
      for (let i = 0; i < 25; i++) {
        block(200);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await until(200_000);
      const runs = await sounded();
      const { underruns } = player;
      await close();
      return { runs, underruns };
    });
    assert.equal(seen.runs.length, 1, `one run: ${JSON.stringify(seen.runs)}`);
    assert.equal(seen.runs[0].frame, 0);
    assert.equal(seen.underruns, 0);
    await done(page);
  });
}
