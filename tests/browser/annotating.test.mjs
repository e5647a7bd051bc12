// Annotating with real input: boxes on the spectrogram, tiers and their rules, keys to the frame, snapping, proposals,
// the clipboard. What was done is read from `element.annotations`.

import assert from "node:assert/strict";

import { annotator, bed, test } from "./annotator.mjs";
import { sine } from "./wav.mjs";

const RATE = 44_100;
const SECONDS = 8;
const host = bed({ setup: (server) => server.write("tone.wav", sine({ seconds: SECONDS })) });
const opened = (given, attributes, context) => annotator(host, { src: "/files/tone.wav", ...attributes }, given, context);

const TIERS = [
  { id: "free", name: "Free", kind: "spans" },
  { id: "apart", name: "Apart", kind: "spans", rule: "no-overlap" },
  { id: "pieces", name: "Pieces", kind: "text", rule: "partition" },
];
/** Is it within a pixel of the eight seconds in the view? */
const near = (secs, wanted, page) => assert.ok(Math.abs(secs - wanted) <= 1.01 * page.secsPerPx, `${secs} s, not ${wanted} s`);

test("a box is drawn where there is no tier for it, moved, and resized by its edges and a corner", async () => {
  const page = await opened();
  await page.evaluate(() => player.layers.configure("spectrogram", { scale: "linear", minHz: 0, maxHz: 8000 }));
  await page.button("Annotate").click();
  await page.button("Draw boxes on the spectrogram").click();
  const picture = await page.picture();
  const at = (secs, hz) => [picture.x + (secs / SECONDS) * picture.width, picture.y + (1 - hz / 8000) * picture.height];
  const nearHz = (hz, wanted) => assert.ok(Math.abs(hz - wanted) <= 1.5 * (8000 / picture.height), `${hz} Hz, not ${wanted} Hz`);
  const only = async () => {
    const all = await page.list();
    assert.equal(all.length, 1);
    return all[0];
  };
  // A click draws nothing, and makes no tier for nothing.
  await page.mouse.click(...at(2, 3000));
  assert.deepEqual(await page.evaluate(() => [player.annotations.tiers.list().length, player.annotations.canUndo]), [0, false]);
  await page.drag(at(1, 6000), at(3, 2000));
  const drawn = await only();
  near(drawn.start, 1, page);
  near(drawn.end, 3, page);
  nearHz(drawn.low, 2000);
  nearHz(drawn.high, 6000);
  assert.deepEqual(await page.evaluate(() => [player.annotations.tiers.list().map(({ kind }) => kind), player.annotations.history().done]), [["boxes"], ["add"]]);
  await page.hears(/added: no label, .*, long 2 seconds, \d+ – \d+\u202fHz/);
  // Moved: as long and as high as before, to the frame and to the tenth of a hertz.
  await page.drag(at(2, 4000), at(4, 3000));
  const moved = await only();
  near(moved.start, drawn.start + 2, page);
  assert.ok(Math.abs(moved.end - moved.start - (drawn.end - drawn.start)) < 0.5 / RATE, "as long");
  nearHz(moved.low, drawn.low - 1000);
  assert.ok(Math.abs(moved.high - moved.low - (drawn.high - drawn.low)) <= 0.11, "as high");
  // By its upper edge: higher, at the same time.
  await page.drag(at(4, 5000), at(4.5, 7000));
  const higher = await only();
  assert.deepEqual([higher.start, higher.end, higher.low], [moved.start, moved.end, moved.low]);
  nearHz(higher.high, 7000);
  // By its lower edge past the upper one: it stops there.
  await page.drag(at(4, 1000), at(4, 7800));
  const flat = await only();
  assert.ok(flat.low < flat.high && flat.high - flat.low < 100, `${flat.low} to ${flat.high} Hz`);
  await page.press("Control+z");
  assert.deepEqual(await only(), higher);
  // By a corner: both at once.
  await page.drag(at(5, 1000), at(6, 500));
  const wide = await only();
  assert.deepEqual([wide.start, wide.high], [higher.start, higher.high]);
  near(wide.end, 6, page);
  nearHz(wide.low, 500);
  // Escape gives a drag up.
  await page.drag(at(4, 3000), at(2, 3000), { end: () => page.press("Escape") });
  assert.deepEqual(await only(), wide);
  // A box of a selection is as high as the picture, and its frequencies can be dragged all the same.
  await page.evaluate(() => player.annotations.remove(player.annotations.list()[0].id));
  await page.seek(1);
  await page.press("[");
  await page.seek(2);
  await page.press("]");
  await page.press("Enter");
  assert.deepEqual([(await only()).start, (await only()).end, (await only()).high], [1, 2, undefined]);
  await page.drag(at(1.5, 7900), at(1.5, 4000));
  nearHz((await only()).high, 4000);
  // Without the tool a click chooses it, and a drag pans.
  await page.press("Escape");
  await page.button("Draw boxes on the spectrogram").click();
  await page.mouse.click(...at(1.5, 1000));
  assert.equal((await page.selected()).length, 1);
  // Under readonly nothing is drawn.
  await page.button("Draw boxes on the spectrogram").click();
  await page.evaluate(() => (player.readonly = true));
  await page.drag(at(4, 6000), at(6, 2000));
  assert.equal((await page.list()).length, 1);
  await page.done();
});

