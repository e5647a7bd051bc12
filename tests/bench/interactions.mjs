// How soon the widget answers a hand: from an event to the picture that shows it, with 1,000 annotations on five tiers,
// as the browser itself measures it (`PerformanceObserver`, `event` entries; the worst of them is what INP tells).
//
//   cargo xtask bench interactions
//
// Prints JSON. Durations are rounded to 8 ms by the browser; `load` tells how busy the machine was.
import { fileURLToPath } from "node:url";
import { inFreshBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const AUDIO = fileURLToPath(new URL("../../www/recording", import.meta.url));
const PAGES = {
  "/player.html": `<script type="module" src="/timeside/player.js"></script>
    <timeside-player controls autosave="off" layers="waveform spectrogram" src="/audio/timeside.mp3"></timeside-player>`,
};

const setUp = async () => {
  const player = (globalThis.player = document.querySelector("timeside-player"));
  await customElements.whenDefined("timeside-player");
  while (!player.media) await new Promise((later) => setTimeout(later, 100));
  while (!(await player.media.peaks({ pixels: 100 })).exact) await new Promise((later) => setTimeout(later, 200));
  const { duration } = player.media.info;
  const tiers = Array.from({ length: 5 }, (_, i) => ({ id: `t${i}`, name: `Tier ${i + 1}`, kind: i === 4 ? "points" : "spans" }));
  const annotations = Array.from({ length: 1000 }, (_, n) => {
    const start = ((n - (n % 5)) / 1000) * duration;
    return { tier: `t${n % 5}`, start, end: n % 5 === 4 ? start : start + duration / 250, label: `label ${n}` };
  });
  await player.annotations.import(new TextEncoder().encode(JSON.stringify({ tiers, annotations })), "json");
  globalThis.answers = [];
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId, processingStart, processingEnd } of list.getEntries()) {
      answers.push({ name, duration, interactionId, work: processingEnd - processingStart });
    }
  }).observe({ type: "event", durationThreshold: 16 });
};

const server = await serve(AUDIO, PAGES);
const result = await inFreshBrowser(async (page) => {
  await page.goto(`${server.at}/player.html`);
  await page.evaluate(setUp);
  await page.waitForTimeout(3000);
  const box = (selector) => page.evaluate((selector) => {
    const { left, top, width, height } = player.shadowRoot.querySelector(selector).getBoundingClientRect();
    return { left, top, width, height };
  }, selector);
  const axis = await box(".axis");
  const lanes = await box(".tiers .lane-canvas");
  const at = (share, lane) => [lanes.left + lanes.width * share, lanes.top + (lane + 0.5) * (lanes.height / 5)];
  /** What a person does; each is done several times. */
  const deeds = {
    "click an annotation": (n) => page.mouse.click(...at(0.1 + n * 0.07, n % 4)),
    "drag an annotation": async (n) => {
      const [x, y] = at(0.105 + n * 0.07, n % 4);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 40, y, { steps: 8 });
      await page.mouse.up();
    },
    "undo": () => page.keyboard.press("Control+z"),
    "next annotation": () => page.keyboard.press("."),
    "seek": (n) => page.mouse.click(axis.left + axis.width * (0.1 + n * 0.07), axis.top + 60),
    "pan": async (n) => {
      await page.mouse.move(axis.left + 300 + n * 20, axis.top + 60);
      await page.mouse.down();
      await page.mouse.move(axis.left + 500 + n * 20, axis.top + 60, { steps: 8 });
      await page.mouse.up();
    },
    "write a label": async () => {
      await page.keyboard.press("F2");
      await page.keyboard.type("word");
      await page.keyboard.press("Enter");
    },
  };
  const out = {};
  for (const wrap of [0, 5]) {
    await page.evaluate((wrap) => { player.playback.wrap = wrap; if (!wrap) player.view.zoomTo(0, player.media.info.duration / 4); }, wrap);
    await page.waitForTimeout(1500);
    const { left, top, width } = await box(wrap ? ".lines" : ".axis");
    const seen = wrap ? { "click in wrapped lines": (n) => page.mouse.click(left + width * (0.1 + n * 0.07), top + 72 + (n % 3) * 20) } : deeds;
    for (const [name, deed] of Object.entries(seen)) {
      await page.evaluate(() => { answers.length = 0; });
      for (let n = 0; n < 10; n++) {
        await deed(n);
        await page.waitForTimeout(60);
      }
      await page.waitForTimeout(400);
      const answers = await page.evaluate(() => answers.splice(0));
      const hands = answers.filter(({ interactionId }) => interactionId);
      const list = (hands.length ? hands : answers).map(({ duration }) => duration).sort((a, b) => a - b);
      out[name] = { slowerThan16ms: list.length, medianMs: list[list.length >> 1] ?? "< 16", worstMs: list.at(-1) ?? "< 16", worstWorkMs: +Math.max(0, ...answers.map(({ work }) => work)).toFixed(1) };
    }
  }
  return out;
});
server.close();
const load = (await import("node:os")).loadavg()[0];
console.log(JSON.stringify({ annotations: 1000, load, interactions: result }, null, 1));
