// Servers that give no parts, tell no length, answer short, break off, change, expire: what is read is the file, or the
// error says why not.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { needsShared } from "./server.mjs";
import { wav } from "./wav.mjs";

/** Ten seconds of noise in stereo, 1.8 MB: nothing in it can be mistaken for anything else. */
function noise() {
  const file = wav({ channels: 2, bytes: 1_764_000 });
  for (let at = 44, x = 1; at < file.length; at += 2) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
    file.writeInt16LE((x >> 17) - 8_192, at);
  }
  return file;
}

const host = bed({ setup: (server) => server.write("noise.wav", noise()) });
const at = (way) => `/bad/${way}/files/noise.wav`;

/** Reads all of an address and of the same file at hand; true where they are equal. */
const readsTheSame = (page, source, good = "/files/noise.wav") =>
  page.evaluate(
    async ([source, good]) => {
      const all = async (input) => {
        const media = await timeside.open(input);
        // Counted, where no header tells it.
        const results = await media.run(["level", "waveform_analyzer"]);
        const waveform = results.get("waveform_analyzer").data;
        const seconds = results.get("level.rms").audio.duration;
        const places = await Promise.all([0.5, 9.2, 3.1, 7.7].map((start) => media.samples(start, start + 0.25)));
        const whole = await media.samples(0, seconds);
        media.close();
        return { seconds, rms: results.get("level.rms").data[0], arrays: [waveform, ...places.flat(), ...whole] };
      };
      const [theirs, ours] = [await all(await file(good)), await all(source)];
      const same = theirs.arrays.map((array, i) => array.length === ours.arrays[i].length && array.every((x, n) => x === ours.arrays[i][n]));
      return { same: same.every(Boolean), arrays: same.length, seconds: [theirs.seconds, ours.seconds], rms: ours.rms };
    },
    [source, good],
  );

for (const way of ["no-range", "chunked", "star", "short", "drop", "drop-whole", "drop-deaf", "deaf-midway"]) {
  test(`${way}: all of the file is read`, async () => {
    const page = await host.open();
    const seen = await readsTheSame(page, at(way));
    assert.ok(seen.same && seen.arrays > 8, JSON.stringify(seen));
    assert.deepEqual(seen.seconds, [10, 10]);
    await page.close();
  });
}

for (const coding of ["cbr.mp3", "vbr.mp3", "m4a", "ogg", "opus", "flac"]) {
  test(`a ${coding} without ranges or length is the file`, needsShared, async () => {
    const page = await host.open();
    const name = `/samples/real/music30s_44k_st.${coding}`;
    const seen = await readsTheSame(page, `/bad/chunked${name}`, name);
    assert.ok(seen.same, JSON.stringify(seen));
    await page.close();
  });
}

