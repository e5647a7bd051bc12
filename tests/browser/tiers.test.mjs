// Annotating on the lanes of the widget: with the mouse, with keys alone, with touch alone.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";

const host = bed();

/** The first page with its recording open; without analyses, so that the lanes are in sight. */
async function first(context) {
  const page = await host.open("/", { viewport: { width: 1000, height: 900 }, ...context });
  await page.evaluate(async () => {
    await customElements.whenDefined("timeside-player");
    const player = document.querySelector("timeside-player");
    while (!player.media || !player.shadowRoot.querySelector(".playhead")) await new Promise((resolve) => setTimeout(resolve, 50));
    player.muted = true;
    player.setAttribute("autosave", "off");
    player.analyzers = "";
    player.setAttribute("layers", "waveform");
    player.scrollIntoView();
    // Opened again, so that its `ready` is heard: only then may annotations be edited.
    const ready = new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    await player.open(player.src);
    await ready;
  });
  return page;
}

/** What stands in the widget: its tiers as a listener hears them, what is chosen, what was said last. */
const heard = (page) =>
  page.evaluate(() => {
    const root = document.querySelector("timeside-player").shadowRoot;
    return {
      tiers: [...root.querySelectorAll("[role=grid]")].map((grid) => grid.getAttribute("aria-label")),
      chosen: [...root.querySelectorAll("[role=row][aria-selected=true]")].map((row) => row.textContent),
      said: root.querySelector("[aria-live]").textContent,
      focus: root.activeElement?.getAttribute("role") ?? root.activeElement?.className,
    };
  });

/** Waits until what is heard is so. */
async function until(page, is, what) {
  let now;
  for (let look = 0; look < 100; look++) {
    now = await heard(page);
    if (is(now)) return now;
    await page.waitForTimeout(50);
  }
  assert.fail(`${what}: ${JSON.stringify(now)}`);
}

const focus = (page) => page.evaluate(() => document.querySelector("timeside-player").focus());
const seek = (page, secs) => page.evaluate((secs) => (document.querySelector("timeside-player").currentTime = secs), secs);
/** Where a lane stands in the window. */
const laneBox = async (page, nth) => page.locator("timeside-player [role=grid]").nth(nth).boundingBox();
const button = (page, name) => page.locator(`timeside-player [part=annotation-controls] button[aria-label="${name}"]`);

