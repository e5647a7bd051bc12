// Tiers on any screen: lanes in the height that the page leaves, their thumb, and tiers under wrapped lines.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const SECS = 20;
const host = bed({ setup: (server) => server.write("tone.wav", sine({ seconds: SECS })) });

/** A page with one player, ready, with `tiers` tiers of a span and a moment each. */
async function open(attributes = {}, { style = "", tiers = 2, context = {} } = {}) {
  const page = await host.open("/test/blank.html", { viewport: { width: 1000, height: 900 }, ...context });
  await page.evaluate(
    async ([attributes, style, tiers]) => {
      await import("/timeside/player.js");
      const player = (globalThis.player = document.createElement("timeside-player"));
      for (const [name, value] of Object.entries({ src: "/files/tone.wav", controls: "", layers: "waveform", autosave: "off", ...attributes })) player.setAttribute(name, value);
      player.style.cssText = style;
      const ready = new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
      document.body.append(player);
      await ready;
      const edits = [];
      for (let at = 0; at < tiers; at++) {
        edits.push({ addTier: { id: `t${at}`, name: `Tier ${at}`, kind: at % 2 ? "points" : "spans" } });
        edits.push({ add: { id: `one ${at}`, tier: `t${at}`, start: 1, end: at % 2 ? 1 : 5, label: `one ${at}` } });
        edits.push({ add: { id: `two ${at}`, tier: `t${at}`, start: 15, end: at % 2 ? 15 : 16, label: `two ${at}` } });
      }
      player.annotations.change(edits);
      globalThis.inside = (selector) => player.shadowRoot.querySelector(selector);
      globalThis.high = (selector) => inside(selector)?.getBoundingClientRect().height;
    },
    [attributes, style, tiers],
  );
  return page;
}