test("a file is drawn and analysed while it arrives, and leaves nothing on disk", async () => {
  const page = await host.open();
  const state = host.server.state(at("gated"));
  state.open = 300_000;
  const early = await page.evaluate(async (url) => {
    globalThis.media = await timeside.open(url);
    globalThis.done = [];
    globalThis.run = media.run("level", { onProgress: (share) => done.push(share) });
    run.then(() => {});
    const first = await media.samples(0, 1);
    globalThis.late = media.samples(8, 9);
    late.catch(() => {});
    globalThis.peaks = async () => {
      const { exact, channels } = await media.peaks({ pixels: 100 });
      return { exact, read: channels[0].min.filter((x) => !Number.isNaN(x)).length };
    };
    // Asked again and again: an event may have come before anybody listened for it.
    globalThis.peaksOf = async (columns) => {
      for (;;) {
        const seen = await peaks();
        if (seen.read >= columns) return seen;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const seen = await peaksOf(5);
    return { frames: media.info.frames, first: first[0].length, ...seen, done: done.at(-1) ?? 0 };
  }, at("gated"));
  assert.equal(early.first, 44_100);
  assert.ok(early.read >= 5 && early.read <= 18 && !early.exact, `a sixth of the columns: ${JSON.stringify(early)}`);
  assert.ok(early.done < 0.3, "the run waits");
  state.let(1_000_000);
  const middle = await page.evaluate(() => peaksOf(45));
  assert.ok(middle.read < 60 && !middle.exact, JSON.stringify(middle));
  state.let(Infinity);
  const end = await page.evaluate(async () => {
    const results = await run;
    const samples = await late;
    for (let seen = await peaks(); !seen.exact; seen = await peaks()) await new Promise((resolve) => setTimeout(resolve, 100));
    const folder = async () => {
      const root = await navigator.storage.getDirectory();
      const names = [];
      for await (const name of (await root.getDirectoryHandle("timeside-arriving")).keys()) names.push(name);
      return names.length;
    };
    const during = await folder();
    media.close();
    let after = await folder();
    for (let tries = 0; after > 0 && tries < 50; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      after = await folder();
    }
    return { rms: results.get("level.rms").data[0], late: samples[0].length, during, after };
  });
  assert.ok(end.rms < 0);
  assert.deepEqual([end.late, end.during, end.after], [44_100, 1, 0]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a file is in the origin's storage at most until the next start", async () => {
  const page = await host.open();
  host.server.state(at("gated")).open = 300_000;
  // The worker is killed: it cannot clean up.
  await page.evaluate(async (url) => void (globalThis.media = await timeside.open(url)), at("gated"));
  const [worker] = page.workers();
  const gone = worker.waitForEvent("close");
  worker.evaluate(() => self.close()).catch(() => {});
  await gone;
  const left = await page.evaluate(async () => {
    const names = async () => {
      const found = [];
      const root = await navigator.storage.getDirectory();
      for await (const name of (await root.getDirectoryHandle("timeside-arriving", { create: true })).keys()) found.push(name);
      return found;
    };
    const before = await names();
    // Whoever asks first learns that it is gone.
    await outcome(timeside.open(await file("/files/noise.wav")));
    const other = await timeside.open(await file("/files/noise.wav"));
    await other.run("level");
    const after = (await names()).filter((name) => before.includes(name));
    return [before.length, after.length];
  });
  assert.deepEqual(left, [1, 0]);
  await page.close();
});

for (const way of ["wrong-range", "drop-changed"]) {
  test(`${way} is a conflict`, async () => {
    const page = await host.open();
    const found = await page.evaluate((url) => outcome(timeside.open(url).then((media) => media.run("level"))), at(way));
    assert.equal(found.code, "conflict", JSON.stringify(found));
    assert.ok(found.own);
    await page.close();
  });
}

test("a server that fails in the middle is network, and what follows works again", async () => {
  const page = await host.open();
  const state = host.server.state(at("broken-midway"));
  await page.evaluate(async (url) => void (globalThis.media = await timeside.open(url)), at("broken-midway"));
  state.isBroken = true;
  const found = await page.evaluate(async () => {
    const [run, samples] = await Promise.all([outcome(media.run("level")), outcome(media.samples(9, 9.5))]);
    return { run, samples };
  });
  assert.equal(found.run.code, "network", JSON.stringify(found.run));
  assert.match(found.run.message, /500/);
  assert.equal(found.samples.code, "network", JSON.stringify(found.samples));
  state.isBroken = false;
  const again = await page.evaluate(async () => {
    const samples = await media.samples(9, 9.5);
    const results = await media.run("level");
    media.close();
    return [samples[0].length, results.get("level.rms").data[0] < 0];
  });
  assert.deepEqual(again, [22_050, true]);
  await page.close();
});

test("a signed address that expires is renewed once for all that wait", async () => {
  const page = await host.open();
  const state = host.server.state(at("signed"));
  state.signature = "1";
  await page.evaluate(async (url) => {
    globalThis.asked = [];
    const refresh = async (old) => {
      asked.push(old);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return old.replace("signature=1", "signature=2");
    };
    globalThis.media = await timeside.open(`${url}?signature=1`, { refresh });
  }, at("signed"));
  state.signature = "2";
  const seen = await page.evaluate(async () => {
    const [results, a, b] = await Promise.all([media.run("level"), media.samples(5, 6), media.samples(9, 10)]);
    const peaks = await media.peaks({ start: 3, end: 4, pixels: 10 });
    return { rms: results.get("level.rms").data[0], frames: [a[0].length, b[0].length], exact: peaks.exact, asked: asked.map((url) => url.split("?")[1]) };
  });
  assert.deepEqual(seen.asked, ["signature=1"]);
  assert.deepEqual([seen.frames, seen.exact], [[44_100, 44_100], true]);
  // The page has none to give: that is the cause that is told.
  state.signature = "3";
  const found = await page.evaluate(async (url) => {
    media.close();
    return { wrong: await outcome(timeside.open(`${url}?signature=1`, { refresh: async () => "x" })) };
  }, at("signed"));
  assert.equal(found.wrong.code, "network");
  const rejected = await page.evaluate(async (url) => {
    const media = await timeside.open(`${url}?signature=3`, { refresh: () => Promise.reject(new Error("logged out")) });
    globalThis.media = media;
    return media.info.frames;
  }, at("signed"));
  assert.equal(rejected, 441_000);
  state.signature = "4";
  const told = await page.evaluate(() => outcome(media.run("level")));
  assert.equal(told.code, "network");
  assert.match(told.message, /logged out/);
  await page.close();
});

test("memory and storage too small for a file without ranges: the error names the cure", async () => {
  const page = await host.open();
  const found = await page.evaluate(async (url) => {
    // As where there is no private file system: the worker gets a limit that the file passes.
    return outcome(timeside.open(url, { maxMemory: 1000 }));
  }, "/bad/huge/x.wav");
  assert.equal(found.code, "no-range");
  assert.match(found.message, /maxMemory/);
  assert.match(found.message, /store/);
  await page.close();
});
