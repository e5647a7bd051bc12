// What goes in and out of the annotations by hand: the clipboard, proposals accepted and rejected, what reading alone
// refuses, and labels that would be more than text.

import assert from "node:assert/strict";

import { annotator, bed, test } from "./annotator.mjs";
import { sine } from "./wav.mjs";

const RATE = 44_100;
const host = bed({ setup: (server) => server.write("tone.wav", sine({ seconds: 8 })) });
const opened = (given, attributes, context) => annotator(host, { src: "/files/tone.wav", ...attributes }, given, context);

const TIERS = [
  { id: "free", name: "Free", kind: "spans" },
  { id: "apart", name: "Apart", kind: "spans", rule: "no-overlap" },
];
const two = () => [
  { id: "a", tier: "free", start: 1, end: 2, label: "a", confidence: 0.5, author: "me", attributes: { hand: "left" } },
  { id: "b", tier: "free", start: 3, end: 4.5, label: "b", low: 100, high: 200, attributes: { status: "proposed" } },
];

/** Pastes what a page of another program would have on the clipboard. */
const paste = (page, given) =>
  page.evaluate((given) => {
    const data = new DataTransfer();
    for (const [kind, text] of Object.entries(given)) data.setData(kind, text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, composed: true, cancelable: true });
    player.shadowRoot.querySelector(".playhead").dispatchEvent(event);
    return event.defaultPrevented;
  }, given);

test("copied, cut and pasted at the playhead, with all that was said", async () => {
  const page = await opened({ tiers: TIERS, annotations: two() });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.mouse.click(...page.onTier(0, 1.5));
  await page.press("Control+a");
  await page.press("Control+c");
  await page.hears(/2 annotations copied/);
  await page.seek(5);
  await page.press("Control+v");
  await page.hears(/2 annotations pasted/);
  const all = await page.list();
  assert.deepEqual(all.map(({ start, end }) => [start, end]), [[1, 2], [3, 4.5], [5, 6], [7, 8]], "at the playhead, cut at the end");
  const { id: _, ...copy } = all[2];
  assert.deepEqual(copy, { tier: "free", start: 5, end: 6, label: "a", confidence: 0.5, author: "me", attributes: { hand: "left" } });
  assert.deepEqual([all[3].low, all[3].high, all[3].attributes], [100, 200, { status: "proposed" }]);
  assert.equal(new Set(all.map(({ id }) => id)).size, 4);
  assert.deepEqual((await page.selected()).length, 2, "what was pasted is chosen");
  await page.press("Control+z");
  assert.equal((await page.list()).length, 2, "one step");
  await page.mouse.click(...page.onTier(0, 1.5));
  await page.press("Control+x");
  assert.deepEqual((await page.list()).map(({ id }) => id), ["b"]);
  await page.seek(0.5);
  await page.press("Control+v");
  assert.deepEqual((await page.list()).map(({ start }) => start), [0.5, 3]);
  // What stands on the clipboard for a spreadsheet.
  const rows = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(rows, "1.000000\t2.000000\ta\n");
  await page.done();
});

test("texts of other programs are pasted as files are; what is none is told in words", async () => {
  const page = await opened();
  const grid = `File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 8
tiers? <exists>
size = 1
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 8
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 3.5
            text = "hello"
        intervals [2]:
            xmin = 3.5
            xmax = 8
            text = "world"
`;
  const told = page.evaluate(() => new Promise((resolve) => player.addEventListener("importreport", (event) => resolve(event.detail.report.format), { once: true })));
  assert.equal(await paste(page, { "text/plain": grid }), true);
  assert.equal(await told, "textgrid");
  assert.deepEqual((await page.list()).map(({ start, end, label }) => [start, end, label]), [[0, 3.5, "hello"], [3.5, 8, "world"]]);
  await page.hears(/2 annotations added/);
  await page.evaluate(async () => {
    player.lang = "fr";
    while (!player.shadowRoot.querySelector(".player[lang=fr]")) await new Promise((resolve) => setTimeout(resolve, 20));
    await player.annotations.import("start,end,label\n4,5,seul\n", "csv");
  });
  await page.hears(/1 annotation ajoutée/);
  await page.evaluate(async () => {
    player.annotations.undo();
    player.lang = "en";
    while (!player.shadowRoot.querySelector(".player[lang=en]")) await new Promise((resolve) => setTimeout(resolve, 20));
  });
  const again = page.evaluate(() => new Promise((resolve) => player.addEventListener("importreport", (event) => resolve(event.detail.report.format), { once: true })));
  await paste(page, { "text/plain": "start,end,label\n1,2,one\n2,3,two\n" });
  assert.equal(await again, "csv");
  assert.deepEqual((await page.list()).filter(({ label }) => label === "one" || label === "two").map(({ start, end }) => [start, end]), [[1, 2], [2, 3]]);
  const before = (await page.list()).length;
  await paste(page, { "text/plain": "a letter to a friend" });
  await page.locator("timeside-player .notice").filter({ hasText: /annotations/ }).waitFor();
  assert.equal((await page.list()).length, before);
  // Annotations of another page come whole; nonsense under our name does nothing.
  await page.evaluate(() => player.annotations.clear());
  const kind = "application/x-timeside-annotations+json";
  await page.seek(6);
  await paste(page, { [kind]: JSON.stringify([{ start: 100, end: 101, label: "far", tier: "nowhere" }]) });
  assert.deepEqual((await page.list()).filter(({ label }) => label === "far").map(({ start, end }) => [start, end]), [[6, 7]]);
  for (const text of ["{", "[{}]", "[null, 3]", '[{"start":"x","end":{},"label":7}]']) await paste(page, { [kind]: text });
  await page.done();
});

