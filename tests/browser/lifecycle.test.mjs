// What comes goes: fifty players made and removed leave nothing behind.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({ setup: (server) => server.write("tone.wav", sine()) });
const CYCLES = 50;
const MB = 2 ** 20;

/** Counts of a page after all garbage is collected. */
async function inventory(page) {
  const cdp = await page.context().newCDPSession(page);
  for (let round = 0; round < 3; round++) await cdp.send("HeapProfiler.collectGarbage");
  const { nodes, jsEventListeners: listeners } = await cdp.send("Memory.getDOMCounters");
  const { usedSize: heap, backingStorageSize: buffers = 0 } = await cdp.send("Runtime.getHeapUsage");
  const alive = async (prototype, test = "true") => {
    const { result } = await cdp.send("Runtime.evaluate", { expression: prototype });
    const { objects } = await cdp.send("Runtime.queryObjects", { prototypeObjectId: result.objectId });
    const functionDeclaration = `function () { return this.filter((it) => ${test}).length; }`;
    const { result: count } = await cdp.send("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration, returnByValue: true });
    await cdp.send("Runtime.releaseObject", { objectId: objects.objectId });
    return count.value;
  };
  const counts = {
    nodes,
    listeners,
    heap,
    buffers,
    players: await alive("customElements.get('timeside-player').prototype"),
    canvases: await alive("HTMLCanvasElement.prototype"),
    contexts: await alive("AudioContext.prototype", "it.state !== 'closed'"),
    workers: page.workers().length,
  };
  await cdp.detach();
  return counts;
}

/** Makes and removes players; every third one plays, every fifth one exactly. */
const cycle = (page, count) =>
  page.evaluate(async (count) => {
    const heard = (player, type) => new Promise((resolve) => player.addEventListener(type, resolve, { once: true }));
    for (let i = 0; i < count; i++) {
      const player = document.createElement("timeside-player");
      player.muted = true;
      player.controls = true;
      player.loop = true;
      if (i % 5 === 0) player.setAttribute("engine", "exact");
      if (i % 4 === 0) player.setAttribute("analyzers", "level onset_detection_function");
      const ready = heard(player, "ready");
      player.src = "/files/tone.wav";
      document.body.append(player);
      await ready;
      if (i % 3 === 0 || i % 5 === 0) await player.play();
      if (i % 7 === 0) player.remove(), document.body.append(player);
      player.remove();
      // Half of them are gone before the next one comes, the others meet it.
      if (i % 2) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, count);

test(`${CYCLES} players leave no node, worker, audio context or memory behind`, async () => {
  const page = await host.open("/test/blank.html");
  await page.evaluate(() => import("/timeside/player.js"));
  // The first ones bring what stays: the wasm, its style sheet.
  await cycle(page, 10);
  await settled(page);
  const before = await inventory(page);
  await cycle(page, CYCLES);
  await settled(page);
  const after = await inventory(page);
  const told = JSON.stringify({ before, after });
  assert.equal(after.players, 0, told);
  assert.equal(after.workers, 0, told);
  assert.equal(after.contexts, 0, told);
  assert.ok(after.canvases <= before.canvases, told);
  // A constant handful of either belongs to the browser's own media controls.
  assert.ok(after.nodes - before.nodes < CYCLES / 2, told);
  assert.ok(after.listeners - before.listeners < CYCLES / 2, told);
  assert.ok(after.heap - before.heap <= 2 * MB, told);
  assert.ok(after.buffers - before.buffers <= 2 * MB, told);
  assert.deepEqual(page.said, []);
  await page.close();
});

/** The worker ends with the last recording, some time after it. */
async function settled(page) {
  for (let look = 0; look < 100 && page.workers().length; look++) await page.waitForTimeout(100);
}

test("eight players share one worker and one copy of the widget", async () => {
  const page = await host.open("/test/blank.html");
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    const players = Array.from({ length: 8 }, () => Object.assign(document.createElement("timeside-player"), { controls: true, src: "/files/tone.wav" }));
    const ready = players.map((player) => new Promise((resolve) => player.addEventListener("ready", resolve, { once: true })));
    document.body.append(...players);
    await Promise.all(ready);
  });
  const times = (name) => asked.filter((path) => path === `/timeside/${name}`).length;
  assert.deepEqual([times("player.wasm"), times("widget.js"), times("worker.js"), page.workers().length], [1, 1, 1, 1]);
  // Each has a view of its own.
  const views = await page.evaluate(() => {
    const [first, second] = document.querySelectorAll("timeside-player");
    first.view.zoomTo(0.25, 0.5);
    return [first.view.start, first.view.end, second.view.start, second.view.end];
  });
  assert.ok(Math.abs(views[0] - 0.25) < 1e-3 && Math.abs(views[1] - 0.5) < 1e-3 && views[2] === 0 && views[3] >= 1, `${views}`);
  assert.deepEqual(page.said, []);
  await page.close();
});
