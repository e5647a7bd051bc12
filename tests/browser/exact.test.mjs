// The exact engine, heard by a tap behind its worklet: which frame sounded when, with and without shared memory.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { coded, sine } from "./wav.mjs";

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
        // Paused before its promise is kept, it rejects.
        player.play().catch(() => undefined);
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
      const gaps = player.underruns;
      // A loop of less than one render quantum, taken away while it plays: what follows it is at hand for 90 ms, and
      // read meanwhile. That a busy machine takes longer is no matter of frames.
      await go(100_000);
      player.loopRange = { start: 100_000 / RATE, end: 100_077 / RATE };
      await player.play();
      await until(2000);
      player.loopRange = null;
      await until(6000);
      player.pause();
      await once(player, "pause");
      const short = inside(await all()).map(({ frame, count }) => [frame, count]);
      const waits = player.underruns;
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
      const endState = { frame: player.currentFrame, paused: player.paused, ended: player.ended, underruns: gaps + player.underruns - waits };
      await close();
      return { loop, short, stop, stopState, end, endState };
    }, FRAMES);
    assert.deepEqual(seen.loop[0], [29_000, 6003]);
    for (const turn of seen.loop.slice(1, -1)) assert.deepEqual(turn, [30_000, 5003]);
    assert.ok(seen.loop.length >= 7 && seen.loop.at(-1)[0] === 30_000);
    assert.ok(seen.short.length > 20);
    const left = seen.short.findIndex(([, count]) => count !== 77);
    for (const turn of seen.short.slice(0, left)) assert.deepEqual(turn, [100_000, 77]);
    assert.ok(left > 20 && seen.short[left][0] === 100_000 && seen.short[left][1] > 77);
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

const host = bed({
  setup: (server) => {
    server.write("sine.wav", sine());
    server.write("coded.wav", coded({ frames: 5 * 44_100 }));
  },
});

/** Frequency of a sine by its rising zeros, and the least and most power in 10 ms. */
function judge(samples) {
  const rising = [];
  for (let i = 1; i < samples.length; i++) {
    if (samples[i - 1] < 0 && samples[i] >= 0) rising.push(i - samples[i] / (samples[i] - samples[i - 1]));
  }
  const powers = [];
  for (let i = 0; i + 441 <= samples.length; i += 441) {
    powers.push(samples.slice(i, i + 441).reduce((sum, x) => sum + x * x, 0) / 441);
  }
  const hertz = ((rising.length - 1) * 44_100) / (rising.at(-1) - rising[0]);
  let step = 0;
  for (let i = 1; i < samples.length; i++) step = Math.max(step, Math.abs(samples[i] - samples[i - 1]));
  return { hertz, least: Math.min(...powers), most: Math.max(...powers), step };
}

