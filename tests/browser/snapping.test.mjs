// Where hands and keys put a boundary: what a drag holds on to, to the frame, and what a key means that is pressed while
// listening.

import assert from "node:assert/strict";

import { annotator, bed, test } from "./annotator.mjs";
import { sine } from "./wav.mjs";

const RATE = 44_100;
const host = bed({ setup: (server) => server.write("tone.wav", sine({ seconds: 8 })) });
const opened = (given, attributes, context) => annotator(host, { src: "/files/tone.wav", ...attributes }, given, context);

const TIERS = [
  { id: "up", name: "Up", kind: "spans" },
  { id: "down", name: "Down", kind: "spans" },
];
const SETTINGS = { boundaries: false, events: false, zeroCrossings: false, playhead: false, gridSecs: 0, on: true };
const snap = (page, settings) => page.evaluate((snap) => (player.annotations.settings = { snap }), { ...SETTINGS, ...settings });
const frame = (secs) => Math.round(secs * RATE);

/** What is seen while a drag lasts: its words, and where the line stands (seconds), or null. */
const preview = (page) =>
  page.evaluate(() => {
    const line = player.shadowRoot.querySelector(".snap-line")?.getBoundingClientRect();
    const axis = player.shadowRoot.querySelector(".axis").getBoundingClientRect();
    const { start, end } = player.view;
    return {
      words: player.shadowRoot.querySelector(".drag-chip")?.textContent ?? "",
      line: line ? start + ((line.left - axis.left) / axis.width) * (end - start) : null,
    };
  });

test("an edge holds on to boundaries, the playhead, the selection and the grid, and Alt lets it be", async () => {
  const page = await opened({ tiers: TIERS, annotations: [{ id: "a", tier: "up", start: 1, end: 2, label: "" }, { id: "b", tier: "down", start: 2.75, end: 6.1, label: "" }] });
  const end = async () => frame((await page.list()).find(({ id }) => id === "a").end);
  const px = page.secsPerPx;
  /** Drags the end of `a` near to `secs`, and back with undo. */
  const pulled = async (secs, keys) => {
    let seen;
    await page.drag(page.onTier(0, 2), page.onTier(0, secs), { keys, end: async () => (seen = await preview(page)) });
    const at = await end();
    await page.press("Control+z");
    return { at, ...seen };
  };
  await snap(page, { boundaries: true });
  const boundary = await pulled(2.75 + 4 * px);
  assert.equal(boundary.at, frame(2.75));
  assert.match(boundary.words, /at a boundary/);
  assert.ok(Math.abs(boundary.line - 2.75) <= 1.5 * px, `the line stands at ${boundary.line} s`);
  const free = await pulled(2.75 + 4 * px, ["Alt"]);
  assert.ok(free.at > frame(2.75 + 2 * px) && free.line === null && !/boundary/.test(free.words), JSON.stringify(free));
  const far = await pulled(4);
  assert.ok(far.line === null && Math.abs(far.at - frame(4)) <= 1.01 * px * RATE, JSON.stringify(far));
  await page.seek(3.5);
  assert.ok((await pulled(3.5 + 4 * px)).line === null, "not the playhead, unless it is asked for");
  await snap(page, { playhead: true });
  const playhead = await pulled(3.5 + 4 * px);
  assert.deepEqual([playhead.at, /at Playhead/.test(playhead.words)], [frame(3.5), true]);
  await snap(page, { gridSecs: 0.7 });
  const grid = await pulled(4.2 - 3 * px);
  assert.deepEqual([grid.at, /at the grid/.test(grid.words)], [frame(4.2), true]);
  await snap(page, { gridSecs: 0.7, on: false });
  assert.equal((await pulled(4.2 - 3 * px)).line, null);
  // A move holds on with whichever end finds something.
  await snap(page, { boundaries: true });
  await page.drag(page.onTier(0, 1.5), page.onTier(0, 2.25 + 4 * px));
  const moved = (await page.list()).find(({ id }) => id === "a");
  assert.deepEqual([frame(moved.start), frame(moved.end)], [frame(1.75), frame(2.75)]);
  await page.done();
});