test("keys move a box in frequency and its upper edge, to a round step, and say where it is", async () => {
  const page = await opened();
  await page.evaluate(() => {
    player.layers.configure("spectrogram", { scale: "linear", minHz: 0, maxHz: 8000 });
    player.annotations.change([
      { addTier: { id: "calls", name: "Calls", kind: "boxes" } },
      { addTier: { id: "spans", name: "Spans", kind: "spans" } },
      { add: { id: "one", tier: "calls", start: 1, end: 2, low: 1200, high: 3400 } },
      { add: { id: "two", tier: "calls", start: 3, end: 4, low: 150, high: 900 } },
      { add: { id: "span", tier: "spans", start: 5, end: 6 } },
    ]);
    player.annotations.select("one");
  });
  const band = (id) => page.evaluate((id) => [player.annotations.get(id).low, player.annotations.get(id).high], id);
  const steps = () => page.evaluate(() => player.annotations.history().done.length);
  await page.evaluate(() => player.focus());
  await page.waitForFunction(() => player.annotations.selected[0] === "one");
  const before = await steps();
  // A hundredth of 8 kHz is 80 Hz: a step of 100.
  for (let n = 0; n < 3; n++) await page.press("Control+ArrowUp");
  assert.deepEqual(await band("one"), [1500, 3700]);
  await page.hears(/^1,500 to 3,700\u202fHz$/);
  assert.equal(await steps(), before + 1, "held keys are one step");
  await page.press("Control+ArrowDown");
  await page.press("Alt+Shift+ArrowUp");
  await page.press("Alt+Shift+ArrowUp");
  assert.deepEqual(await band("one"), [1400, 3800]);
  await page.hears(/^1,400 to 3,800\u202fHz$/);
  assert.equal(await steps(), before + 2);
  await page.press("Control+z");
  assert.deepEqual(await band("one"), [1400, 3600]);
  await page.press("Control+z");
  assert.deepEqual(await band("one"), [1200, 3400]);
  // Neither below nothing nor past its own lower edge; those chosen with it go along, each as far as it can.
  await page.evaluate(() => player.annotations.select(["two", "one"]));
  for (let n = 0; n < 3; n++) await page.press("Control+ArrowDown");
  assert.deepEqual([await band("two"), await band("one")], [[0, 750], [900, 3100]]);
  for (let n = 0; n < 12; n++) await page.press("Alt+Shift+ArrowDown");
  const [low, high] = await band("two");
  assert.ok(low === 0 && high > 0 && high < 20, `${low} to ${high}`);
  // Where it is nearer the steps are finer.
  await page.evaluate(() => {
    player.layers.configure("spectrogram", { minHz: 1000, maxHz: 1800 });
    player.annotations.change([{ update: "one", patch: { low: 1200, high: 1400 } }]);
    player.annotations.select("one");
  });
  await page.press("Control+ArrowUp");
  assert.deepEqual(await band("one"), [1210, 1410]);
  // On what is no box they are the browser's, and under readonly nothing moves.
  await page.evaluate(() => player.annotations.select("span"));
  const now = await steps();
  await page.press("Control+ArrowUp");
  await page.evaluate(() => {
    player.readonly = true;
    player.annotations.select("one");
  });
  await page.press("Control+ArrowUp");
  assert.deepEqual([await band("one"), await steps()], [[1210, 1410], now]);
  await page.done();
});