test("a whole job with keys alone", async () => {
  const page = await first();
  await focus(page);
  await seek(page, 2);
  await page.keyboard.press("m");
  await until(page, (now) => now.tiers[0] === "Markers, 1 annotation" && now.focus === "row", "a marker, focused");
  await page.keyboard.press("Escape");
  await seek(page, 4);
  await page.keyboard.press("[");
  await seek(page, 8);
  await page.keyboard.press("]");
  await page.keyboard.press("Enter");
  await until(page, (now) => now.chosen[0]?.startsWith("no label, 4 seconds, long 4 seconds"), "a span of the selection");
  await page.keyboard.press("Enter");
  await page.keyboard.type("<b>verse</b>");
  await page.keyboard.press("Enter");
  await until(page, (now) => now.chosen[0]?.startsWith("<b>verse</b>, 4 seconds") && now.focus === "row", "its text, as text");
  await seek(page, 6);
  await page.keyboard.press("s");
  await until(page, (now) => now.tiers[1] === "Spans, 2 annotations" && now.chosen[0]?.includes(", 6 seconds, long 2 seconds"), "split");
  await page.keyboard.press(",");
  await until(page, (now) => now.chosen[0]?.includes(", 4 seconds, long 2 seconds"), "the one before");
  await page.keyboard.press("g");
  await until(page, (now) => now.tiers[1] === "Spans, 1 annotation", "merged");
  await page.keyboard.press("Alt+ArrowRight");
  await page.keyboard.press("Alt+ArrowRight");
  await page.keyboard.press("Alt+ArrowLeft");
  await page.keyboard.press("Control+z");
  await until(page, (now) => now.chosen[0]?.includes(", 4 seconds, long 4 seconds"), "the nudges are one step back");
  await page.keyboard.press("Control+z");
  await until(page, (now) => now.tiers[1] === "Spans, 2 annotations", "the merge taken back");
  await page.keyboard.press("Control+Shift+z");
  await until(page, (now) => now.tiers[1] === "Spans, 1 annotation", "and done again");
  await page.keyboard.press("ArrowUp");
  await until(page, (now) => now.said.startsWith("Markers: no label, 2 seconds"), "the tier above");
  await page.keyboard.press("Delete");
  await until(page, (now) => now.tiers[0] === "Markers, 0 annotations" && now.focus === "slider", "removed");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("while listening a held key makes a span", async () => {
  const page = await first();
  await focus(page);
  await page.evaluate(() => document.querySelector("timeside-player").play());
  await page.keyboard.down("n");
  await page.waitForTimeout(700);
  await page.keyboard.down("n");
  await page.waitForTimeout(300);
  await page.keyboard.up("n");
  await until(page, (now) => now.tiers[0] === "Spans, 1 annotation", "a repeating key is one span");
  await page.close();
});

test("a whole job with the mouse", async () => {
  const page = await first();
  await page.locator("timeside-player button[aria-label=Annotate]").click();
  await focus(page);
  await page.keyboard.press("[");
  await seek(page, 3);
  await page.keyboard.press("]");
  await button(page, "Span: of the selection, else from here until pressed again").click();
  await until(page, (now) => now.tiers[0] === "Spans, 1 annotation", "the first span makes the tier");
  const lane = await laneBox(page, 0);
  const y = lane.y + lane.height / 2;
  const at = (share) => lane.x + lane.width * share;
  const drag = async (from, to, end = () => page.mouse.up()) => {
    await page.mouse.move(at(from), y);
    await page.mouse.down();
    await page.mouse.move(at((from + to) / 2), y, { steps: 3 });
    await page.mouse.move(at(to), y, { steps: 3 });
    await end();
  };
  await drag(0.4, 0.6);
  const made = await until(page, (now) => now.tiers[0] === "Spans, 2 annotations" && now.chosen[0]?.startsWith("no label, 1"), "a drag on the empty lane");
  const length = (text) => Number(/long ([\d.]+) seconds/.exec(text)[1]);
  // A fifth of the recording, of 27.4 seconds.
  assert.ok(Math.abs(length(made.chosen[0]) - 5.4) < 0.3, made.chosen[0]);
  await drag(0.599, 0.7);
  const longer = await until(page, (now) => now.chosen[0] && length(now.chosen[0]) > 7.5, "its end dragged");
  await drag(0.5, 0.55);
  await until(page, (now) => now.chosen[0] && now.chosen[0] !== longer.chosen[0], "moved");
  const moved = await heard(page);
  assert.ok(Math.abs(length(moved.chosen[0]) - length(longer.chosen[0])) < 0.11, "moving keeps the length");
  await drag(0.5, 0.6, async () => {
    await until(page, () => true, "");
    await page.keyboard.press("Escape");
    await page.mouse.up();
  });
  await until(page, (now) => now.chosen[0] === moved.chosen[0], "Escape gives the drag up");
  await page.mouse.click(at(0.05), y);
  await until(page, (now) => now.chosen[0]?.startsWith("no label, 0 seconds"), "a click chooses another");
  await page.keyboard.down("Shift");
  await drag(0.3, 0.95);
  await page.keyboard.up("Shift");
  await until(page, (now) => now.said === "1 annotation selected", "a rubber band");
  await page.mouse.dblclick(at(0.05), y);
  await page.waitForFunction(() => document.querySelector("timeside-player").view.end < 5);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a whole job with touch alone, on a narrow screen", async () => {
  const page = await first({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await page.locator("timeside-player button[aria-label=Annotate]").tap();
  const sizes = await page.evaluate(() =>
    [...document.querySelector("timeside-player").shadowRoot.querySelectorAll("[part=annotation-controls] button")].map((one) => {
      const { width, height } = one.getBoundingClientRect();
      return Math.min(width, height);
    }),
  );
  assert.ok(sizes.length >= 8 && sizes.every((size) => size >= 44), `targets: ${sizes}`);
  const span = button(page, "Span: of the selection, else from here until pressed again");
  await span.tap();
  await seek(page, 4);
  await span.tap();
  await until(page, (now) => now.tiers[0] === "Spans, 1 annotation", "a span from here to there");
  const lane = await laneBox(page, 0);
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, share) =>
    cdp.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x: lane.x + lane.width * share, y: lane.y + lane.height / 2 }],
    });
  await touch("touchStart", 0.5);
  await page.waitForTimeout(700);
  for (const share of [0.6, 0.7, 0.8]) await touch("touchMove", share);
  await touch("touchEnd", 0.8);
  const made = await until(page, (now) => now.tiers[0] === "Spans, 2 annotations" && now.chosen[0]?.startsWith("no label, 13"), "a finger that rests makes a span");
  await touch("touchStart", 0.8);
  for (const share of [0.85, 0.9]) await touch("touchMove", share);
  await touch("touchEnd", 0.9);
  await until(page, (now) => now.chosen[0] && now.chosen[0] !== made.chosen[0], "its handle stretches it");
  await button(page, "Edit the text").tap();
  await page.locator("timeside-player .tier-field").fill("chorus");
  await page.locator("timeside-player .tier-field").press("Enter");
  await until(page, (now) => now.chosen[0]?.startsWith("chorus, "), "named");
  await page.touchscreen.tap(lane.x + lane.width * 0.05, lane.y + lane.height / 2);
  await until(page, (now) => now.chosen[0]?.startsWith("no label, 0 seconds"), "a tap chooses another");
  await button(page, "Remove the selected annotations").tap();
  await until(page, (now) => now.tiers[0] === "Spans, 1 annotation", "removed");
  await button(page, "Undo").tap();
  await until(page, (now) => now.tiers[0] === "Spans, 2 annotations", "and brought back");
  assert.deepEqual(page.said, []);
  await page.close();
});