test("an edge holds on to the zero crossings of the sound", async () => {
  const page = await opened({ tiers: [TIERS[0]], annotations: [{ id: "a", tier: "up", start: 1, end: 2, label: "" }] });
  await page.evaluate(() => player.view.zoomTo(1.99, 2.03));
  await page.measure();
  await snap(page, { zeroCrossings: true });
  // The first movement asks for the samples.
  // Eight samples beside a crossing: those lie 50 samples apart.
  const target = 1771 / 880 + 8 / RATE;
  let seen;
  await page.drag(page.onTier(0, 2), page.onTier(0, target), {
    end: async () => {
      for (let look = 0; look < 50 && !seen?.line; look++) {
        await page.mouse.move(...page.onTier(0, target + (look % 2) * 0.00005));
        await page.waitForTimeout(40);
        seen = await preview(page);
      }
    },
  });
  assert.match(seen.words, /at a zero crossing/);
  const at = frame((await page.list())[0].end);
  // Those of 440 Hz: every half period, to the nearer sample.
  const crossings = Array.from({ length: 8 * 880 }, (_, k) => (k * RATE) / 880);
  const off = Math.min(...crossings.map((crossing) => Math.abs(crossing - at)));
  assert.ok(off <= 0.51, `frame ${at} lies ${off} beside a crossing`);
  assert.ok(Math.abs(at - (1771 * RATE) / 880) < 1, "that which the pointer is near to");
  await page.done();
});

test("beats and onsets of a layer are held on to", async () => {
  const page = await opened({ tiers: [TIERS[0]], annotations: [{ id: "a", tier: "up", start: 1, end: 2, label: "" }] });
  await snap(page, { events: true });
  await page.evaluate(() => player.layers.add({ id: "beats", kind: "events", items: [{ start: 3.25 }, { start: 4.25 }] }));
  await page.measure();
  await page.drag(page.onTier(0, 2), page.onTier(0, 3.25 + 4 * page.secsPerPx));
  assert.equal(frame((await page.list())[0].end), frame(3.25));
  await page.done();
});

test("a key held while listening makes a span of what was heard, less the time to react", async () => {
  const page = await opened({ tiers: [TIERS[0]] }, { engine: "exact" });
  const take = async (reactionMs) => {
    await page.evaluate((reactionMs) => {
      player.annotations.settings = { reactionMs };
      globalThis.pressed = [];
      player.currentTime = 1;
    }, reactionMs);
    await page.evaluate(() => {
      player.focus();
      // Heard before the widget's own: the clock of the playback at the key.
      const note = (event) => event.key === "n" && !event.repeat && pressed.push(player.currentTime);
      addEventListener("keydown", note, true);
      addEventListener("keyup", note, true);
      return player.play();
    });
    await page.waitForFunction(() => player.currentTime > 1.5);
    await page.keyboard.down("n");
    await page.waitForTimeout(600);
    await page.keyboard.up("n");
    await page.evaluate(() => player.pause());
    const [span] = await page.list();
    const [down, up] = await page.evaluate(() => [pressed[0], pressed.at(-1)]);
    await page.evaluate(() => player.annotations.clear());
    return { start: down - span.start, end: up - span.end, long: span.end - span.start };
  };
  // The widget's playhead is told once a frame of the screen; a busy machine draws few.
  const plain = await take(0);
  assert.ok(Math.abs(plain.start) < 0.15 && Math.abs(plain.end) < 0.15, JSON.stringify(plain));
  const earlier = await take(300);
  for (const edge of ["start", "end"]) assert.ok(Math.abs(earlier[edge] - 0.3) < 0.15, JSON.stringify(earlier));
  assert.ok(earlier.long > 0.4);
  await page.done();
});