async function done(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

const box = (page, selector) =>
  page.evaluate((selector) => {
    const { left, top, width, height } = inside(selector).getBoundingClientRect();
    return { left, top, width, height };
  }, selector);

/** Waits until the host is so high, and nothing of it is out of sight. */
const fits = (page, height) =>
  page.waitForFunction((height) => Math.abs(player.clientHeight - height) <= 1 && player.scrollHeight <= player.clientHeight && high(".player") <= height, height);

test("lanes take the height that the page leaves them, and give it back", async () => {
  const page = await open({}, { tiers: 40 });
  await page.waitForFunction(() => high(".tiers") >= 448 && high(".tiers") < 450);
  const open_ = await page.evaluate(() => player.clientHeight);
  await page.evaluate(() => (player.style.maxHeight = "420px"));
  await fits(page, 420);
  const less = await page.evaluate(() => high(".tiers"));
  assert.ok(less > 56 && less < 300, `${less}`);
  await page.evaluate(() => (player.style.maxHeight = "800px"));
  await fits(page, 800);
  await page.evaluate(() => {
    player.style.maxHeight = "";
    player.style.height = "700px";
  });
  await fits(page, 700);
  // More beside them leaves less for them.
  await page.evaluate(() => player.setAttribute("layers", "waveform spectrogram"));
  await page.waitForFunction(() => high(".lane[data-layers=spectrogram]") > 100);
  await fits(page, 700);
  await page.evaluate(() => {
    player.setAttribute("layers", "waveform");
    player.style.height = "";
  });
  await page.waitForFunction((height) => player.clientHeight === height, open_);
  // Where nothing helps, everything can still be scrolled to.
  await page.evaluate(() => (player.style.height = "150px"));
  await page.waitForFunction(() => player.scrollHeight > 160 && getComputedStyle(player).overflowY === "auto");
  await done(page);
});

test("a greatest height in percent counts as a length does, where it is of anything", async () => {
  const page = await open({}, { tiers: 40 });
  await page.waitForFunction(() => high(".tiers") >= 448 && high(".tiers") < 450);
  const usual = await page.evaluate(() => player.clientHeight);
  await page.evaluate(() => {
    const frame = (globalThis.frame = document.createElement("div"));
    frame.style.height = "850px";
    document.body.append(frame);
    frame.append(player);
  });
  await page.waitForFunction((height) => player.clientHeight === height, usual);
  await page.evaluate(() => (player.style.maxHeight = "50%"));
  await fits(page, 425);
  // More than it would take by itself: nothing is cut, and lanes take it all the same.
  await page.evaluate(() => (player.style.maxHeight = "90%"));
  await fits(page, 765);
  await page.evaluate(() => (player.style.maxHeight = "calc(100% - 150px)"));
  await fits(page, 700);
  // What it is of grows, and shrinks.
  await page.evaluate(() => (frame.style.height = "900px"));
  await fits(page, 750);
  await page.evaluate(() => (frame.style.height = "600px"));
  await fits(page, 450);
  // Of a height that is left open a percentage is none.
  await page.evaluate(() => (frame.style.height = ""));
  await page.waitForFunction((height) => player.clientHeight === height, usual);
  await page.evaluate(() => (player.style.maxHeight = "420px"));
  await fits(page, 420);
  await page.evaluate(() => (player.style.maxHeight = ""));
  await page.waitForFunction((height) => player.clientHeight === height, usual);
  await page.evaluate(() => Object.assign(frame.style, { height: "800px", display: "flex", flexDirection: "column" }));
  await page.evaluate(() => (player.style.maxHeight = "75%"));
  await fits(page, 600);
  await done(page);
});

test("the thumb is dragged, a wheel with Alt scrolls, and keys bring their tier into view", async () => {
  const page = await open({}, { tiers: 40, style: "max-height: 420px" });
  await fits(page, 420);
  const first = () => page.evaluate(() => inside(".tier-name").textContent);
  const thumb = await box(page, ".tier-thumb");
  const lanes = await box(page, ".tiers");
  assert.ok(thumb.height >= 24 && Math.abs(thumb.top - lanes.top) < 3);
  await page.mouse.move(thumb.left + thumb.width / 2, thumb.top + 10);
  await page.mouse.down();
  await page.mouse.move(thumb.left + thumb.width / 2, thumb.top + lanes.height, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => [...player.shadowRoot.querySelectorAll(".tier-name")].at(-1).textContent === "Tier 39");
  assert.notEqual(await first(), "Tier 0");
  await page.mouse.move(lanes.left + lanes.width / 2, lanes.top + 40);
  await page.keyboard.down("Alt");
  await page.mouse.wheel(0, -10_000);
  await page.keyboard.up("Alt");
  await page.waitForFunction(() => inside(".tier-name").textContent === "Tier 0");
  await page.evaluate(() => player.focus());
  for (let n = 0; n < 20; n++) await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => player.annotations.selected[0] === "one 20" && inside(".tier-legend.active .tier-name")?.textContent === "Tier 20");
  const seen = await page.evaluate(() => {
    const lane = inside(".tier-legend.active").getBoundingClientRect();
    const all = inside(".tiers").getBoundingClientRect();
    return lane.top >= all.top - 1 && lane.bottom <= all.bottom + 1;
  });
  assert.ok(seen, "the tier that keys work on is seen whole");
  await done(page);
});

test("under a finger the thumb is as large as a target", async () => {
  const page = await open({}, { tiers: 60, style: "max-height: 420px", context: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } });
  await page.waitForFunction(() => high(".tier-thumb") >= 44);
  const thumb = await box(page, ".tier-thumb");
  assert.ok(thumb.width >= 44);
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, y) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: thumb.left + 30, y }] });
  await touch("touchStart", thumb.top + 20);
  for (const by of [20, 60, 400]) await touch("touchMove", thumb.top + 20 + by);
  await touch("touchEnd");
  await page.waitForFunction(() => [...player.shadowRoot.querySelectorAll(".tier-name")].at(-1).textContent === "Tier 59");
  await done(page);
});

/** What colours stand in a box of the canvas, CSS pixels of the window of the lines. */
const colours = (page, nth, left, top, width, height) =>
  page.evaluate(
    ([nth, left, top, width, height]) => {
      const canvas = player.shadowRoot.querySelectorAll(".lines canvas")[nth];
      const ratio = canvas.width / canvas.getBoundingClientRect().width;
      const { data } = canvas.getContext("2d").getImageData(left * ratio, top * ratio, width * ratio, height * ratio);
      return [...new Set(new Uint32Array(data.buffer))].length;
    },
    [nth, left, top, width, height],
  );

