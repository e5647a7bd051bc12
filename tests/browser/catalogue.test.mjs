// The site's catalogue: every processor described, drawn from a sound, and run on a visitor's own file.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed();
const PARAGRAPHS = ["Measures", "Formula", "Source", "Good for"];

/** Opens the catalogue, and waits until our recording is open. */
async function catalogue(where = "", context) {
  const page = await host.open(`/analyzers/${where}`, context);
  await page.waitForFunction(() => document.querySelector("#example") && /kHz/.test(document.querySelector("#sound-facts").textContent) && document.querySelector(".entry"));
  return page;
}

/** Brings an entry into view, and waits until it is drawn or says why not. */
const drawn = (page, id) =>
  page.evaluate(async (id) => {
    const entry = document.getElementById(id);
    entry.scrollIntoView();
    const until = performance.now() + 120_000;
    const said = () => entry.querySelector(".run .error").textContent;
    const charts = () => [...entry.querySelectorAll("timeside-chart")];
    const isThere = () => entry.querySelector(".speed span").textContent && !entry.querySelector(".stale") && charts().every((chart) => chart.dataset.kind);
    while (!isThere() && !said() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    // The painting itself comes with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return {
      said: said(),
      speed: entry.querySelector(".speed span").textContent,
      paragraphs: [...entry.querySelectorAll(".doc p")].map((p) => [p.querySelector("strong")?.textContent ?? "", p.textContent.length]),
      pictures: charts().map(({ shadowRoot, dataset, description }) => {
        const canvas = shadowRoot.querySelector("canvas");
        const words = shadowRoot.querySelector("#word").textContent;
        if (canvas.hidden) return { kind: dataset.kind, words, description };
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return { kind: dataset.kind, inked: new Uint32Array(data.buffer).filter((pixel) => pixel !== 0).length / (canvas.width * canvas.height), label: canvas.getAttribute("aria-label"), description };
      }),
    };
  }, id);

