// The contract's table of bad input: the promised code, and the same page works on.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { needsShared, sample } from "./server.mjs";
import { sine, wav } from "./wav.mjs";

const files = {
  "good.wav": sine(),
  "empty.wav": "",
  "text.wav": "This is not audio. ".repeat(100),
  "channels0.wav": wav({ channels: 0 }),
  "rate0.wav": wav({ rate: 0 }),
  "channels1000.wav": wav({ channels: 1000 }),
  "claims4gb.wav": wav({ dataBytes: 0xfffffff0, bytes: 56 }),
};
const host = bed({ setup: (server) => Object.entries(files).forEach(([name, bytes]) => server.write(name, bytes)) });

/** Opens, plays and analyses the good file on this page. */
async function worksOn(page) {
  const seen = await page.evaluate(async () => {
    const results = await analyse("/files/good.wav", ["level"]);
    const audio = Object.assign(new Audio("/files/good.wav"), { muted: true });
    await audio.play();
    audio.pause();
    return results["level.rms"].first;
  });
  assert.ok(Math.abs(seen + 9.03) < 0.01, `the good file's level is ${seen}`);
}

/** What opening and analysing came to, bounded in time so that a hang is a failure with a name. */
const attempt = (page, source, { asFile = false, options } = {}) =>
  page.evaluate(
    async ([source, asFile, options]) => {
      const input = asFile ? await file(source) : source;
      const work = async () => {
        const media = await timeside.open(input);
        try {
          const results = await media.run("level", options);
          const warnings = [...media.info.warnings, ...results.warnings];
          return { warnings: warnings.map((w) => w.code), rms: results.get("level.rms").data[0] };
        } finally {
          media.close();
        }
      };
      const limit = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer within a minute")), 60_000));
      return outcome(Promise.race([work(), limit]));
    },
    [source, asFile, options],
  );

function expectCode(found, code, what) {
  assert.equal(found.code, code, `${what}: ${JSON.stringify(found)}`);
  assert.ok(found.own && found.message.length > 10, `${what}: a TimeSideError in words`);
}

/** Console errors that a browser itself writes about failed requests. */
const ownErrors = (page) => page.said.filter((text) => !/Failed to load resource|net::ERR_/.test(text));

const REFUSED = {
  "/bad/not-found/x.wav": "not-found",
  "/bad/gone/x.wav": "not-found",
  "/bad/forbidden/x.wav": "network",
  "/bad/broken/x.wav": "network",
  "/bad/hangup/x.wav": "network",
  "/bad/html/x.wav": "unsupported-format",
  "/bad/huge/x.wav": "no-range",
  "/files/text.wav": "unsupported-format",
  "/files/empty.wav": "corrupt-media",
  "/files/channels0.wav": "corrupt-media",
  "/files/rate0.wav": "corrupt-media",
};

for (const [source, code] of Object.entries(REFUSED)) {
  test(`${source} is ${code}`, async () => {
    const page = await host.open();
    expectCode(await attempt(page, source), code, source);
    await worksOn(page);
    if (source.startsWith("/files/")) {
      expectCode(await attempt(page, source, { asFile: true }), code, `${source} as a File`);
      await worksOn(page);
    }
    assert.deepEqual(ownErrors(page), []);
    await page.close();
  });
}

test("a refused connection is network", async () => {
  const page = await host.open();
  expectCode(await attempt(page, host.server.refused), "network", "refused");
  await worksOn(page);
  assert.deepEqual(ownErrors(page), []);
  await page.close();
});

test("a thousand channels are refused or decoded, never fatal", async () => {
  const page = await host.open();
  const found = await attempt(page, "/files/channels1000.wav");
  assert.ok(["corrupt-media", "unsupported-format"].includes(found.code) && found.own, JSON.stringify(found));
  await worksOn(page);
  await page.close();
});