test("wrapped lines have their tiers, over the ends of lines, and a click chooses", async () => {
  const page = await open({ wrap: "2" });
  // Time and waveform, two tiers, a gap.
  const line = 64 + 2 * 20 + 4;
  await page.waitForFunction((height) => Math.abs(high(".lines-all") - height) < 1, 10 * line);
  const pane = await box(page, ".lines");
  const width = await page.evaluate(() => inside(".lines").clientWidth);
  await page.waitForFunction(() => inside(".lines canvas").width > 1);
  for (let look = 0; look < 100 && (await colours(page, 0, 0.6 * width, 61, 0.3 * width, 12)) === 1; look++) await page.waitForTimeout(50);
  // The span of 1 to 5 s stands in three lines, that of 15 s in none of these.
  for (const [nth, from, to] of [[0, 0.55, 0.95], [1, 0.05, 0.95], [2, 0.05, 0.45]]) {
    assert.ok((await colours(page, 0, from * width, nth * line + 61, (to - from) * width, 12)) > 1, `line ${nth}`);
  }
  assert.equal(await colours(page, 0, 0.6 * width, 2 * line + 68, 0.3 * width, 12), 1, "after its end there is nothing");
  const selected = () => page.evaluate(() => player.annotations.selected);
  // A click on what goes on in the third line.
  await page.mouse.click(pane.left + width * 0.2, pane.top + 2 * line + 74);
  await page.waitForFunction(() => player.annotations.selected[0] === "one 0");
  assert.equal(await page.evaluate(() => inside(".lines").scrollTop), 0);
  assert.match(await page.evaluate(() => player.shadowRoot.activeElement.textContent), /^one 0/);
  // The moment of the other tier.
  await page.mouse.click(pane.left + width * 0.5 + 3, pane.top + 64 + 30);
  await page.waitForFunction(() => player.annotations.selected[0] === "one 1");
  // Keys go on from there, and the window goes along.
  await page.keyboard.press(".");
  await page.waitForFunction(() => player.annotations.selected[0] === "two 1" && inside(".lines").scrollTop > 100);
  await page.keyboard.press("F2");
  await page.locator("timeside-player .tier-field").fill("written here");
  const field = await box(page, ".tier-field");
  const scroll = await page.evaluate(() => inside(".lines").scrollTop);
  assert.ok(Math.abs(field.top - (pane.top + 7 * line - scroll + 64 + 20)) < 2, "over its strip");
  // A click into it sets the caret, no more.
  await page.locator("timeside-player .tier-field").click({ position: { x: 60, y: 8 } });
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => player.annotations.get("two 1").label === "written here");
  // A click beside them all chooses none, and seeks.
  await page.mouse.click(pane.left + width * 0.25, pane.top + 7 * line - scroll + 40);
  await page.waitForFunction(() => Math.abs(player.currentTime - 14.5) < 0.02);
  assert.deepEqual(await selected(), []);
  await done(page);
});

test("what is played of the lines has another colour, to the playhead and no further", async () => {
  const page = await open({ wrap: "2" }, { tiers: 0 });
  await page.evaluate(() => (player.currentTime = 5));
  await page.waitForFunction(() => /polygon/.test(inside(".lines-window > div").style.clipPath) && Math.abs(player.currentTime - 5) < 0.01);
  const width = await page.evaluate(() => inside(".lines").clientWidth);
  await page.waitForFunction(() => {
    const corners = inside(".lines-window > div").style.clipPath.match(/-?[\d.]+px/g).map(parseFloat);
    // Two lines of 64 px, and half of the third.
    const [top, x, , , bottom] = corners.slice(3);
    return top === 128 && bottom === 192 && Math.abs(x - inside(".lines").clientWidth / 2) < 2;
  });
  let seen = 1;
  for (let look = 0; look < 100 && seen === 1; look++) {
    seen = await colours(page, 1, 0, 20, width, 40);
    await page.waitForTimeout(50);
  }
  assert.ok(seen > 1, "the wave is there once more");
  await done(page);
});

test("where one reads from the right, places are found all the same", async () => {
  const page = await open({ wrap: "2", lang: "ar" });
  await page.waitForFunction(() => inside(".player").dir === "rtl");
  const pane = await page.evaluate(() => {
    const pane = inside(".lines");
    return { left: pane.getBoundingClientRect().left + pane.clientLeft, top: pane.getBoundingClientRect().top, width: pane.clientWidth };
  });
  await page.mouse.click(pane.left + pane.width * 0.75, pane.top + 64 + 10);
  await page.waitForFunction(() => player.annotations.selected[0] === "one 0");
  await page.mouse.click(pane.left + pane.width * 0.25, pane.top + 40);
  await page.waitForFunction(() => Math.abs(player.currentTime - 0.5) < 0.02);
  await done(page);
});