test("proposals are hatched, accepted and rejected by key and in the panel", async () => {
  const proposed = (id, start) => ({ id, tier: "free", start, end: start + 1, label: id, attributes: { status: "proposed" } });
  const page = await opened({ tiers: [TIERS[0]], annotations: [proposed("p", 0.5), { ...proposed("q", 2), attributes: {} }, proposed("r", 4), proposed("s", 6)] });
  const state = async () => Object.fromEntries((await page.list()).map(({ id, attributes }) => [id, attributes?.status ?? "accepted"]));
  // Hatched: of the inside of a proposal many pixels stay the ground's, of an accepted one none.
  const strokes = (secs) =>
    page.evaluate(
      ([x, y]) => {
        const canvas = player.shadowRoot.querySelector(".tiers canvas");
        const box = canvas.getBoundingClientRect();
        const scale = canvas.width / box.width;
        const data = canvas.getContext("2d").getImageData((x - box.x) * scale, (y - box.y) * scale - 4, 40 * scale, 8).data;
        return new Set(new Uint32Array(data.buffer)).size;
      },
      page.onTier(0, secs),
    );
  assert.ok((await strokes(4.3)) > (await strokes(2.3)), "a hatching has more colours than a ground");
  await page.mouse.click(...page.onTier(0, 1.2));
  await page.hears(/p, .*proposed/);
  await page.press("Control+Enter");
  await page.hears(/accepted\. r, .*proposed/);
  assert.deepEqual(await state(), { p: "accepted", q: "accepted", r: "proposed", s: "proposed" });
  await page.press("Control+Backspace");
  assert.deepEqual(await state(), { p: "accepted", q: "accepted", s: "proposed" });
  assert.deepEqual(await page.selected(), ["s"], "on to the next proposal");
  assert.deepEqual(await page.evaluate(() => player.annotations.history().done.slice(-2)), ["accept", "reject"]);
  await page.press("Control+z");
  assert.deepEqual((await state()).r, "proposed");
  await page.press("Control+Shift+z");
  await page.mouse.click(...page.onTier(0, 2.5));
  await page.press("Control+Enter");
  await page.hears(/None of these is proposed/);
  await page.mouse.click(...page.onTier(0, 6.5));
  await page.button("Annotations").click();
  await page.locator("timeside-player .ann-judging").getByRole("button", { name: "Accept" }).click();
  assert.deepEqual(await state(), { p: "accepted", q: "accepted", s: "accepted" });
  await page.done();
});

test("several are chosen and changed at once; what is searched is found in turn", async () => {
  const page = await opened({ tiers: [TIERS[0]], annotations: ["Amsel", "Drossel", "amsel, fern", "Fink"].map((label, at) => ({ id: `i${at}`, tier: "free", start: 2 * at, end: 2 * at + 1, label })) });
  await page.mouse.click(...page.onTier(0, 0.5));
  await page.keyboard.down("Control");
  await page.mouse.click(...page.onTier(0, 4.5));
  await page.keyboard.up("Control");
  assert.deepEqual(await page.selected(), ["i0", "i2"]);
  await page.button("Annotations").click();
  const inspector = page.locator("timeside-player .ann-inspector");
  await inspector.getByLabel("Author").fill("Anna");
  await inspector.getByLabel("Author").press("Tab");
  assert.deepEqual((await page.list()).map(({ author }) => author), ["Anna", undefined, "Anna", undefined]);
  await page.evaluate(() => player.annotations.undo());
  assert.deepEqual((await page.list()).map(({ author }) => author), Array(4).fill(undefined), "one step");
  await page.locator("timeside-player input.search").fill("amsel");
  await page.getByRole("button", { name: "Next" }).first().click();
  await page.evaluate(() => player.annotations.select(null));
  const next = page.locator("timeside-player [role=search] button").nth(1);
  const previous = page.locator("timeside-player [role=search] button").nth(0);
  const found = [];
  for (const button of [next, next, next, previous]) {
    await button.click();
    await page.drawn();
    found.push((await page.selected())[0]);
  }
  assert.deepEqual(found, ["i0", "i2", "i0", "i2"]);
  await page.done();
});

