// The panels of <timeside-player>: fetched when asked for, analyses by form, layers, keys.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { bed, test } from "./harness.mjs";
import { sine, wav } from "./wav.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Twenty minutes of silence: long enough to be cancelled. */
const long = () => wav({ rate: 44_100, bytes: 2 * 44_100 * 1200 });

const host = bed({
  setup: (server) => {
    server.write("tone.wav", sine({ seconds: 4 }));
    server.write("long.wav", long());
  },
});

/** A page with one element; `page.asked` are the addresses it fetches. */
async function opened(source = "/files/tone.wav", context = { viewport: { width: 1000, height: 900 } }) {
  const page = await host.open("/test/blank.html", context);
  page.asked = [];
  page.on("request", (request) => page.asked.push(new URL(request.url()).pathname));
  await mount(page, source);
  return page;
}

async function mount(page, source) {
  await page.evaluate(async (source) => {
    await import("/timeside/player.js");
    const player = document.createElement("timeside-player");
    player.controls = true;
    player.src = source;
    document.body.append(player);
    if (!player.media) await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    globalThis.player = player;
    player.muted = true;
  }, source);
  await page.locator("[data-phase=ready], [data-phase=reading]").waitFor();
}

/** What has the focus inside the element: its class, label or text. */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement } = player.shadowRoot;
    return activeElement && (activeElement.getAttribute("aria-label") ?? activeElement.className);
  });

const panel = (page, name) => page.getByRole("region", { name, exact: true });
const bar = (page) => page.getByRole("toolbar");

test("nothing of the panels is fetched before the first is opened; Escape and the button give the focus back", async () => {
  const page = await opened();
  const fetched = () => page.asked.filter((path) => path.includes("workbench"));
  assert.deepEqual(fetched(), []);
  await page.evaluate(() => player.focus());
  const before = await focused(page);
  await page.keyboard.press("?");
  await panel(page, "Keys").waitFor();
  assert.deepEqual(fetched(), ["/timeside/workbench.js", "/timeside/workbench.wasm"]);
  await page.keyboard.press("Escape");
  await panel(page, "Keys").waitFor({ state: "detached" });
  assert.equal(await focused(page), before);

  const button = bar(page).getByRole("button", { name: "Analyze" });
  await button.click();
  await panel(page, "Analyze").waitFor();
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await page.waitForFunction(() => player.shadowRoot.activeElement?.type === "search");
  // One panel at a time, and a key opens each.
  await bar(page).getByRole("button", { name: "Layers" }).focus();
  await page.keyboard.press("Shift+L");
  await panel(page, "Layers").waitFor();
  assert.equal(await panel(page, "Analyze").count(), 0);
  await panel(page, "Layers").getByRole("button", { name: "Close Layers" }).click();
  await panel(page, "Layers").waitFor({ state: "detached" });
  assert.equal(await focused(page), "Layers");
  assert.equal(fetched().length, 2);
  assert.deepEqual(page.said, []);
  await page.close();
});

/** Opens the form of an analyzer by searching it. */
async function choose(page, search, name) {
  if ((await panel(page, "Analyze").count()) === 0) await bar(page).getByRole("button", { name: "Analyze" }).click();
  const box = panel(page, "Analyze").getByRole("searchbox");
  await box.fill(search);
  await panel(page, "Analyze").getByRole("button", { name, exact: false }).first().click();
  return panel(page, "Analyze").getByRole("form");
}