/** Where seconds of a tier's strip are in the window: a page of lines of 2 s, two tiers under each. */
async function strips(page) {
  const pane = await page.evaluate(() => {
    const pane = inside(".lines");
    const { left, top } = pane.getBoundingClientRect();
    return { left: left + pane.clientLeft, top, width: pane.clientWidth, scroll: pane.scrollTop };
  });
  const line = 64 + 2 * 20 + 4;
  return (secs, tier = 0) => [pane.left + ((secs % 2) / 2) * pane.width, pane.top - pane.scroll + Math.floor(secs / 2) * line + 64 + tier * 20 + 10];
}

const times = (page, id) => page.evaluate((id) => [player.annotations.get(id).start, player.annotations.get(id).end], id);

/** Are these seconds those, to the pixel? */
function near(seen, wanted) {
  for (const [at, secs] of wanted.entries()) assert.ok(Math.abs(seen[at] - secs) < 0.004, `${seen} for ${wanted}`);
}

async function drag(page, from, ...to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  for (const at of to) await page.mouse.move(...at, { steps: 3 });
}

test("in wrapped lines annotations are moved, stretched and made as in lanes, over the ends of lines", async () => {
  const page = await open({ wrap: "2" }, { style: "--timeside-lines-height: 700px" });
  await page.waitForFunction(() => Math.abs(high(".lines-all") - 1080) < 1);
  const at = await strips(page);
  await page.mouse.move(...at(3));
  await page.waitForFunction(() => getComputedStyle(inside(".lines")).cursor === "move");
  await page.mouse.move(...at(1));
  await page.waitForFunction(() => getComputedStyle(inside(".lines")).cursor === "ew-resize");
  await page.mouse.move(...at(6.5));
  await page.waitForFunction(() => getComputedStyle(inside(".lines")).cursor === "crosshair");
  // By its piece in the second line into the third, and on.
  await page.keyboard.down("Alt");
  await drag(page, at(3), at(4.2), at(5.5));
  await page.waitForFunction(() => /^0:03\.(498|499|5\d\d) – 0:07\.\d\d\d · 0:04\.000$/.test(inside(".lines .chip")?.textContent));
  assert.deepEqual(await page.evaluate(() => inside(".snap-line")), null, "Alt holds on to nothing");
  await page.mouse.up();
  near(await times(page, "one 0"), [3.5, 7.5]);
  assert.equal(await page.evaluate(() => inside(".lines").scrollTop), 0);
  await page.keyboard.up("Alt");
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => player.annotations.get("one 0").start === 1);
  // Its begin, which lies in the first line, into the second; then given up.
  await drag(page, at(1), at(1.4), at(2.6));
  await page.waitForFunction(() => player.annotations.get("one 0").start > 2.5);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  assert.deepEqual(await times(page, "one 0"), [1, 5]);
  assert.deepEqual(await page.evaluate(() => player.annotations.selected), ["one 0"]);
  // Its end, two lines further down, near to the moment of the other tier, which it holds on to.
  await page.evaluate(() => player.annotations.change([{ add: { id: "there", tier: "t1", start: 7.3 } }]));
  await drag(page, at(5), at(5.5), at(7.31));
  await page.waitForFunction(() => player.annotations.get("one 0").end === 7.3);
  const line = await box(page, ".snap-line");
  const [x, y] = at(7.3);
  assert.ok(Math.abs(line.left - x) < 1.5 && line.top < y && line.top + line.height > y, "the line stands where it holds on");
  await page.mouse.up();
  assert.deepEqual(await times(page, "one 0"), [1, 7.3]);
  // A new one, from one line into the next; one step of the history.
  const before = await page.evaluate(() => player.annotations.list().length);
  await page.keyboard.down("Alt");
  await drag(page, at(7.7), at(7.9), at(8.4), at(9));
  await page.mouse.up();
  await page.keyboard.up("Alt");
  const made = await page.evaluate(() => player.annotations.selected[0]);
  near(await times(page, made), [7.7, 9]);
  assert.equal(await page.evaluate((id) => player.annotations.get(id).tier, made), "t0");
  await page.keyboard.press("Control+z");
  assert.equal(await page.evaluate(() => player.annotations.list().length), before);
  // A click makes a moment where there are such.
  await page.mouse.click(...at(6.4, 1));
  const moment = await page.evaluate(() => player.annotations.selected[0]);
  near(await times(page, moment), [6.4, 6.4]);
  // With Shift a rubber band, from line to line, takes what lies in it.
  await page.keyboard.down("Shift");
  await drag(page, at(6.2), at(7.6), at(7.6, 1));
  await page.waitForFunction(() => inside(".lines .band")?.getBoundingClientRect().height > 15);
  await page.mouse.up();
  await page.keyboard.up("Shift");
  assert.deepEqual(await page.evaluate(() => player.annotations.selected.toSorted()), ["one 0", moment, "there"].toSorted());
  // Two clicks open the text.
  await page.mouse.dblclick(...at(3));
  await page.locator("timeside-player .tier-field").fill("twice");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => player.annotations.get("one 0").label === "twice");
  await done(page);
});

