// Zooming and panning through a 3-hour recording: without annotations, with 10,000 and with 100,000 on eight tiers, and
// wavesurfer.js with 5,000 regions, in one run. What is compared is CPU time of the main thread per step and DOM nodes.
//
//   AUDIO=<folder> cargo xtask bench many_annotations
//
// AUDIO as for three_hours. Prints JSON, ratios first; `load` tells how busy the machine was.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inFreshBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const FILE = "long3h_44k_st.mp3";
const AUDIO = process.env.AUDIO ?? "audio";
const STEPS = 100;
/** The whole read of three hours, on a busy machine. */
const READ_MS = 900_000;
const PAGES = {
  "/blank.html": "",
  "/player.html": `<script type="module" src="/timeside/player.js"></script>
    <timeside-player controls layers="waveform"></timeside-player>`,
};

const watchLongTasks = () => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask", buffered: true });
};

/** CPU milliseconds of the main thread, and nodes. */
async function meter(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return {
    async read() {
      const { metrics } = await cdp.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    },
    /** All nodes that Chromium keeps, texts, comments and what is out of the document among them; and the elements in it. */
    async size() {
      await cdp.send("HeapProfiler.collectGarbage");
      const elements = await page.evaluate(() => {
        const count = (root) => [...root.querySelectorAll("*")].reduce((sum, element) => sum + 1 + (element.shadowRoot ? count(element.shadowRoot) : 0), 0);
        return count(document.body);
      });
      return { nodes: (await cdp.send("Memory.getDOMCounters")).nodes, elements };
    },
  };
}

/** Runs `step(i)` in the page, one a frame, and gives milliseconds of CPU per step. */
async function perStep(page, measure, step) {
  const run = (from, count) => page.evaluate(async ([from, count, step]) => {
    const work = eval(step);
    for (let i = from; i < from + count; i++) {
      work(i);
      await new Promise(requestAnimationFrame);
    }
  }, [from, count, `(${step})`]);
  await run(0, 10);
  await page.waitForTimeout(500);
  await page.evaluate(() => { longTasks.length = 0; });
  const before = await measure.read();
  await run(0, STEPS);
  const after = await measure.read();
  const tasks = await page.evaluate(() => longTasks.splice(0));
  return { ms: +((after.TaskDuration - before.TaskDuration) * 1000 / STEPS).toFixed(2), longTasks: tasks.length };
}

/** Opens the recording once; its annotations are exchanged between the measurements. */
async function widget(server, counts) {
  return inFreshBrowser(async (page) => {
    await page.addInitScript(watchLongTasks);
    await page.goto(`${server.at}/player.html`);
    await page.evaluate(async (src) => {
      const player = document.querySelector("timeside-player");
      await customElements.whenDefined("timeside-player");
      const ready = new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
      player.src = src;
      await ready;
    }, `/audio/${FILE}`);
    // What the worker tells of its background read must not be measured with the steps.
    await page.locator("timeside-player [data-phase=ready]").waitFor({ timeout: READ_MS });
    const measure = await meter(page);
    const measured = [];
    for (const count of counts) measured.push({ annotations: count, ...await stepped(page, measure, count) });
    return measured;
  });
}