test("a finger draws a box and takes it by a corner", async () => {
  const page = await opened(undefined, {}, { viewport: { width: 420, height: 800 }, hasTouch: true, isMobile: true });
  await page.evaluate(() => player.layers.configure("spectrogram", { scale: "linear", minHz: 0, maxHz: 8000 }));
  await page.button("Annotate").tap();
  await page.button("Draw boxes on the spectrogram").tap();
  await page.evaluate(() => player.shadowRoot.querySelector('[data-layers~="spectrogram"]').scrollIntoView({ block: "center" }));
  const picture = await page.picture();
  const at = (secs, hz) => [picture.x + (secs / SECONDS) * picture.width, picture.y + (1 - hz / 8000) * picture.height];
  await page.touch(at(2, 6000), at(5, 3000));
  const [drawn] = await page.list();
  near(drawn.start, 2, page);
  near(drawn.end, 5, page);
  await page.touch(at(5, 3000), at(6, 1000));
  const [wide] = await page.list();
  assert.equal(wide.start, drawn.start);
  near(wide.end, 6, page);
  assert.ok(Math.abs(wide.low - 1000) < 100, `${wide.low} Hz`);
  await page.done();
});

test("spans go to another tier by the pointer, as its rule allows", async () => {
  const page = await opened({
    tiers: [...TIERS, { id: "points", name: "Points", kind: "points" }],
    annotations: [
      { id: "a", tier: "free", start: 1, end: 2, label: "a" },
      { id: "b", tier: "apart", start: 3, end: 4, label: "b" },
    ],
  });
  const free = (secs) => page.onTier(0, secs);
  const apart = (secs) => page.onTier(1, secs);
  const get = (id) => page.evaluate((id) => player.annotations.get(id), id);
  await page.drag(free(1.5), apart(1.7));
  let a = await get("a");
  assert.equal(a.tier, "apart");
  near(a.start, 1.2, page);
  assert.ok(Math.abs(a.end - a.start - 1) < 1 / RATE);
  await page.press("Control+z");
  assert.deepEqual([(await get("a")).tier, (await get("a")).start], ["free", 1]);
  // Onto what stands there: never two over one another.
  await page.drag(free(1.5), apart(3.5));
  a = await get("a");
  const b = await get("b");
  assert.deepEqual([b.start, b.end], [3, 4]);
  assert.ok(a.tier === "free" || a.end <= 3 || a.start >= 4, JSON.stringify(a));
  await page.done();
});

test("on a partition an edge moves both neighbours, and a move both borders", async () => {
  const page = await opened({
    tiers: [TIERS[2]],
    annotations: [
      { id: "x", tier: "pieces", start: 0, end: 2, label: "x" },
      { id: "y", tier: "pieces", start: 2, end: 5, label: "y" },
      { id: "z", tier: "pieces", start: 5, end: 8, label: "z" },
    ],
  });
  const borders = async () => (await page.list()).map(({ start, end }) => [start, end]);
  await page.drag(page.onTier(0, 5), page.onTier(0, 6));
  let now = await borders();
  near(now[1][1], 6, page);
  assert.deepEqual([now[0], now[1][0], now[1][1], now[2][1]], [[0, 2], 2, now[2][0], 8], "no gap, no overlap");
  await page.drag(page.onTier(0, 4), page.onTier(0, 3));
  now = await borders();
  near(now[1][0], 1, page);
  assert.deepEqual([now[0][1], now[1][1]], [now[1][0], now[2][0]]);
  assert.ok(Math.abs(now[1][1] - now[1][0] - 4) < 0.02, "the piece is as long");
  // Past its neighbour it stops.
  await page.drag(page.onTier(0, now[1][0]), page.onTier(0, 7.9));
  now = await borders();
  assert.ok(now[1][1] > now[1][0] && now[2][0] === now[1][1] && now[2][1] === 8, JSON.stringify(now));
  await page.done();
});

