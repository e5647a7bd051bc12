// <timeside-player> on the site's first page, as a visitor meets it.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed();

/** Opens the first page and waits until the widget's recording is ready. */
async function first(context) {
  const page = await host.open("/", context);
  await page.evaluate(async () => {
    await customElements.whenDefined("timeside-player");
    const player = document.querySelector("timeside-player");
    while (!player.media) await new Promise((resolve) => setTimeout(resolve, 50));
    player.muted = true;
  });
  return page;
}

/** Different colours among the pixels of every canvas of the widget, by canvas. */
const coloursOf = (page) =>
  page.evaluate(() => {
    const found = [];
    const visit = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (element.shadowRoot) visit(element.shadowRoot);
        if (!(element instanceof HTMLCanvasElement) || element.width * element.height === 0) continue;
        const copy = new OffscreenCanvas(element.width, element.height).getContext("2d");
        copy.drawImage(element, 0, 0);
        const { data } = copy.getImageData(0, 0, element.width, element.height);
        found.push(new Set(new Uint32Array(data.buffer)).size);
      }
    };
    visit(document.querySelector("timeside-player").shadowRoot);
    return found;
  });

test("the first page plays and draws its recording without a word on the console", async () => {
  const page = await first();
  const played = await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    await player.play();
    const start = player.currentTime;
    await new Promise((resolve) => player.addEventListener("timeupdate", () => player.currentTime > start && resolve()));
    player.pause();
    return { time: player.currentTime, duration: player.duration, paused: player.paused };
  });
  assert.ok(played.time > 0 && played.paused);
  assert.ok(played.duration >= 20, `the recording lasts ${played.duration} s`);
  let colours = [];
  for (let look = 0; look < 100 && !colours.some((count) => count > 50); look++) {
    await page.waitForTimeout(100);
    colours = await coloursOf(page);
  }
  assert.ok(colours.length >= 2, `canvases: ${colours}`);
  assert.ok(colours.some((count) => count > 50), `a spectrogram has many colours: ${colours}`);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the media element's contract", async () => {
  const page = await first();
  const seen = await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    const heard = [];
    for (const type of ["seeking", "seeked", "volumechange", "ratechange"]) player.addEventListener(type, () => heard.push(type));
    const once = (type) => new Promise((resolve) => player.addEventListener(type, resolve, { once: true }));
    const seeked = once("seeked");
    player.currentTime = 5;
    await seeked;
    const volume = once("volumechange");
    player.volume = 0.5;
    await volume;
    const rate = once("ratechange");
    player.playbackRate = 1.5;
    await rate;
    return {
      heard: [...new Set(heard)].sort(),
      time: player.currentTime,
      volume: player.volume,
      rate: player.playbackRate,
      types: [typeof player.readyState, typeof player.canPlayType, player.ended, typeof player.buffered],
      info: player.media.info.sampleRate > 0,
    };
  });
  assert.deepEqual(seen.heard, ["ratechange", "seeked", "seeking", "volumechange"]);
  assert.ok(Math.abs(seen.time - 5) < 0.05);
  assert.deepEqual([seen.volume, seen.rate], [0.5, 1.5]);
  assert.deepEqual(seen.types, ["number", "function", false, "object"]);
  assert.ok(seen.info);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("keys play, seek and zoom", async () => {
  const page = await first();
  const player = page.locator("timeside-player");
  await player.evaluate((element) => { element.currentTime = 5; });
  await page.getByRole("slider", { name: "Playhead" }).focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.querySelector("timeside-player").paused);
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector("timeside-player").paused);
  const before = await player.evaluate((element) => element.currentTime);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((time) => document.querySelector("timeside-player").currentTime > time + 0.01, before);
  const span = () => player.evaluate(({ view }) => view.end - view.start);
  const wide = await span();
  await page.keyboard.press("+");
  await page.waitForFunction((wide) => { const { view } = document.querySelector("timeside-player"); return view.end - view.start < wide * 0.99; }, wide);
  assert.ok((await span()) < wide);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a file of one's own is drawn; a bad one is told and a good one works after it", async () => {
  const page = await first();
  const input = page.locator("input[type=file]").first();
  await input.setInputFiles({ name: "bad.wav", mimeType: "audio/wav", buffer: Buffer.from("not audio at all ".repeat(50)) });
  await page.waitForFunction(() => /format|audio|open/i.test(document.querySelector("timeside-player").shadowRoot.querySelector("[role=alert]")?.textContent ?? ""));
  await input.setInputFiles({ name: "good.wav", mimeType: "audio/wav", buffer: sine() });
  await page.waitForFunction(() => document.querySelector("timeside-player").media?.info.name === "good.wav");
  const duration = await page.evaluate(() => document.querySelector("timeside-player").media.info.duration);
  assert.equal(duration, 1);
  await page.close();
});

for (const width of [360, 800, 1600]) {
  test(`nothing overflows at ${width} pixels, light and dark`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await first({ viewport: { width, height: 900 }, colorScheme });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
      if (process.env.TIMESIDE_SCREENSHOTS) await page.screenshot({ path: `${process.env.TIMESIDE_SCREENSHOTS}/${width}-${colorScheme}.png` });
      assert.deepEqual(page.said, []);
      await page.close();
    }
  });
}