/** Zooms and pans among so many annotations. */
async function stepped(page, measure, count) {
  const importMs = await page.evaluate(async (count) => {
    if (count === 0) return 0;
    const { annotations: here } = document.querySelector("timeside-player");
    const tiers = Array.from({ length: 8 }, (_, i) => ({ id: `t${i}`, name: `Tier ${i + 1}`, kind: i === 7 ? "points" : "spans" }));
    const each = count / 8;
    const annotations = [];
    for (const [t, tier] of tiers.entries()) {
      for (let i = 0; i < each; i++) {
        const start = (i + 0.1 * t) * (10_700 / each);
        annotations.push({ id: `${tier.id}-${i}`, tier: tier.id, start, end: tier.kind === "points" ? start : start + 0.7 * (10_700 / each), label: `label ${i}` });
      }
    }
    const began = performance.now();
    await here.import(new TextEncoder().encode(JSON.stringify({ tiers, annotations })), "json", { mode: "replace" });
    return performance.now() - began;
  }, count);
  const view = 'document.querySelector("timeside-player").view';
  const show = async (start, end) => {
    await page.evaluate(([start, end]) => document.querySelector("timeside-player").view.zoomTo(start, end), [start, end]);
    await page.waitForTimeout(1000);
  };
  await show(0, 10_800);
  const zoom = await perStep(page, measure, `(i) => ${view}.zoomBy(i % 50 < 25 ? 1.25 : 0.8, 5000)`);
  await show(5000, 5060);
  const panNear = await perStep(page, measure, `(i) => ${view}.zoomTo(5000 + i, 5060 + i)`);
  await show(0, 5000);
  const panFar = await perStep(page, measure, `(i) => ${view}.zoomTo(i * 10, 5000 + i * 10)`);
  // A span a quarter of the way, in view, to and fro.
  const [id, start] = [`t0-${Math.floor(count / 32)}`, 10_700 / 4];
  const edit = count > 0 ? await perStep(page, measure, `(i) => document.querySelector("timeside-player").annotations.update("${id}", { end: ${start} + 0.1 + i % 2 })`) : undefined;
  return {
    importMs: Math.round(importMs), zoomMs: zoom.ms, panNearMs: panNear.ms, panFarMs: panFar.ms, editMs: edit?.ms,
    longTasks: zoom.longTasks + panNear.longTasks + panFar.longTasks, ...await measure.size(),
  };
}

async function wavesurfer(server, count) {
  return inFreshBrowser(async (page) => {
    await page.addInitScript(watchLongTasks);
    await page.goto(`${server.at}/blank.html`);
    await page.evaluate(async (count) => {
      const { default: WaveSurfer } = await import("/modules/wavesurfer.js/dist/wavesurfer.esm.js");
      const { default: Regions } = await import("/modules/wavesurfer.js/dist/plugins/regions.esm.js");
      const container = document.body.appendChild(document.createElement("div"));
      const regions = Regions.create();
      // Peaks are given: it could not decode such a file.
      const peaks = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i * 0.1) * 0.5);
      const ws = WaveSurfer.create({ container, peaks: [peaks], duration: 10_800, plugins: [regions] });
      globalThis.ws = ws;
      await new Promise((ready) => ws.on("ready", ready));
      for (let i = 0; i < count; i++) regions.addRegion({ start: i * (10_700 / count), end: (i + 0.7) * (10_700 / count), content: `label ${i}` });
    }, count);
    await page.waitForTimeout(2000);
    const measure = await meter(page);
    const zoom = await perStep(page, measure, "(i) => ws.zoom(1 + (i % 50))");
    return { regions: count, zoomMs: zoom.ms, longTasks: zoom.longTasks, ...await measure.size() };
  });
}

if (!existsSync(join(AUDIO, FILE))) {
  console.error(`${join(AUDIO, FILE)} is missing: make it by the shared bench/make-audio.sh, and name its folder by AUDIO`);
  process.exit(1);
}
const load = (await import("node:os")).loadavg()[0];
const server = await serve(AUDIO, PAGES);
const ours = await widget(server, [0, 10_000, 100_000]);
const peer = await wavesurfer(server, 5_000);
server.close();
const ratios = {
  "zoom: wavesurfer with 5,000 / TimeSide with 100,000": +(peer.zoomMs / ours[2].zoomMs).toFixed(1),
  "nodes: wavesurfer with 5,000 / TimeSide with 100,000": +(peer.nodes / ours[2].nodes).toFixed(1),
};
console.log(JSON.stringify({ ratios, load, timeside: ours, wavesurfer: peer }, null, 1));