test("another speed keeps the pitch or does not, without holes and clicks, and takes its time", async () => {
  const page = await host.open("/test/exact.html");
  await page.waitForFunction(() => globalThis.tapped && globalThis.timeside);
  const play = (rate, preservesPitch, later = rate) => page.evaluate(async ([rate, preservesPitch, later]) => {
    const { player, tap, forget, take, close } = await tapped("/files/sine.wav", { channels: 1 });
    Object.assign(player, { playbackRate: rate, preservesPitch });
    await forget();
    tap.port.postMessage("samples");
    const ended = once(player, "ended");
    await player.play();
    if (later !== rate) {
      while (player.currentTime < 0.4) await new Promise((resolve) => setTimeout(resolve, 5));
      player.playbackRate = later;
    }
    await ended;
    const { samples } = await take();
    const { underruns } = player;
    await close();
    const first = samples.findIndex((x) => x !== 0);
    const last = samples.findLastIndex((x) => x !== 0);
    return { samples: samples.slice(first, last + 1), underruns };
  }, [rate, preservesPitch, later]);
  const cases = [
    [0.5, true, 440], [1.5, true, 440], [4, true, 440],
    [0.5, false, 220], [4, false, 1760],
  ];
  for (const [rate, preservesPitch, hertz] of cases) {
    const { samples, underruns } = await play(rate, preservesPitch);
    const what = `rate ${rate}, ${preservesPitch ? "pitch kept" : "as a tape"}`;
    const length = 44_100 / rate;
    assert.ok(Math.abs(samples.length - length) < 0.02 * 44_100, `${what}: ${samples.length} frames`);
    const { hertz: found, least, most, step } = judge(samples.slice(2000, -2000));
    assert.ok(Math.abs(found - hertz) < 0.005 * hertz, `${what}: ${found} Hz`);
    assert.ok(least > 0.8 * 0.125 && most < 1.2 * 0.125, `${what}: power ${least} to ${most}`);
    assert.ok(step < 1.15 * 0.5 * 2 * Math.PI * hertz / 44_100, `${what}: a step of ${step}`);
    assert.equal(underruns, 0);
  }
  // Into another speed and back there is no click either.
  for (const [rate, later] of [[1, 1.5], [1.5, 1]]) {
    const { step, least } = judge((await play(rate, true, later)).samples.slice(2000, -2000));
    assert.ok(step < 1.15 * 0.5 * 2 * Math.PI * 440 / 44_100 && least > 0.8 * 0.125, `from ${rate} to ${later}: a step of ${step}`);
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("channels are muted, soloed and amplified; the rate of the context is the medium's", async () => {
  const page = await host.open("/test/exact.html");
  await page.waitForFunction(() => globalThis.tapped && globalThis.timeside);
  const seen = await page.evaluate(async () => {
    const { player, context, close } = await tapped("/files/coded.wav");
    const meter = new AnalyserNode(context, { fftSize: 512 });
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    player.node.connect(splitter);
    splitter.connect(meter, 1);
    const level = async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      const samples = new Float32Array(512);
      meter.getFloatTimeDomainData(samples);
      return samples[511] * 32768;
    };
    await player.play();
    const levels = { plain: await level() };
    player.setChannel(1, { muted: true });
    levels.muted = await level();
    player.setChannel(1, { muted: false, gain: 0.5 });
    levels.half = await level();
    player.setChannel(1, { gain: 1 });
    player.setChannel(0, { solo: true });
    levels.otherSolo = await level();
    player.setChannel(0, { solo: false });
    player.volume = 0.25;
    levels.quarter = await level();
    player.muted = true;
    levels.silent = await level();
    const refused = await outcome((async () => player.setChannel(2, { muted: true }))());
    await close();
    const media = await timeside.open("/files/sine.wav");
    const own = await media.player();
    const rates = [own.sampleRate, own.isResampled];
    const { state } = own.context;
    own.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = own.context.state;
    const other = new AudioContext({ sampleRate: 48_000 });
    const resampled = await media.player({ context: other });
    rates.push(resampled.sampleRate, resampled.isResampled, resampled.duration);
    const ended = once(resampled, "ended");
    await resampled.play();
    await ended;
    rates.push(resampled.currentFrame);
    resampled.close();
    await other.close();
    media.close();
    return { levels, refused: refused.code, rates, state, closed };
  });
  // Channel 1 of the code is 1 + the high bits: at most 7 in five seconds, and changes only every 0.7 s.
  const { plain, muted, half, otherSolo, quarter, silent } = seen.levels;
  assert.ok(plain >= 1 && Number.isInteger(plain));
  assert.deepEqual([muted, otherSolo, silent], [0, 0, 0]);
  assert.ok(half >= 0.5 && half <= 3.5 && Number.isInteger(half * 2));
  assert.ok(quarter >= 0.25 && Number.isInteger(quarter * 4));
  assert.equal(seen.refused, "bad-parameter");
  assert.deepEqual(seen.rates, [44_100, false, 48_000, true, 1, 48_000]);
  assert.equal(seen.closed, "closed");
  assert.deepEqual(page.said, []);
  await page.close();
});