test("a drag beyond the window of the lines takes them along, and what is locked stays where it is", async () => {
  const page = await open({ wrap: "2" });
  await page.waitForFunction(() => Math.abs(high(".lines-all") - 1080) < 1);
  const at = await strips(page);
  const pane = await box(page, ".lines");
  await page.keyboard.down("Alt");
  await drag(page, at(3));
  for (let n = 0; n < 40; n++) await page.mouse.move(at(3)[0] + (n % 2), pane.top + pane.height + 30);
  await page.waitForFunction(() => inside(".lines").scrollTop > 500 && player.annotations.get("one 0").start > 11);
  await page.mouse.up();
  await page.keyboard.up("Alt");
  await page.evaluate(() => (inside(".lines").scrollTop = 0));
  await page.keyboard.press("Control+z");
  await page.evaluate(() => {
    player.readonly = true;
    inside(".lines").scrollTop = 0;
  });
  await page.waitForFunction(() => inside(".lines").scrollTop === 0 && player.annotations.get("one 0").start === 1);
  const now = await strips(page);
  await drag(page, now(3), now(3.5));
  await page.mouse.up();
  assert.deepEqual(await times(page, "one 0"), [1, 5]);
  await page.mouse.click(...now(3));
  await page.waitForFunction(() => player.annotations.selected[0] === "one 0");
  await done(page);
});

test("in wrapped lines a finger taps, rests and drags, takes a border, and scrolls otherwise", async () => {
  const page = await open({ wrap: "4" }, { context: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } });
  const line = 64 + 2 * 44 + 4;
  await page.waitForFunction((height) => Math.abs(high(".lines-all") - height) < 1, 5 * line);
  const pane = await box(page, ".lines");
  const at = (secs) => ({ x: pane.left + ((secs % 4) / 4) * pane.width, y: pane.top + Math.floor(secs / 4) * line + 64 + 22 });
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, point) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: point ? [point] : [] });
  await page.touchscreen.tap(at(2).x, at(2).y);
  await page.waitForFunction(() => player.annotations.selected[0] === "one 0");
  // Its border, taken at once and from as far as a finger is wide: it ends in the second line.
  await touch("touchStart", { x: at(5).x + 12, y: at(5).y });
  for (const secs of [5.4, 6, 6.5]) await touch("touchMove", at(secs));
  await touch("touchEnd");
  await page.waitForFunction(() => Math.abs(player.annotations.get("one 0").end - 6.5) < 0.02);
  assert.equal(await page.evaluate(() => inside(".lines").scrollTop), 0);
  // A finger that rests takes the whole, and carries it into the next line; one that does not scrolls.
  await touch("touchStart", at(2));
  await page.waitForTimeout(600);
  for (const secs of [2.2, 4.4, 6]) await touch("touchMove", at(secs));
  await touch("touchEnd");
  await page.waitForFunction(() => Math.abs(player.annotations.get("one 0").start - 5) < 0.02);
  assert.equal(await page.evaluate(() => inside(".lines").scrollTop), 0);
  await touch("touchStart", at(10));
  for (const secs of [6, 5, 2, 1]) await touch("touchMove", at(secs));
  await touch("touchEnd");
  await page.waitForFunction(() => inside(".lines").scrollTop > 50);
  assert.equal(await page.evaluate(() => player.annotations.list().length), 4);
  await done(page);
});