test("every processor has an entry, and every analyzer four paragraphs and a picture", async () => {
  const page = await catalogue();
  const known = await page.evaluate(async () => (await (await import("/timeside/index.js")).processors()).map(({ id, kind }) => ({ id, kind })));
  const shown = await page.locator(".entry").evaluateAll((all) => all.map(({ id }) => id));
  assert.deepEqual(shown.toSorted(), known.filter(({ kind }) => kind === "analyzer" || kind === "effect").map(({ id }) => id).toSorted());
  const bad = [];
  for (const { id } of known.filter(({ kind }) => kind === "analyzer")) {
    const { said, speed, paragraphs, pictures } = await drawn(page, id);
    if (said || !speed) bad.push(`${id} is not drawn: ${said}`);
    for (const [i, begin] of PARAGRAPHS.entries()) {
      const [strong, length] = paragraphs[i] ?? ["", 0];
      if (!strong.startsWith(begin) || length < begin.length + 10) bad.push(`${id}: paragraph ${i + 1} is not “${begin}”`);
    }
    if (paragraphs.length !== PARAGRAPHS.length) bad.push(`${id}: ${paragraphs.length} paragraphs`);
    if (pictures.length === 0) bad.push(`${id} gives nothing`);
    for (const picture of pictures) {
      // Axes alone ink about a fiftieth of a percent of the pixels in lines, and some in texts.
      const isBlank = picture.kind === "picture" ? !(picture.inked > 0.005) : !picture.words;
      if (isBlank || !picture.description) bad.push(`${id} has a blank picture: ${JSON.stringify(picture)}`);
    }
  }
  assert.deepEqual(bad, []);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a dropped file is analysed; a wrong one is refused in words, and the good one stays", async () => {
  const page = await catalogue("#level");
  const drop = (name, type, bytes) =>
    page.evaluate(
      ([name, type, bytes]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([Uint8Array.from(bytes)], name, { type }));
        for (const kind of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
      },
      [name, type, [...bytes]],
    );
  await drop("mine.wav", "audio/wav", sine());
  await page.waitForFunction(() => document.querySelector("#sound-name").textContent === "mine.wav");
  const { speed, pictures } = await drawn(page, "level");
  assert.match(speed, /^1\.0.s of mine\.wav in [\d.]+.m?s$/u);
  const rms = pictures.find(({ description }) => /rms/i.test(description));
  assert.match(rms.words, /^−9\.03/, `the RMS of a sine at −6 dBFS: ${rms.words}`);
  await drop("notes.txt", "text/plain", Buffer.from("no sound at all ".repeat(60)));
  const error = page.locator("#sound-error");
  await error.waitFor();
  assert.match(await error.textContent(), /^notes\.txt could not be opened\. .{10}/);
  assert.equal(await page.locator("#sound-name").textContent(), "mine.wav");
  await page.locator("#level .run [type=submit]").click();
  await page.waitForFunction(() => /mine\.wav/.test(document.querySelector("#level .speed").textContent));
  const saving = page.waitForEvent("download");
  await page.locator("#level").getByRole("button", { name: "Download JSON" }).click();
  const download = await saving;
  assert.equal(download.suggestedFilename(), "mine.level.json");
  const { createReadStream } = await import("node:fs");
  const json = JSON.parse((await createReadStream(await download.path()).toArray()).join(""));
  assert.deepEqual(json.map(({ id_metadata }) => id_metadata.id), ["level.max", "level.rms"]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a bad parameter marks its field and says what is allowed; a good one is taken", async () => {
  const page = await catalogue("#spectrogram_analyzer");
  await drawn(page, "spectrogram_analyzer");
  const entry = page.locator("#spectrogram_analyzer");
  await entry.locator("summary", { hasText: "Parameters" }).click();
  const block = entry.getByLabel("input_blocksize");
  await block.fill("0");
  await block.press("Enter");
  const error = entry.locator(".field .error:not([hidden])");
  await error.waitFor();
  assert.match(await error.textContent(), /input_blocksize.*from 1 to/);
  assert.equal(await block.getAttribute("aria-invalid"), "true");
  assert.equal(await block.evaluate((input) => input === document.activeElement), true);
  await block.fill("512");
  await block.press("Enter");
  await page.waitForFunction(() => document.querySelector("#spectrogram_analyzer figcaption span").textContent.includes("257"));
  assert.equal(await block.getAttribute("aria-invalid"), null);
  assert.equal(await error.count(), 0);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("search, families, deep links and a stretch that does not exist, by keys alone", async () => {
  const page = await catalogue();
  const total = await page.locator(".entry").count();
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("loudness itu");
  await page.waitForFunction((total) => document.querySelectorAll(".entry:not([hidden])").length < total, total);
  assert.ok(await page.locator("#loudness_itu").isVisible());
  // A link to what is filtered away shows it.
  await page.evaluate(() => { location.hash = "#mean_dc_shift"; });
  await page.locator("#mean_dc_shift").waitFor();
  await page.getByLabel("Family").selectOption("Loudness");
  assert.ok(!(await page.locator("#mean_dc_shift").isVisible()));
  const start = page.locator("#sound-start");
  await start.focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("999");
  await page.keyboard.press("Tab");
  await page.locator("#sound-error").waitFor();
  assert.match(await page.locator("#sound-error").textContent(), /ends at/);
  assert.equal(await start.getAttribute("aria-invalid"), "true");
  // The whole of an entry is reached by Tab, each stop with a name and something that shows the focus.
  await page.locator("#loudness_itu header a").focus();
  const names = [];
  for (let press = 0; press < 5; press++) {
    await page.keyboard.press("Tab");
    names.push(await page.evaluate(() => {
      const { activeElement: at } = document;
      return { name: at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent, outline: getComputedStyle(at).outlineStyle };
    }));
  }
  assert.deepEqual(names.filter(({ name, outline }) => !name.trim() || outline === "none"), []);
  assert.ok(names.some(({ name }) => name.startsWith("Run on")), JSON.stringify(names));
  assert.deepEqual(page.said, []);
  await page.close();
});

test("<timeside-chart> draws every kind of result, and says what it shows", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    await import("/timeside/player.js");
    const base = { name: "Found", unit: "Hz", dataMode: "value", first: 0, audio: { start: 0, duration: 10 }, frame: { sampleRate: 10, blocksize: 1, stepsize: 1 } };
    const times = { time: Float64Array.of(1, 2, 5), duration: Float64Array.of(1, 2, 3) };
    const labels = { dataMode: "label", labels: { 0: "speech", 1: "music" }, data: Int32Array.of(0, 1, 0), shape: [3] };
    const three = { data: Float32Array.of(220, 440, 330), shape: [3] };
    const many = (columns) => ({ timeMode: "framewise", shape: [100, columns], data: Float32Array.from({ length: 100 * columns }, (_, i) => Math.sin(i / 9)) });
    const kinds = {
      value: { ...base, timeMode: "global", data: Float32Array.of(440), shape: [1] },
      word: { ...base, ...labels, timeMode: "global", data: Int32Array.of(1), shape: [1] },
      vector: { ...base, ...three, timeMode: "global", shape: [1, 3] },
      curve: { ...base, ...many(1), shape: [100] },
      curves: { ...base, ...many(3) },
      matrix: { ...base, ...many(40), yValue: Float64Array.from({ length: 40 }, (_, i) => 100 * i) },
      states: { ...base, ...labels, timeMode: "framewise", data: Int32Array.from({ length: 100 }, (_, i) => i & 16 ? 1 : 0), shape: [100] },
      events: { ...base, ...three, ...times, timeMode: "event" },
      marks: { ...base, ...times, ...labels, timeMode: "event" },
      steps: { ...base, ...three, ...times, timeMode: "segment" },
      lanes: { ...base, ...times, ...labels, timeMode: "segment" },
      nothing: { ...base, timeMode: "event", data: new Float32Array(0), shape: [0], time: new Float64Array(0), duration: new Float64Array(0) },
    };
    const seen = {};
    for (const [kind, result] of Object.entries(kinds)) {
      const chart = document.createElement("timeside-chart");
      document.body.append(chart);
      const painted = new Promise((resolve) => chart.addEventListener("draw", resolve, { once: true }));
      chart.result = result;
      await painted;
      const canvas = chart.shadowRoot.querySelector("canvas");
      const word = chart.shadowRoot.querySelector("#word");
      const colours = () => new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
      seen[kind] = word.hidden ? { colours: colours(), label: canvas.getAttribute("aria-label") } : { word: word.textContent };
      if (kind === "curve") {
        const again = new Promise((resolve) => chart.addEventListener("draw", resolve, { once: true }));
        chart.setAttribute("theme", "dark");
        await again;
        seen.dark = getComputedStyle(chart).colorScheme;
      }
      chart.remove();
    }
    return seen;
  });
  assert.equal(seen.value.word, "440\u202fHz");
  assert.equal(seen.word.word, "music");
  assert.match(seen.nothing.word, /nothing/i);
  assert.equal(seen.dark, "dark");
  for (const kind of ["vector", "curve", "curves", "matrix", "states", "events", "marks", "steps", "lanes"]) {
    assert.ok(seen[kind].colours >= 3 && seen[kind].label.startsWith("Found: "), `${kind}: ${JSON.stringify(seen[kind])}`);
  }
  assert.ok(seen.matrix.colours > 50, `a matrix has many colours: ${seen.matrix.colours}`);
  assert.match(seen.events.label, /3 events from 0:00\.0 to 0:10\.0, 220 to 440 Hz/);
  assert.deepEqual(page.said, []);
  await page.close();
});

