// What somebody sees who opens a 3-hour MP3 by URL and jumps about before it has been read: the time to the coarse
// waveform and the bytes it took, and to views, spectrograms and samples at random places. No peer opens such a file
// at all: the bench `three_hours` shows how they fail.
//
//   AUDIO=<folder> cargo xtask bench long_views
//
// AUDIO as for three_hours. Prints JSON: milliseconds as [median, 95th of a hundred, worst].
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inFreshBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const FILE = "long3h_44k_st.mp3";
const AUDIO = process.env.AUDIO ?? "audio";

/** In the page. */
async function look(file) {
  const { open } = await import("/timeside/index.js");
  const media = await open(`/audio/${file}`);
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const at = (times, share) => Math.round(times[Math.floor(share * (times.length - 1))]);
  const jumps = async (count, call) => {
    const times = [];
    for (let i = 0; i < count; i++) {
      const [start, began] = [random() * 10_000, performance.now()];
      times.push((await call(start, began)) ?? performance.now() - began);
    }
    times.sort((a, b) => a - b);
    return [at(times, 0.5), at(times, 0.95), at(times, 1)];
  };
  const began = performance.now();
  const coarse = new Promise((done) => { media.onpicture = () => done(performance.now() - began); });
  await media.peaks({ pixels: 1000 });
  const coarseMs = Math.round(await coarse);
  globalThis.coarseIsThere();
  const view = (span) => async (start) => {
    while (!(await media.peaks({ start, end: start + span, pixels: 1000 })).exact) await new Promise((later) => setTimeout(later, 10));
  };
  const spectrogram = { height: 256, width: 1000 };
  return {
    coarseMs,
    view10sMs: await jumps(50, view(10)),
    view30sMs: await jumps(50, view(30)),
    spectrogramFirst30sMs: await jumps(15, async (start, began) => {
      let first;
      await media.spectrogram({ start, end: start + 30, ...spectrogram, partial: true, onPartial: () => { first ??= performance.now() - began; } });
      return first;
    }),
    spectrogramWhole30sMs: await jumps(15, (start) => media.spectrogram({ start, end: start + 30, ...spectrogram }).then(() => undefined)),
    samples1sMs: await jumps(50, (start) => media.samples(start, start + 1).then(() => undefined)),
  };
}

if (!existsSync(join(AUDIO, FILE))) {
  console.error(`${join(AUDIO, FILE)} is missing: make it by the shared bench/make-audio.sh, and name its folder by AUDIO`);
  process.exit(1);
}
const server = await serve(AUDIO, { "/blank.html": "" });
const load = (await import("node:os")).loadavg()[0];
const report = await inFreshBrowser(async (page) => {
  let coarseMegabytes;
  await page.exposeFunction("coarseIsThere", () => { coarseMegabytes = +(server.sent.bytes / 1e6).toFixed(2); });
  await page.goto(`${server.at}/blank.html`);
  const seen = await page.evaluate(look, FILE);
  return { coarseMegabytes, ...seen };
});
server.close();
console.log(JSON.stringify({ file: FILE, load, ...report }, null, 1));
