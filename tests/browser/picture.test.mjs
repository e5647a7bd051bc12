// The waveform on its way: sketched by few bytes, then whole; kept for the next visit; or a server's.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { needsShared } from "./server.mjs";

const RATE = 8000;
const LONG_SECS = 1200;
const KIB = 1024;

/** 16-bit mono, louder and louder. */
function swell(seconds) {
  const frames = seconds * RATE;
  const bytes = Buffer.alloc(44 + 2 * frames);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * frames, 4);
  bytes.write("WAVEfmt ", 8);
  for (const [at, size, value] of [[16, 4, 16], [20, 2, 1], [22, 2, 1], [24, 4, RATE], [28, 4, 2 * RATE], [32, 2, 2], [34, 2, 16]]) {
    bytes.writeUIntLE(value, at, size);
  }
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * frames, 40);
  for (let n = 0; n < frames; n++) bytes.writeInt16LE(Math.round(Math.sin(n * 0.7) * 30_000 * (n / frames)), 44 + 2 * n);
  return bytes;
}

const host = bed({ setup: (server) => server.write("long.wav", swell(LONG_SECS)) });

/** Lengths of the ranges that were asked for, in order, of all hits from number `first` on. */
function asked(part, first = 0) {
  return host.server.hits(part).slice(first).map(({ range }) => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(range ?? "") ?? [];
    return from === undefined ? Infinity : Number(to) - Number(from) + 1;
  });
}

const sum = (list) => list.reduce((all, one) => all + one, 0);

test("a long file is sketched by few small requests, then read", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    timeside.configure({ cacheBytes: 0 });
    const media = await timeside.open("/files/long.wav");
    const states = [];
    const reached = (state) => new Promise((resolve) => {
      const before = media.onpicture;
      media.onpicture = (now) => { before?.(now); if (now === state) resolve(); };
    });
    const [coarse, complete] = [reached("coarse"), reached("complete")];
    const record = media.onpicture;
    media.onpicture = (state) => { states.push(state); record(state); };
    await media.peaks({ pixels: 50 });
    await coarse;
    const sketch = await media.peaks({ pixels: 50 });
    await complete;
    const whole = await media.peaks({ pixels: 50 });
    media.close();
    const marks = performance.getEntriesByType("mark").map((mark) => mark.name);
    return { states, marks, sketch: [sketch.exact, [...sketch.channels[0].max]], whole: [whole.exact, [...whole.channels[0].max]] };
  });
  assert.deepEqual(seen.states, ["coarse", "complete"]);
  assert.deepEqual(seen.marks, ["peaks-coarse", "peaks-complete"]);
  assert.equal(seen.sketch[0], false);
  assert.equal(seen.whole[0], true);
  seen.whole[1].forEach((x, i) => {
    const loudest = (30_000 / 32_768) * ((i + 1) / 50);
    assert.ok(Math.abs(x - loudest) < 0.001, `column ${i}: ${x}, ${loudest}`);
    assert.ok(Math.abs(seen.sketch[1][i] - loudest) < 0.025, `column ${i} of the sketch: ${seen.sketch[1][i]}, ${loudest}`);
  });
  const [head, ...rest] = asked("long.wav");
  const small = rest.findIndex((bytes) => bytes > 64 * KIB);
  assert.ok(small >= 150, `${small} small requests come before the first large one: ${rest.slice(0, 12)}`);
  assert.ok(head + sum(rest.slice(0, small)) <= 4e6, `${head + sum(rest.slice(0, small))} bytes for a sketch`);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("what was read once is drawn from the cache, until that is cleared", needsShared, async () => {
  const address = "/samples/real/music30s_44k_st.cbr.mp3";
  const page = await host.open();
  const look = () => page.evaluate(async (address) => {
    const media = await timeside.open(address);
    let peaks;
    do {
      peaks = await media.peaks({ pixels: 800 });
      if (!peaks.exact) await new Promise((later) => setTimeout(later, 50));
    } while (!peaks.exact || !performance.getEntriesByName("peaks-complete").length);
    const drawn = peaks.channels.map(({ min, max, rms }) => [[...min], [...max], [...rms]]);
    // Exact columns of the whole are made once it is read.
    await media.peaks({ pixels: 800 });
    return { drawn, frames: media.info.frames };
  }, address);
  const kept = () => page.evaluate(async () => {
    const sizes = [];
    try {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("timeside-pictures");
      for await (const handle of folder.values()) sizes.push((await handle.getFile()).size);
    } catch {
      // Nothing yet.
    }
    return sizes;
  });
  const reload = async () => {
    await page.reload();
    await page.waitForFunction(() => globalThis.timeside);
    return host.server.hits(address).length;
  };
  const first = await look();
  for (let tries = 0; (await kept()).length === 0; tries++) {
    assert.ok(tries < 100, "it is kept");
    await page.waitForTimeout(100);
  }
  // Written whole: its size no longer changes.
  for (let before = -1, now = 0; before !== now; [before, now] = [now, (await kept())[0] ?? 0]) await page.waitForTimeout(1500);
  const hits = await reload();
  // A column that was exact before all was read holds the samples' own values; what is kept holds 16 bits.
  const second = await look();
  assert.equal(second.frames, first.frames);
  assert.deepEqual(second.drawn.map((channel) => channel.map((of) => of.length)), first.drawn.map((channel) => channel.map((of) => of.length)));
  const [here, before] = [second.drawn.flat(2), first.drawn.flat(2)];
  const off = Math.max(...here.map((x, i) => Math.abs(x - before[i])));
  assert.ok(off <= 1.01 / 32_768, `columns differ by ${off}`);
  const bytes = sum(asked(address, hits));
  assert.ok(bytes <= 320 * KIB, `${bytes} bytes after a reload`);
  await reload();
  await page.evaluate(() => timeside.clearCache());
  assert.deepEqual(await kept(), []);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a server's peaks stand for what is not read, and wrong ones are a warning", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async (secs) => {
    const data = { version: 2, channels: 1, sample_rate: 8000, samples_per_pixel: 8000 * secs / 2, bits: 8, length: 2, data: [-64, 64, -32, 32] };
    const json = (object) => new Blob([JSON.stringify(object)]);
    const media = await timeside.open("/files/long.wav", { peaks: json(data) });
    const peaks = await media.peaks({ pixels: 4 });
    media.close();
    const other = await timeside.open("/files/long.wav", { peaks: json({ ...data, sample_rate: 44_100 }) });
    const missing = await timeside.open("/files/long.wav", { peaks: "/files/none.dat" });
    const warnings = [other, missing].map(({ info }) => info.warnings.map((w) => [w.code, w.message]));
    other.close();
    missing.close();
    return { exact: peaks.exact, max: [...peaks.channels[0].max], warnings };
  }, LONG_SECS);
  assert.deepEqual([seen.exact, seen.max], [false, [0.5, 0.5, 0.25, 0.25]]);
  assert.match(JSON.stringify(seen.warnings[0]), /"peaks".*44100/);
  assert.match(JSON.stringify(seen.warnings[1]), /"peaks".*404/);
  await page.close();
});