test("a snapshot of wrapped lines holds what is seen of them, in any size, and hands still find everything", async () => {
  const page = await open({ wrap: "2" });
  await page.waitForFunction(() => Math.abs(high(".lines-all") - 1080) < 1);
  await page.evaluate(() => {
    player.currentTime = 5;
    inside(".lines").scrollTop = 54;
  });
  await page.waitForFunction(() => /polygon/.test(inside(".lines-window > div").style.clipPath) && Math.abs(player.currentTime - 5) < 0.01 && inside(".lines").scrollTop === 54);
  const at = await strips(page);
  // The wave of these lines has come, and is painted as played too.
  for (let look = 0; look < 100 && (await colours(page, 1, 100, 54 + 30, 50, 40)) === 1; look++) await page.waitForTimeout(50);
  const seen = await page.evaluate(async () => {
    const pane = inside(".lines");
    const size = { wide: pane.clientWidth, high: pane.clientHeight };
    const read = async (options, ...places) => {
      const picture = await player.snapshot(options);
      const bitmap = await createImageBitmap(picture);
      const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      pen.drawImage(bitmap, 0, 0);
      const scale = bitmap.width / size.wide;
      const pixels = places.map(([x, y]) => [...pen.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data]);
      return { type: picture.type, width: bitmap.width, height: bitmap.height, pixels };
    };
    // Beside the text in the bar of the third line, and where that line has nothing; in its wave, before and after the playhead.
    const top = 2 * 108 - 54;
    const places = [[0.3 * size.wide, top + 74], [0.7 * size.wide, top + 74], [0.2 * size.wide + 0.3, top + 40], [0.8 * size.wide + 0.3, top + 40]];
    const svg = await (await player.snapshot({ type: "image/svg+xml" })).text();
    const tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    return {
      size,
      plain: await read({ scale: 1 }, ...places),
      large: await read({ scale: 3 }, ...places),
      svg: {
        width: Number(tree.documentElement.getAttribute("width")),
        height: Number(tree.documentElement.getAttribute("height")),
        texts: [...tree.getElementsByTagName("text")].map((text) => text.textContent),
        images: tree.getElementsByTagName("image").length,
        bars: [...tree.getElementsByTagName("path")].filter((path) => path.getAttribute("d").includes("a3 3 ")).length,
        clips: [...tree.querySelectorAll("clipPath path")].map((path) => path.getAttribute("d")),
      },
    };
  });
  const { wide, high } = seen.size;
  assert.deepEqual([seen.plain.type, seen.plain.width, seen.plain.height], ["image/png", wide, high]);
  assert.deepEqual([seen.large.width, seen.large.height], [3 * wide, 3 * high]);
  for (const { pixels: [bar, empty, played, ahead] } of [seen.plain, seen.large]) {
    assert.notDeepEqual(bar, empty, "the piece of an annotation");
    assert.ok(bar[2] > bar[0] + 20, `the first tier is blue: ${bar}`);
    assert.notDeepEqual(played, ahead, "what is played");
    assert.ok(played[0] > ahead[0] + 40, `and has the accent: ${played} ${ahead}`);
  }
  assert.deepEqual([seen.svg.width, seen.svg.height, seen.svg.images], [wide, high, 0]);
  const count = (words) => seen.svg.texts.filter((text) => text === words).length;
  // Of five lines that are seen, the first cut at its top; what goes on over three has its text in each.
  assert.deepEqual(["0:00", "0:02", "0:04", "0:06", "0:08", "0:10", "one 0", "one 1", "two 0"].map(count), [1, 1, 1, 1, 1, 0, 3, 1, 0], seen.svg.texts.join(" | "));
  assert.equal(seen.svg.bars, 3, "a piece with round corners in each of three lines");
  assert.ok(seen.svg.clips.some((path) => path.includes(`L${Math.round(wide / 2)}`) || path.includes(`L${wide / 2}`)), "the played part ends at the playhead");
  // What was painted three times as large is not what hands look up.
  await page.mouse.click(...at(3));
  await page.waitForFunction(() => player.annotations.selected[0] === "one 0");
  await done(page);
});