test("an analysis by form: errors at their fields, a stretch, the result, again with other parameters, as a file", async () => {
  const page = await opened();
  const form = await choose(page, "onset_detection_function", "Onset detection function");
  const block = form.getByLabel("Input blocksize");
  assert.equal(await block.inputValue(), "1024");

  // What the description rules out is told without asking the engine.
  await block.fill("3.5");
  await form.getByRole("button", { name: "Run" }).click();
  assert.equal(await block.getAttribute("aria-invalid"), "true");
  await form.getByText("must be a whole number").waitFor();
  await block.fill("0");
  await block.press("Enter");
  await form.getByText("must be 1 … 131072").waitFor();
  await page.waitForFunction(() => player.shadowRoot.activeElement?.name === "input_blocksize");

  // What only the engine knows comes back to the field that it names.
  await choose(page, "pyin", "pYIN");
  await form.getByLabel("Fmin").fill("900");
  await form.getByLabel("Fmax").fill("300");
  await form.getByRole("button", { name: "Run" }).click();
  const refused = form.locator("[aria-invalid=true]");
  await refused.waitFor();
  assert.equal(await refused.getAttribute("name"), "fmax");
  const history = panel(page, "Analyze").getByRole("list", { name: "Analyses of this recording" });
  assert.equal(await history.count(), 0, "a refused analysis leaves nothing behind");

  // A stretch: what is selected.
  await choose(page, "onset_detection_function", "Onset detection function");
  await block.fill("512");
  await page.evaluate(() => {
    player.currentTime = 1;
    player.focus();
  });
  await page.keyboard.press("[");
  await page.evaluate(() => (player.currentTime = 2));
  await page.waitForFunction(() => Math.abs(player.currentTime - 2) < 0.01);
  await page.keyboard.press("]");
  await form.getByLabel("Input stepsize").fill("256");
  await form.getByLabel("Part").selectOption("selection");
  const result = page.evaluate(
    () =>
      new Promise((resolve) =>
        player.addEventListener("analysisresult", ({ detail: { result } }) => resolve({ id: result.id, rows: result.shape[0], audio: result.audio, frame: result.frame }), { once: true }),
      ),
  );
  await form.getByRole("button", { name: "Run" }).click();
  const { id, rows, audio, frame } = await result;
  assert.equal(id, "onset_detection_function");
  assert.ok(Math.abs(audio.start - 1) < 0.001 && Math.abs(audio.duration - 1) < 0.001, JSON.stringify(audio));
  assert.deepEqual([frame.blocksize, frame.stepsize], [512, 256]);
  assert.ok(rows > 100, `${rows} rows`);
  await history.getByText("input_blocksize = 512, input_stepsize = 256").waitFor();
  assert.match(await history.locator(".facts").first().textContent(), /0:01\.000 – 0:02\.000/);
  // It is a lane, and a card of numbers.
  await page.locator("timeside-player .results .card").waitFor();

  // Again, with its parameters in the form.
  await choose(page, "level", "Level");
  await history.getByRole("button", { name: /Change and run again/ }).click();
  assert.equal(await form.getByLabel("Input blocksize").inputValue(), "512");

  // As files.
  const [json] = await Promise.all([page.waitForEvent("download"), history.getByRole("button", { name: /^JSON/ }).click()]);
  assert.equal(json.suggestedFilename(), "tone.onset_detection_function.json");
  const container = JSON.parse(readFileSync(await json.path(), "utf8"));
  assert.equal(container[0].id_metadata.id, "onset_detection_function");
  const [csv] = await Promise.all([page.waitForEvent("download"), history.getByRole("button", { name: /^CSV/ }).click()]);
  const lines = readFileSync(await csv.path(), "utf8").trimEnd().split("\r\n");
  assert.equal(lines[0], "result,unit,time,duration,label,value_1");
  assert.equal(lines.length, rows + 1);
  assert.equal(Number(lines[1].split(",")[2]), 1, "times are those of the recording");

  // Away, and its results with it.
  await history.getByRole("button", { name: /^Remove/ }).click();
  await history.waitFor({ state: "detached" });
  assert.equal(await page.locator("timeside-player .results .card").count(), 0);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a running analysis tells how far it is and can be cancelled; favourites and what was run are remembered", async () => {
  const page = await opened("/files/long.wav");
  const form = await choose(page, "pyin", "pYIN");
  await panel(page, "Analyze").getByRole("button", { name: /^Favourite/ }).first().click();
  await form.getByRole("button", { name: "Run" }).click();
  const history = panel(page, "Analyze").getByRole("list", { name: "Analyses of this recording" });
  await history.getByRole("progressbar").waitFor();
  await history.getByRole("button", { name: /^Cancel/ }).click();
  await history.getByText("cancelled").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("timeside-player .results").getByText("cancelled").waitFor();

  await page.reload();
  await page.waitForFunction(() => globalThis.timeside);
  await mount(page, "/files/tone.wav");
  await bar(page).getByRole("button", { name: "Analyze" }).click();
  for (const list of ["Favourites", "Run before"]) {
    await panel(page, "Analyze").getByRole("list", { name: list }).getByRole("button", { name: "pYIN" }).first().waitFor();
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("keys are searched, changed, taken from others, kept, and given back", async () => {
  const page = await opened();
  const follow = () => page.evaluate(() => player.view.followMode === "page");
  const open = async () => {
    await page.evaluate(() => player.focus());
    await page.keyboard.press("?");
    await panel(page, "Keys").waitFor();
  };
  await open();
  const keys = panel(page, "Keys");
  await keys.getByRole("searchbox").fill("follow");
  assert.equal(await keys.locator("li").count(), 1);
  await keys.getByRole("searchbox").fill("");
  // Escape while a key is awaited changes nothing, and does not close.
  const chord = keys.getByRole("button", { name: "Change the keys of Follow the playhead" });
  await chord.click();
  await page.keyboard.press("Escape");
  assert.equal(await chord.locator("kbd").textContent(), "F");
  // Z is another command's: it loses it, and that is said.
  await chord.click();
  await page.keyboard.press("z");
  await keys.getByText("Follow the playhead: Z, is taken from Zoom to the selection").waitFor();
  assert.equal(await chord.locator("kbd").textContent(), "Z");
  await keys.getByText("no key").waitFor();
  await page.evaluate(() => player.focus());
  assert.equal(await follow(), true);
  await page.keyboard.press("f");
  assert.equal(await follow(), true);
  await page.keyboard.press("z");
  assert.equal(await follow(), false);

  // The next visit knows them before any panel is opened.
  await page.reload();
  await page.waitForFunction(() => globalThis.timeside);
  await mount(page, "/files/tone.wav");
  await page.evaluate(() => player.focus());
  await page.keyboard.press("z");
  assert.equal(await follow(), false);
  await page.evaluate(() => player.setAttribute("hotkeys", "noz"));
  await page.keyboard.press("z");
  assert.equal(await follow(), false, "the attribute still wins");
  await page.evaluate(() => player.removeAttribute("hotkeys"));

  await open();
  await keys.getByRole("button", { name: "All keys as they were" }).click();
  assert.equal(await keys.getByText("no key").count(), 0);
  await page.evaluate(() => player.focus());
  await page.keyboard.press("f");
  // It stood at “centre”: the next is “off”.
  assert.equal(await page.evaluate(() => player.view.followMode), "off");
  assert.equal(await page.evaluate(() => localStorage.getItem("timeside-keys")), null);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("layers: seen or not, their order by keys and buttons, the settings of each, refusals in words", async () => {
  const page = await opened();
  const list = () => page.evaluate(() => player.layers.describe().map(({ id, visible, opacity }) => ({ id, visible, opacity })));
  await bar(page).getByRole("button", { name: "Layers" }).click();
  const layers = panel(page, "Layers");
  const rows = layers.getByRole("listitem");
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2);
  await layers.getByRole("checkbox", { name: "Waveform" }).uncheck();
  assert.equal((await list()).find(({ id }) => id === "waveform").visible, false);
  await layers.getByRole("checkbox", { name: "Waveform" }).check();

  // Down by its button, up again by a key.
  await layers.getByRole("button", { name: "Move down Waveform" }).click();
  assert.deepEqual((await list()).map(({ id }) => id), ["spectrogram", "waveform"]);
  await layers.getByRole("checkbox", { name: "Waveform" }).focus();
  await page.keyboard.press("Alt+ArrowUp");
  assert.deepEqual((await list()).map(({ id }) => id), ["waveform", "spectrogram"]);
  // By drag.
  const grip = rows.first().locator(".grip");
  const from = await grip.boundingBox();
  const to = await rows.last().boundingBox();
  await page.mouse.move(from.x + 5, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + 5, to.y + to.height - 2, { steps: 8 });
  await page.mouse.up();
  assert.deepEqual((await list()).map(({ id }) => id), ["spectrogram", "waveform"]);

  // The button in a lane's legend opens the settings of that layer.
  await layers.getByRole("button", { name: "Close Layers" }).click();
  await page.getByRole("button", { name: "Spectrogram settings" }).click();
  const group = layers.getByRole("group", { name: "Spectrogram settings" });
  await group.getByLabel("Opacity").fill("0.5");
  await group.getByLabel("Frequency", { exact: true }).selectOption("log");
  const told = await page.evaluate(() => {
    const { opacity, scale } = player.layers.describe().find(({ id }) => id === "spectrogram");
    return { opacity, scale };
  });
  assert.deepEqual(told, { opacity: 0.5, scale: "log" });
  // What `configure` refuses is told, not swallowed.
  await group.getByLabel("Height").fill("5");
  await group.getByLabel("Height").press("Tab");
  await layers.getByRole("alert").getByText(/height must be a number from 16 to 2000/).waitFor();
  await group.getByRole("button", { name: "Reset" }).click();
  assert.equal((await list()).find(({ id }) => id === "spectrogram").opacity, 1);
  assert.deepEqual(page.said, []);
  await page.close();
});

for (const [width, colorScheme] of [[1000, "light"], [360, "dark"]]) {
  test(`axe finds nothing in the panels, ${width} px, ${colorScheme}; nothing sticks out`, async () => {
    const page = await opened("/files/tone.wav", { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
    await page.evaluate(async () => {
      // What a page has of its own is not what is looked at.
      document.body.append(Object.assign(document.createElement("h1"), { textContent: "Test" }));
      const main = document.createElement("main");
      main.append(...document.body.children);
      document.body.append(main);
      await new Promise((resolve) => setTimeout(resolve));
      await player.analyze("level");
    });
    await page.evaluate(readFileSync(AXE, "utf8"));
    await choose(page, "onset_detection_function", "Onset detection function");
    for (const name of ["Analyze", "Layers", "Keys"]) {
      if ((await panel(page, name).count()) === 0) await bar(page).getByRole("button", { name, exact: true }).click();
      await panel(page, name).waitFor();
      const found = await page.evaluate(async (rules) => {
        const { violations } = await axe.run(document, { runOnly: rules });
        return violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => `${node.target.flat()} ${node.failureSummary}`) }));
      }, RULES);
      assert.deepEqual(found, [], `${name}: ${JSON.stringify(found, null, 1)}`);
      const wide = await page.evaluate(() => {
        const edge = player.getBoundingClientRect().right;
        const out = [...player.shadowRoot.querySelectorAll("#workbench *")].filter((node) => node.getBoundingClientRect().right > edge + 1);
        return out.map((node) => `${node.localName}.${node.className}`);
      });
      assert.deepEqual(wide, [], name);
    }
    assert.deepEqual(page.said, []);
    await page.close();
  });
}
