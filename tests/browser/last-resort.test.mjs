// What the engine cannot decode and the browser can.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { bed, test } from "./harness.mjs";

// PCM in fragments of QuickTime: Chromium knows it, the engine does not.
const fixture = readFileSync(new URL("../fixtures/media/tones_fragmented_pcm.mov", import.meta.url));
const host = bed({ setup: (server) => server.write("tones.mov", fixture) });

test("the browser decodes what the engine cannot, and info says so", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const read = async (source, options) => {
      const media = await timeside.open(source, options);
      const { name, container, decodedBy, warnings, sampleRate, channels, frames, uri } = media.info;
      const results = await media.run("level");
      const samples = await media.samples(0.1, 0.3);
      media.close();
      const { audio } = results.get("level.rms");
      return { name, container, decodedBy, codes: warnings.map((w) => w.code), words: warnings[0]?.message, sampleRate, channels, frames, uri, audio, rms: results.get("level.rms").data[0], length: samples[0].length };
    };
    return { url: await read("/files/tones.mov"), file: await read(await file("/files/tones.mov")) };
  });
  for (const found of Object.values(seen)) {
    assert.deepEqual([found.name, found.container, found.decodedBy], ["tones.mov", "unknown", "browser"]);
    assert.deepEqual(found.codes, ["decoded-by-browser"]);
    assert.match(found.words, /48000 Hz/);
    // 0.4 s, resampled by the browser.
    assert.deepEqual([found.sampleRate, found.channels, found.length], [48_000, 2, 9600]);
    assert.ok(Math.abs(found.frames - 19_200) <= 1, `${found.frames} frames`);
    // 0.5 and 0.4 of full scale: (0.25/2 + 0.16/2)/2 is the mean square.
    assert.ok(Math.abs(found.rms - 10 * Math.log10((0.125 + 0.08) / 2)) < 0.1, `${found.rms} dB`);
  }
  assert.match(seen.url.uri, /tones\.mov$/);
  assert.equal(seen.url.audio.uri, seen.url.uri);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("what neither can decode keeps the engine's words, and a limit of memory is kept", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => ({
    noise: await outcome(timeside.open(crypto.getRandomValues(new Uint8Array(5000)))),
    text: await outcome(timeside.open("/bad/html/x.wav")),
    small: await outcome(timeside.open("/files/tones.mov", { maxMemory: 50_000 })),
  }));
  assert.deepEqual([seen.noise.code, seen.text.code, seen.small.code], ["unsupported-format", "unsupported-format", "out-of-memory"]);
  assert.match(seen.small.message, /maxMemory/);
  await page.close();
});