for (const width of [320, 800, 1600, 3840]) {
  test(`the catalogue fits ${width} pixels, light and dark, and everything has a name`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await catalogue("", { viewport: { width, height: 900 }, colorScheme });
      const found = await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
        const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
        const named = (element) => element.labels?.length || element.getAttribute("aria-label") || element.textContent.trim();
        const levels = [...document.querySelectorAll("main h1, main h2, main h3")].filter((h) => h.offsetParent).map(({ tagName }) => Number(tagName[1]));
        return {
          overflow: document.documentElement.scrollWidth - innerWidth,
          twice: ids.filter((id, i) => ids.indexOf(id) !== i),
          nameless: [...document.querySelectorAll("button, input, select, textarea, a")].filter((element) => !named(element)).map(({ outerHTML }) => outerHTML),
          broken: [...document.querySelectorAll("[aria-describedby], [aria-labelledby]")].filter((element) => !document.getElementById(element.getAttribute("aria-describedby") ?? element.getAttribute("aria-labelledby"))).length,
          skips: levels.filter((level, i) => i > 0 && level > levels[i - 1] + 1).length,
        };
      });
      assert.ok(found.overflow <= 0, `${found.overflow} pixels too wide`);
      assert.deepEqual({ ...found, overflow: 0 }, { overflow: 0, twice: [], nameless: [], broken: 0, skips: 0 });
      if (process.env.TIMESIDE_SCREENSHOTS) await page.screenshot({ path: `${process.env.TIMESIDE_SCREENSHOTS}/catalogue-${width}-${colorScheme}.png` });
      assert.deepEqual(page.said, []);
      await page.close();
    }
  });
}
