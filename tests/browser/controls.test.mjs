// Controls of the annotations: who annotates, snapping, folded tiers, counts in words, guarded formulas, layers heard.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({ setup: (server) => server.write("tone.wav", sine({ seconds: 20 })) });

/** A page with an element, its recording open, without a spectrogram; the same again after a reload. */
async function opened(page, lang) {
  page ??= await host.open("/test/blank.html", { viewport: { width: 1280, height: 1000 } });
  await page.evaluate(async (lang) => {
    await import("/timeside/player.js");
    const player = document.createElement("timeside-player");
    player.controls = true;
    if (lang) player.lang = lang;
    player.setAttribute("autosave", "off");
    player.layers = "waveform";
    player.src = "/files/tone.wav";
    document.body.append(player);
    if (!player.media) await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    globalThis.player = player;
    player.muted = true;
  }, lang);
  await page.locator("[data-phase=ready]").waitFor();
  return page;
}

const panel = (page) => page.locator("[data-panel=annotations]");
const open = (page) => page.getByRole("toolbar").getByRole("button", { name: "Annotations", exact: true }).click();
const tab = (page, name) => panel(page).getByRole("tab", { name, exact: true });
const list = (page) => page.evaluate(() => player.annotations.list());

test("the author is asked once, kept, and put into what hands make and change", async () => {
  const page = await opened();
  assert.equal(await page.evaluate(() => player.annotations.author), "");
  await open(page);
  // By keys: the last of the tabs, its first field.
  await tab(page, "Table").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Ada Lovelace");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => player.annotations.author), "Ada Lovelace");
  await page.evaluate(() => {
    player.currentTime = 4;
    player.focus();
  });
  await page.keyboard.press("m");
  await page.waitForFunction(() => player.annotations.list().length === 1);
  assert.equal((await list(page))[0].author, "Ada Lovelace");
  // A program names its own authors; what a hand then changes of it is the hand's.
  await page.evaluate(() => {
    player.annotations.tiers.add({ id: "words", name: "Words", kind: "spans" });
    player.annotations.add({ id: "w", tier: "words", start: 6, end: 8, author: "whisper" });
    player.annotations.add({ id: "v", tier: "words", start: 9, end: 10 });
    player.annotations.select("w");
  });
  assert.equal(await page.evaluate(() => player.annotations.get("v").author), undefined);
  await tab(page, "Table").click();
  const inspector = panel(page).getByRole("complementary");
  await inspector.getByRole("textbox", { name: "Author" }).waitFor();
  assert.equal(await inspector.getByRole("textbox", { name: "Author" }).inputValue(), "whisper");
  await inspector.getByRole("textbox", { name: "Label" }).fill("hello");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => player.annotations.get("w").author === "Ada Lovelace");
  assert.equal(await inspector.getByRole("textbox", { name: "Author" }).inputValue(), "Ada Lovelace");
  // An author that is written there stays.
  await inspector.getByRole("textbox", { name: "Author" }).fill("Bert");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => player.annotations.get("w").author === "Bert");
  await page.reload();
  await opened(page);
  assert.equal(await page.evaluate(() => player.annotations.author), "Ada Lovelace");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a dragged edge snaps to events of the layers shown, as the panel says", async () => {
  const page = await opened();
  await page.evaluate(() => {
    player.layers.add({ id: "beats", kind: "events", items: [{ start: 10 }, { start: 12.5 }] });
    player.annotations.tiers.add({ id: "words", name: "Words", kind: "spans" });
    player.annotations.add({ id: "w", tier: "words", start: 5, end: 8 });
  });
  await open(page);
  await tab(page, "Annotating").click();
  const lane = page.locator("timeside-player [role=grid]").first();
  await lane.waitFor();
  await lane.scrollIntoViewIfNeeded();
  /** Drags the end of the annotation to five pixels behind a time; where it came to stand. */
  const dragged = async (secs) => {
    const box = await lane.boundingBox();
    const x = (at) => box.x + (at / 20) * box.width;
    const y = box.y + box.height / 2;
    const end = await page.evaluate(() => player.annotations.get("w").end);
    await page.mouse.move(x(end) - 2, y);
    await page.mouse.down();
    await page.mouse.move(x(end) + 20, y, { steps: 3 });
    await page.mouse.move(x(secs) + 5, y, { steps: 3 });
    await page.mouse.up();
    return page.evaluate(() => player.annotations.get("w").end);
  };
  assert.equal(await dragged(12.5), 12.5);
  const events = panel(page).getByRole("checkbox", { name: "to events of the layers shown, such as beats" });
  await events.click();
  assert.equal(await page.evaluate(() => player.annotations.settings.snap.events), false);
  const free = await dragged(10);
  assert.ok(free > 10.01 && free < 10.3, `without events: ${free}`);
  await events.focus();
  await page.keyboard.press("Space");
  assert.equal(await dragged(12.5), 12.5);
  await page.evaluate(() => player.layers.configure("beats", { visible: false }));
  const hidden = await dragged(10);
  assert.ok(hidden > 10.01 && hidden < 10.3, `with the layer hidden: ${hidden}`);
  // A grid of half a second, though nothing is there.
  await panel(page).getByRole("spinbutton", { name: "to a grid of so many ms (0: none)" }).fill("500");
  await page.keyboard.press("Tab");
  assert.equal(await dragged(14.5), 14.5);
  await panel(page).getByRole("checkbox", { name: "Dragged edges snap" }).click();
  assert.ok(await events.isDisabled());
  const off = await dragged(11.5);
  assert.ok(off > 11.51 && off < 11.8, `switched off: ${off}`);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("settings are kept, also those that the page has set; nonsense changes nothing", async () => {
  const page = await opened();
  const told = await page.evaluate(() => {
    let told = 0;
    player.addEventListener("annotatingchange", () => told++);
    player.annotations.settings = { reactionMs: 120, snap: { gridSecs: 0.25, zeroCrossings: true } };
    player.annotations.settings = { reactionMs: "soon", snap: null, speakEntries: 1 };
    return told;
  });
  assert.equal(told, 2);
  await open(page);
  await tab(page, "Annotating").click();
  const reaction = panel(page).getByRole("spinbutton", { name: "Reaction time (ms)" });
  assert.equal(await reaction.inputValue(), "120");
  await reaction.fill("9999");
  await page.keyboard.press("Tab");
  assert.equal(await reaction.inputValue(), "2000");
  await panel(page).getByRole("checkbox", { name: "Speak each annotation as it begins" }).check();
  await page.reload();
  // Asked before the recording is open, and after.
  const early = await page.evaluate(async () => {
    await import("/timeside/player.js");
    return document.createElement("timeside-player").annotations.settings;
  });
  await opened(page);
  const kept = { reactionMs: 2000, speakEntries: true, snap: { on: true, gridSecs: 0.25, boundaries: true, events: true, zeroCrossings: true, playhead: true } };
  assert.deepEqual(early, kept);
  assert.deepEqual(await page.evaluate(() => player.annotations.settings), kept);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a tier is folded away and shown again, in the panel and in its legend", async () => {
  const page = await opened();
  await page.evaluate(() => {
    for (const name of ["Birds", "Frogs"]) player.annotations.tiers.add({ id: name.toLowerCase(), name, kind: "spans", vocabulary: ["near", "far"] });
  });
  await open(page);
  await tab(page, "Tiers").click();
  const eye = panel(page).getByRole("button", { name: "Show Birds" });
  const lanes = () => page.locator("timeside-player .tier-legend .tier-name").allTextContents();
  assert.equal(await eye.getAttribute("aria-pressed"), "true");
  assert.deepEqual(await lanes(), ["Birds", "Frogs"]);
  await eye.click();
  await page.waitForFunction(() => player.annotations.tiers.list()[0].hidden === true);
  assert.equal(await eye.getAttribute("aria-pressed"), "false");
  assert.deepEqual(await lanes(), ["Frogs"]);
  // Its buttons show under the pointer.
  await page.locator("timeside-player .tier-legend", { hasText: "Frogs" }).hover();
  await page.getByRole("button", { name: "Fold away Frogs" }).click();
  await page.waitForFunction(() => player.annotations.tiers.list()[1].hidden === true);
  const frogs = panel(page).getByRole("button", { name: "Show Frogs" });
  assert.equal(await frogs.getAttribute("aria-pressed"), "false");
  await frogs.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !player.annotations.tiers.list()[1].hidden);
  assert.deepEqual(await lanes(), ["Frogs"]);
  assert.deepEqual(await panel(page).locator(".ann-words li").allTextContents(), ["near1", "far2"]);
  const thrown = await page.evaluate(() => {
    try {
      player.annotations.tiers.show("bats", true);
    } catch ({ code, details }) {
      return [code, details.reason];
    }
  });
  assert.deepEqual(thrown, ["bad-annotations", "unknown-tier"]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("counts are said in the forms of the language", async () => {
  const counts = async (lang) => {
    const page = await opened(undefined, lang);
    const said = [];
    await page.evaluate(() => void player.annotations.tiers.add({ id: "t", name: "T", kind: "spans" }));
    const grid = page.locator("timeside-player .tier-grid").first();
    await grid.waitFor();
    for (const count of [0, 1, 2, 3, 11, 100]) {
      await page.evaluate((count) => {
        const { annotations } = player;
        annotations.clear();
        annotations.change(Array.from({ length: count }, (_, i) => ({ add: { tier: "t", start: i / 10, end: i / 10 + 0.05 } })));
      }, count);
      await page.waitForTimeout(60);
      said.push((await grid.getAttribute("aria-label")).replace("T, ", ""));
    }
    await page.close();
    return said;
  };
  const english = (await counts("en")).join("; ");
  assert.equal(english, "0 annotations; 1 annotation; 2 annotations; 3 annotations; 11 annotations; 100 annotations");
  const arabic = await counts("ar");
  assert.deepEqual(arabic, ["لا تعليقات", "تعليق واحد", "تعليقان", "3 تعليقات", "11 تعليقًا", "100 تعليق"]);
  assert.equal((await counts("fr"))[0], "0 annotation");
});

test("formulas are guarded in tables for spreadsheets, and only when asked for", async () => {
  const page = await opened();
  await page.evaluate(() => {
    player.annotations.tiers.add({ id: "t", name: "T", kind: "spans" });
    player.annotations.add({ tier: "t", start: 1, end: 2, label: "=1+1" });
  });
  await open(page);
  await tab(page, "Import and export").click();
  const format = panel(page).getByRole("combobox", { name: "Format" });
  const guard = panel(page).getByRole("checkbox", { name: "Guard formulas" });
  await format.selectOption("json");
  assert.equal(await guard.count(), 0);
  await format.selectOption("csv");
  const saved = async () => {
    const save = panel(page).getByRole("button", { name: "Save the file" });
    await page.waitForTimeout(200);
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const stream = await download.createReadStream();
    const parts = [];
    for await (const part of stream) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  assert.equal(await guard.isChecked(), false);
  const bare = await saved();
  assert.match(bare, /,=1\+1/);
  await guard.check();
  assert.match(await saved(), /'=1\+1/);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a layer that is set to be heard is, by its settings and by the panel, until it is gone", async () => {
  const page = await opened();
  await page.evaluate(() => {
    player.layers.add({ id: "beats", kind: "events", items: [{ start: 1 }, { start: 2 }], sonify: true });
    player.layers.add({ id: "tune", kind: "notes", items: [{ start: 1, end: 2, value: 69 }] });
  });
  const heard = (keys) => page.waitForFunction((keys) => JSON.stringify(player.playback.sonified) === JSON.stringify(keys), keys);
  await heard(["layer beats"]);
  await page.evaluate(() => player.layers.configure("tune", { sonify: true }));
  await heard(["layer beats", "layer tune"]);
  await page.getByRole("toolbar").getByRole("button", { name: "Layers", exact: true }).click();
  const row = page.locator("[data-panel=layers] [data-layer=beats]");
  await row.getByRole("button", { name: /^Settings of/ }).click();
  const box = row.getByRole("checkbox", { name: "Heard with the sound" });
  assert.ok(await box.isChecked());
  await box.click();
  await heard(["layer tune"]);
  await box.focus();
  await page.keyboard.press("Space");
  await heard(["layer tune", "layer beats"]);
  await page.evaluate(() => player.layers.remove("tune"));
  await heard(["layer beats"]);
  const refused = await page.evaluate(() => {
    try {
      player.layers.configure("waveform", { sonify: true });
    } catch ({ code }) {
      return code;
    }
  });
  assert.equal(refused, "bad-parameter");
  // Heard indeed: two clicks are scheduled while it plays over them.
  const clicks = await page.evaluate(async () => {
    let clicks = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      clicks++;
      return start.call(this, when);
    };
    player.currentTime = 0.8;
    await player.play();
    while (player.currentTime < 2.2) await new Promise((resolve) => setTimeout(resolve, 50));
    player.pause();
    return clicks;
  });
  assert.ok(clicks >= 2, `${clicks} clicks`);
  assert.deepEqual(page.said, []);
  await page.close();
});