/** 100,000 annotations on eight tiers of every kind; resolves when the lanes tell of them. */
async function fill(page) {
  const count = await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    const { duration } = player.media.info;
    const kinds = ["spans", "points", "text", "spans", "notes", "spans", "boxes", "spans"];
    const tiers = kinds.map((kind, at) => ({ id: `t${at}`, name: `Tier ${at}`, kind }));
    const annotations = [];
    for (let at = 0; at < 100_000; at++) {
      const start = ((at >> 3) / 12_500) * duration;
      const end = kinds[at % 8] === "points" ? start : start + duration / 14_000;
      annotations.push({ id: `a${at}`, tier: `t${at % 8}`, start, end, label: `label ${at}`, value: at % 60 });
    }
    const bytes = new TextEncoder().encode(JSON.stringify({ tiers, annotations }));
    await player.annotations.import(bytes, "json");
    return (await player.annotations.list()).length;
  });
  assert.equal(count, 100_000);
  await until(page, (now) => now.tiers.length === 8 && now.tiers[7] === "Tier 7, 12500 annotations", "all are there");
}

test("100,000 annotations on 8 tiers stay few nodes", async () => {
  const page = await host.open("/test/blank.html", { viewport: { width: 1280, height: 900 } });
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    document.body.innerHTML = "<timeside-player src='/recording/timeside.mp3' controls layers='waveform' autosave='off'></timeside-player>";
    await new Promise((resolve) => document.querySelector("timeside-player").addEventListener("ready", resolve, { once: true }));
  });
  await fill(page);
  const cdp = await page.context().newCDPSession(page);
  /** All that the browser keeps: texts, comments, its own trees in fields, and what is out of the document. */
  const nodes = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Memory.getDOMCounters")).nodes;
  };
  for (const span of [27, 3, 0.2]) {
    await page.evaluate((span) => document.querySelector("timeside-player").view.zoomTo(1, 1 + span), span);
    await page.waitForTimeout(300);
    // What has just been let go may need a second look.
    let now = await nodes();
    for (let look = 0; look < 20 && now > 400; look++) now = await nodes();
    assert.ok(now <= 400, `${now} nodes with ${span} s in view`);
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("lanes show their buttons to whoever is there, and only then", async () => {
  const page = await first();
  await page.evaluate(() => {
    const tiers = ["a", "b", "c"].map((id) => ({ id, name: `Tier ${id}`, kind: "spans" }));
    const bytes = new TextEncoder().encode(JSON.stringify({ tiers, annotations: [] }));
    return document.querySelector("timeside-player").annotations.import(bytes, "json");
  });
  await until(page, (now) => now.tiers.length === 3, "three lanes");
  const buttons = () =>
    page.evaluate(() => [...document.querySelector("timeside-player").shadowRoot.querySelectorAll(".tier-legend button")].map((button) => button.ariaLabel));
  const legend = (nth) => page.locator("timeside-player .tier-legend").nth(nth);
  const seen = async (wanted, what) => {
    for (let look = 0; look < 60 && String(await buttons()) !== String(wanted); look++) await page.waitForTimeout(50);
    assert.deepEqual(await buttons(), wanted, what);
  };
  const both = (id) => [`Lock Tier ${id}`, `Fold away Tier ${id}`];
  await page.mouse.move(5, 5);
  await legend(1).hover();
  const atRest = (await buttons()).filter((name) => !/Tier b/.test(name));
  assert.ok(atRest.length <= 2, `none but the active lane's: ${atRest}`);
  // The keyboard: the lane's height is its tab stop, its buttons come after.
  await page.mouse.move(5, 5);
  await page.getByRole("separator", { name: "Height of Tier c" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  const locked = () => page.evaluate(() => document.querySelector("timeside-player").annotations.tiers.list()[2].locked);
  assert.equal(await locked(), true, "locked by keys");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.querySelector("timeside-player").shadowRoot.activeElement.ariaLabel), both("c")[1]);
  await focus(page);
  await legend(0).click();
  await page.mouse.move(5, 5);
  await seen([...both("a"), both("c")[0]], "the active lane's, and a lock that is shut");
  assert.deepEqual(page.said, []);
  await page.close();
});