test("under readonly hands change nothing, and are told why", async () => {
  const page = await opened({ tiers: [{ ...TIERS[0], vocabulary: ["x"] }], annotations: [{ id: "a", tier: "free", start: 1, end: 2, label: "x" }, { id: "b", tier: "free", start: 3, end: 4, label: "x", attributes: { status: "proposed" } }] });
  await page.evaluate(() => (player.readonly = true));
  const before = await page.list();
  await page.drag(page.onTier(0, 1.5), page.onTier(0, 5));
  await page.evaluate(() => player.view.zoomTo(0, 8));
  await page.drag(page.onTier(0, 5), page.onTier(0, 6));
  await page.evaluate(() => player.view.zoomTo(0, 8));
  for (const key of ["s", "Delete", "Control+d", "Alt+ArrowRight", "Alt+Shift+ArrowLeft", "1", "m", "Control+x", "Control+v", "Control+Enter", "F2", "g", "Shift+g", "Control+z"]) {
    // The last one has nothing to be joined to.
    await page.evaluate((id) => player.annotations.select(id), key === "Shift+g" ? "a" : "b");
    await page.seek(3.5);
    await page.press(key);
    await page.hears(/reading only/).catch((error) => assert.fail(`${key}: ${error.message}`));
  }
  await page.press("n");
  await page.evaluate(() => player.playback.select?.(1, 2));
  await paste(page, { "text/plain": "start,end,label\n1,2,one\n" });
  await page.locator("timeside-player .notice").filter({ hasText: /may only be read/ }).waitFor();
  assert.deepEqual(await page.list(), before);
  await page.done();
});

test("whatever a label holds, it is text: on the lanes, in the table, the inspector, the legend, and spoken", async () => {
  const evil = '<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script>\u202e\u2066gnp.\ud800';
  const long = `${"<b>x</b>".repeat(131_072)}`;
  const page = await opened({
    tiers: [
      { id: evil, name: evil, kind: "spans", color: "url(x)", vocabulary: [evil] },
      { id: "t", name: "T", kind: "text" },
      { id: "b", name: "B", kind: "boxes" },
    ],
    annotations: [
      { id: "e", tier: evil, start: 1, end: 3, label: evil, author: evil, attributes: { [evil]: evil } },
      { id: "l", tier: "t", start: 1, end: 7, label: long },
      { id: "x", tier: "b", start: 4, end: 6, low: 100, high: 5000, label: evil },
    ],
  });
  const clean = () =>
    page.evaluate(() => {
      const strange = [...player.shadowRoot.querySelectorAll("img, script, b, [onerror]")].map((one) => one.outerHTML);
      return { hit: globalThis.hit ?? 0, strange };
    });
  for (const at of [0, 1, 2]) {
    await page.mouse.click(...page.onTier(at, at === 2 ? 5 : 2));
    assert.deepEqual(await clean(), { hit: 0, strange: [] });
  }
  // Spoken, but not for hours.
  await page.mouse.click(...page.onTier(1, 2));
  const spoken = await page.hears(/^<b>x/);
  assert.ok(spoken.length < 400, `${spoken.length} letters`);
  await page.mouse.click(...page.onTier(0, 2));
  await page.press("F2");
  const field = page.locator("timeside-player .tier-field");
  assert.ok((await field.inputValue()).startsWith("<img"), "the text as it is");
  await page.press("Escape");
  await page.button("Annotations").click();
  await page.getByRole("grid", { name: "Annotations", exact: true }).waitFor();
  assert.deepEqual(await clean(), { hit: 0, strange: [] });
  await page.locator("timeside-player input.search").fill("<b>");
  await page.locator("timeside-player [role=search] button").nth(1).click();
  const words = await page.hears(/1 \/ 1$/);
  assert.ok(words.length < 400, `${words.length} letters`);
  for (const tab of ["Tiers", "Steps"]) {
    await page.getByRole("tab", { name: tab }).click();
    await page.drawn();
    assert.deepEqual(await clean(), { hit: 0, strange: [] });
  }
  // Nothing but what belongs to the widget was made: the page itself has no element more.
  assert.deepEqual(await page.evaluate(() => document.querySelectorAll("img, b").length), 0);
  await page.done();
});