test("a header that claims 4 GB in 100 bytes gives what is there, and a warning", async () => {
  const page = await host.open();
  for (const asFile of [false, true]) {
    const found = await attempt(page, "/files/claims4gb.wav", { asFile });
    assert.ok(found.value ? found.value.warnings.length > 0 : found.code === "corrupt-media", JSON.stringify(found));
    await worksOn(page);
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

for (const coding of ["cbr.mp3", "flac", "m4a", "ogg"]) {
  test(`a ${coding} cut in the middle resolves with a warning`, needsShared, async () => {
    const whole = sample(`real/music30s_44k_st.${coding}`);
    host.server.write(`cut.${coding}`, whole.subarray(0, Math.floor(whole.length * 0.6)));
    const page = await host.open();
    for (const asFile of [false, true]) {
      const found = await attempt(page, `/files/cut.${coding}`, { asFile });
      assert.ok(found.value?.warnings.length > 0, `${coding}, file ${asFile}: ${JSON.stringify(found)}`);
      assert.ok(found.value.rms < 0 && found.value.rms > -60, `${coding}: what decodes is analysed`);
      await worksOn(page);
    }
    assert.deepEqual(page.said, []);
    await page.close();
  });
}

test("steps, parameters and stretches that cannot be", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const media = await timeside.open("/files/good.wav");
    const tries = {
      unknown: () => media.run("no_such_processor"),
      wrongType: () => media.run({ id: "fx_gain", gain: "loud" }),
      unknownParameter: () => media.run({ id: "level", colour: "red" }),
      outOfRange: () => media.run({ id: "spectrogram_analyzer", input_blocksize: -1 }),
      startPastTheEnd: () => media.run("level", { start: 2 }),
      negativeStart: () => media.run("level", { start: -1 }),
      samplesPastTheEnd: () => media.samples(5, 6),
      noPixels: () => media.peaks({ pixels: 0 }),
    };
    const found = {};
    for (const [name, attempt] of Object.entries(tries)) found[name] = await outcome(attempt());
    const level = (await media.run("level")).get("level.rms").data[0];
    media.close();
    return { found, level };
  });
  const codes = Object.fromEntries(Object.entries(seen.found).map(([name, found]) => [name, found.code]));
  assert.deepEqual(codes, {
    unknown: "unknown-processor",
    wrongType: "bad-parameter",
    unknownParameter: "bad-parameter",
    outOfRange: "bad-parameter",
    startPastTheEnd: "out-of-range",
    negativeStart: "bad-parameter",
    samplesPastTheEnd: "out-of-range",
    noPixels: "bad-parameter",
  });
  assert.ok(Object.values(seen.found).every((found) => found.own));
  assert.ok(Math.abs(seen.level + 9.03) < 0.01, "the same medium works on");
  await worksOn(page);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a file that changes between requests is a conflict", needsShared, async () => {
  const page = await host.open();
  const found = await attempt(page, "/bad/changing/samples/real/music30s_44k_st.flac");
  expectCode(found, "conflict", "changing");
  await worksOn(page);
  await page.close();
});

test("a server that fails twice in three requests is asked again", needsShared, async () => {
  const page = await host.open();
  const found = await attempt(page, "/bad/flaky/samples/C4_scale.wav");
  assert.ok(Math.abs(found.value?.rms + 3.711) < 0.002, JSON.stringify(found));
  await page.close();
});

test("fifty aborted runs do not grow", needsShared, async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const media = await timeside.open("/samples/real/music30s_44k_st.flac");
    const codes = new Set();
    for (let cycle = 0; cycle < 50; cycle++) {
      const controller = new AbortController();
      const run = media.run(["spectrogram_analyzer", "waveform_analyzer"], { signal: controller.signal, onProgress: () => controller.abort() });
      codes.add((await outcome(run)).code);
    }
    const results = await media.run("level");
    media.close();
    return { codes: [...codes], rms: results.get("level.rms").data[0] };
  });
  assert.deepEqual(seen.codes, ["cancelled"]);
  assert.ok(seen.rms < 0);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a worker killed from outside is replaced, and its media work on", async () => {
  const page = await host.open();
  await page.evaluate(async () => {
    globalThis.media = await timeside.open(await file("/files/good.wav"));
    await media.run("level");
  });
  const [worker, ...others] = page.workers();
  assert.deepEqual(others, [], "one worker per page");
  const gone = worker.waitForEvent("close");
  // The call ends with the worker, and so never answers.
  worker.evaluate(() => self.close()).catch(() => {});
  await gone;
  const seen = await page.evaluate(async () => {
    const first = await outcome(media.run("level").then((results) => results.get("level.rms").data[0]));
    const second = await outcome(media.run("level").then((results) => results.get("level.rms").data[0]));
    media.close();
    return { first, second };
  });
  assert.ok(seen.first.value !== undefined || seen.first.code === "worker-crashed", JSON.stringify(seen.first));
  assert.ok(Math.abs(seen.second.value + 9.03) < 0.01, JSON.stringify(seen.second));
  await worksOn(page);
  await page.close();
});