test("keys act to the frame: nudge, ends, split, merge, join, duplicate, words of the vocabulary", async () => {
  const page = await opened({
    tiers: [{ ...TIERS[0], vocabulary: ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"] }],
    annotations: [{ id: "a", tier: "free", start: 1, end: 2, label: "one" }],
  });
  const frames = async () => (await page.list()).map(({ start, end }) => [Math.round(start * RATE), Math.round(end * RATE)]);
  const labels = async () => (await page.list()).map(({ label }) => label);
  await page.mouse.click(...page.onTier(0, 1.5));
  for (const key of ["Alt+ArrowRight", "Alt+ArrowRight", "Alt+ArrowRight", "Alt+ArrowLeft"]) await page.press(key);
  assert.deepEqual(await frames(), [[RATE + 2, 2 * RATE + 2]]);
  for (const key of ["Alt+Shift+ArrowRight", "Alt+Shift+ArrowLeft", "Alt+Shift+ArrowLeft"]) await page.press(key);
  assert.deepEqual(await frames(), [[RATE + 2, 2 * RATE + 1]]);
  await page.press("Control+z");
  assert.deepEqual(await frames(), [[RATE + 2, 2 * RATE + 2]], "the nudges of the end are one step");
  await page.press("Control+z");
  assert.deepEqual(await frames(), [[RATE, 2 * RATE]]);
  for (const [at, word] of [["1", "one"], ["9", "nine"], ["4", "four"]]) {
    await page.press(at);
    assert.deepEqual(await labels(), [word]);
  }
  await page.seek(1.25);
  await page.press("s");
  assert.deepEqual(await frames(), [[RATE, 1.25 * RATE], [1.25 * RATE, 2 * RATE]]);
  await page.press("2");
  assert.deepEqual(await labels(), ["four", "two"], "the second half is chosen");
  await page.press(",");
  // One word of the vocabulary, or none: two joined would be no word of it.
  await page.evaluate(() => player.annotations.update(player.annotations.list()[1].id, { start: 1.5 }));
  await page.press("Shift+G");
  assert.deepEqual(await frames(), [[RATE, 1.5 * RATE], [1.5 * RATE, 2 * RATE]], "the gap is closed");
  await page.press("Control+d");
  assert.deepEqual(await frames(), [[RATE, 1.5 * RATE], [1.5 * RATE, 2 * RATE], [1.5 * RATE, 2 * RATE]]);
  await page.press("Delete");
  assert.equal((await page.list()).length, 2);
  await page.press("Control+a");
  assert.equal((await page.selected()).length, 2);
  await page.press("7");
  assert.deepEqual(await labels(), ["seven", "seven"], "all that are chosen");
  await page.press("g");
  assert.deepEqual([await frames(), (await page.list()).length], [[[RATE, 2 * RATE]], 1]);
  // Without an annotation a word key makes one of the selection.
  await page.press("Escape");
  await page.seek(4);
  await page.press("[");
  await page.seek(5);
  await page.press("]");
  await page.press("3");
  assert.deepEqual([(await frames())[1], (await labels())[1]], [[4 * RATE, 5 * RATE], "three"]);
  await page.done();
});

test("on a narrow screen a long name of a tier takes a quarter of its lane at most, and is heard whole", async () => {
  const name = "Speaker one, transcription in the phonetic alphabet";
  const document = { tiers: [{ ...TIERS[0], name }], annotations: [{ id: "a", tier: "free", start: 1, end: 2, label: "a" }] };
  for (const width of [320, 360, 479]) {
    const page = await opened(document, {}, { viewport: { width, height: 700 } });
    const seen = await page.evaluate(() => {
      const root = player.shadowRoot;
      const [legend, lane] = [".tier-legend", ".tier-legends"].map((one) => root.querySelector(one).getBoundingClientRect().width);
      const shown = root.querySelector(".tier-name");
      return { legend, lane, isCut: shown.scrollWidth > shown.clientWidth, text: shown.textContent, title: shown.title, heard: root.querySelector("[role=grid]").getAttribute("aria-label") };
    });
    assert.ok(seen.legend > 40 && seen.legend <= Math.min(96, seen.lane / 4) + 0.5, `${seen.legend} of ${seen.lane} px`);
    assert.ok(seen.isCut);
    assert.deepEqual([seen.text, seen.title], [name, name]);
    assert.ok(seen.heard.startsWith(name), seen.heard);
    await page.done();
  }
});
