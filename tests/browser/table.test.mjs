// The annotations panel: the table by keys, search and filters, many at once, files with their reports, many rows.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({ setup: (server) => server.write("tone.wav", sine({ seconds: 20 })) });

const SPANS = [
  [1, 2, "blackbird"],
  [3, 4.5, "Robin"],
  [5, 6, ""],
  [8, 9.25, "blackbird, far"],
];

/** A page with an element whose annotations panel is open, on a tier of spans. */
async function opened(spans = SPANS, context = { viewport: { width: 1280, height: 1000 } }) {
  const page = await host.open("/test/blank.html", context);
  await page.evaluate(async (spans) => {
    await import("/timeside/player.js");
    const player = document.createElement("timeside-player");
    player.controls = true;
    player.setAttribute("autosave", "off");
    player.src = "/files/tone.wav";
    document.body.append(player);
    if (!player.media) await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    globalThis.player = player;
    player.muted = true;
    while (player.annotations.tiers.list === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    player.annotations.tiers.add({ id: "birds", name: "Birds", kind: "spans" });
    const edits = spans.map(([start, end, label]) => ({ add: { tier: "birds", start, end, label, confidence: 0.5 } }));
    player.annotations.change(edits, "add");
  }, spans);
  await page.waitForFunction((count) => player.annotations.rows({}, 0, 0).total === count, spans.length);
  await page.getByRole("toolbar").getByRole("button", { name: "Annotations", exact: true }).click();
  await page.getByRole("grid", { name: "Annotations", exact: true }).waitFor();
  return page;
}

const labels = (page) => page.evaluate(() => player.annotations.list().map(({ label }) => label));
const times = (page) => page.evaluate(() => player.annotations.list().map(({ start, end }) => [start, end]));
const cell = (page, row, column) => page.locator(`[data-at="${row}:${column}"]`);
const steps = (page) => page.evaluate(() => player.annotations.history().done.length);
const said = (page) => page.locator("[data-panel=annotations] .said").textContent();

/** Nobody types a key within the frame in which a field opens or closes. */
const breath = (page) => page.waitForTimeout(120);

test("cells are edited with the keys alone; what is no time is refused at the cell", async () => {
  const page = await opened();
  await cell(page, 0, 4).click();
  await page.keyboard.type("wren");
  await page.keyboard.press("Enter");
  await breath(page);
  assert.deepEqual((await labels(page))[0], "wren");
  // Enter went down; Tab goes on writing in the next cell.
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("F2");
  await breath(page);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("0:03.25");
  await page.keyboard.press("Tab");
  await breath(page);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("176400 f");
  await page.keyboard.press("Enter");
  await breath(page);
  assert.deepEqual((await times(page))[1], [3.25, 4]);
  await page.keyboard.press("ArrowUp");
  await breath(page);
  await page.keyboard.type("soon");
  await page.keyboard.press("Enter");
  await breath(page);
  assert.match(await page.locator("[data-panel=annotations] [role=alert]").first().textContent(), /No time/);
  await page.keyboard.press("Escape");
  await breath(page);
  assert.deepEqual((await times(page))[1], [3.25, 4]);
  await page.keyboard.press("Control+z");
  await breath(page);
  assert.deepEqual((await times(page))[1], [3.25, 4.5]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the table sorts, searches and filters, and stays in step with what is selected", async () => {
  const page = await opened();
  const shown = () => page.locator("[role=gridcell][aria-colindex='5']").allTextContents();
  await page.getByRole("columnheader", { name: "Label" }).getByRole("button").click();
  assert.deepEqual(await shown(), ["", "blackbird", "blackbird, far", "Robin"]);
  await page.getByRole("columnheader", { name: "Label" }).getByRole("button").click();
  assert.equal(await page.getByRole("columnheader", { name: "Label" }).getAttribute("aria-sort"), "descending");
  assert.equal((await shown())[0], "Robin");
  await page.getByRole("columnheader", { name: "Label" }).getByRole("button").click();

  await page.getByRole("searchbox", { name: "Search labels" }).fill("BLACK");
  assert.deepEqual(await shown(), ["blackbird", "blackbird, far"]);
  await page.getByRole("button", { name: "Next match" }).click();
  const selected = () => page.evaluate(() => player.annotations.selected.map((id) => player.annotations.get(id).label));
  assert.deepEqual(await selected(), ["blackbird"]);
  await page.getByText("Replace", { exact: true }).click();
  await page.getByRole("textbox", { name: "Replace with" }).fill("brown");
  const before = await steps(page);
  await page.getByRole("searchbox", { name: "Search labels" }).fill("black");
  await page.getByRole("button", { name: "Replace all" }).click();
  assert.deepEqual(await labels(page), ["brownbird", "Robin", "", "brownbird, far"]);
  assert.equal(await steps(page), before + 1);
  await page.getByRole("searchbox", { name: "Search labels" }).fill("");
  await page.getByRole("checkbox", { name: "Without label" }).check();
  assert.deepEqual(await shown(), [""]);
  await page.getByRole("checkbox", { name: "Without label" }).uncheck();

  await page.evaluate(() => player.annotations.select(player.annotations.list()[3].id));
  const grid = page.getByRole("grid", { name: "Annotations", exact: true });
  await grid.locator("[role=row][aria-selected=true]").filter({ hasText: "far" }).waitFor();
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a range is copied, pasted and filled down; each is one step to undo", async () => {
  const page = await opened();
  const paste = (text) =>
    page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      player.shadowRoot.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true }));
    }, text);
  await cell(page, 1, 1).click();
  const before = await steps(page);
  await paste("10\t11,5\r\n0:12\t13\r\n14\t15\r\n16\t17\r\n");
  // Rows are by time: what was pasted over three rows moved them behind the first; the fourth is new.
  assert.deepEqual(await times(page), [[1, 2], [10, 11.5], [12, 13], [14, 15], [16, 17]]);
  assert.equal(await steps(page), before + 1);
  await paste("1\tnever");
  assert.match(await said(page), /No time/);
  assert.equal(await steps(page), before + 1);

  await cell(page, 0, 4).click();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Control+d");
  assert.deepEqual((await labels(page)).slice(0, 3), ["blackbird", "blackbird", "blackbird"]);
  const copied = await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    const event = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true, composed: true });
    player.shadowRoot.activeElement.dispatchEvent(event);
    return clipboardData.getData("text/plain");
  });
  assert.equal(copied, "blackbird\nblackbird\nblackbird");
  assert.equal(await steps(page), before + 2);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("several are changed at once, as one step; proposals are accepted and rejected", async () => {
  const page = await opened();
  await cell(page, 0, 4).click();
  await page.keyboard.press("Control+a");
  const before = await steps(page);
  const side = page.getByRole("complementary", { name: "Selected annotations" });
  await side.getByRole("textbox", { name: "Author" }).fill("Ada");
  await side.getByRole("textbox", { name: "Author" }).press("Enter");
  await page.waitForFunction(() => player.annotations.list().every(({ author }) => author === "Ada"));
  assert.equal(await steps(page), before + 1);
  await page.evaluate(() => player.annotations.undo());
  assert.ok(await page.evaluate(() => player.annotations.list().every(({ author }) => author === undefined)));

  await page.evaluate(() => {
    const proposed = { tier: "birds", label: "maybe", attributes: { status: "proposed" } };
    player.annotations.change([{ add: { ...proposed, start: 11, end: 12 } }, { add: { ...proposed, start: 13, end: 14 } }], "propose");
  });
  await page.getByRole("checkbox", { name: "Proposed" }).check();
  await cell(page, 0, 4).click();
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => player.annotations.rows({ proposed: true }, 0, 0).total === 1);
  await cell(page, 0, 4).click();
  await page.keyboard.press("Control+Delete");
  await page.waitForFunction(() => player.annotations.rows({ proposed: true }, 0, 0).total === 0);
  assert.deepEqual((await labels(page)).filter((label) => label === "maybe"), ["maybe"]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("files of every small format come in with their report, and go out and in again the same", async () => {
  const page = await opened();
  await page.getByRole("tab", { name: "Import and export" }).click();
  const files = [
    ["a.csv", "start,end,label\n1,2,one\n4,3,turned\n"],
    ["b.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:03.000 --> 00:04.000\ntwo\n"],
    ["c.srt", "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n"],
    ["d.txt", "1.000000\t2.000000\tone\n3.000000\t4.000000\ttwo\n"],
    [
      "e.TextGrid",
      'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n20\n<exists>\n1\n"IntervalTier"\n"words"\n0\n20\n3\n0\n1\n""\n1\n2\n"one"\n2\n20\n"two"\n',
    ],
  ];
  await page.getByLabel("What is there already").selectOption("replace");
  for (const [name, text] of files) {
    await page.locator("[data-panel=annotations] input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.waitForFunction((name) => player.shadowRoot.querySelector("[data-panel=annotations] .said").textContent.includes(name), name);
    assert.equal((await labels(page))[0], "one", name);
    assert.equal((await labels(page)).filter(Boolean).length, 2, name);
    if (name === "a.csv") {
      const report = page.locator("[data-panel=annotations] .ann-report").first();
      assert.match(await report.textContent(), /Repaired or doubtful \(1\)/);
      assert.deepEqual((await times(page))[1], [3, 4]);
    }
  }
  // What a format loses is told before it is saved; what has been saved comes back the same.
  const document = await page.evaluate(() => player.annotations.list());
  await page.getByLabel("Format", { exact: true }).selectOption("json");
  await page.getByText("Nothing was repaired, guessed or lost.").last().waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the file" }).click()]);
  assert.equal(download.suggestedFilename(), "tone.json");
  await page.locator("[data-panel=annotations] input[type=file]").setInputFiles(await fileOf(download));
  await page.waitForFunction(() => player.shadowRoot.querySelector("[data-panel=annotations] .said").textContent.includes("tone.json"));
  assert.deepEqual(await page.evaluate(() => player.annotations.list()), document);
  assert.deepEqual(page.said, []);
  await page.close();
});

async function fileOf(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), mimeType: "application/json", buffer: Buffer.concat(chunks) };
}

test("a dropped recording is opened and its annotations are taken in with it", async () => {
  const page = await opened([]);
  const ready = page.evaluate(() => new Promise((resolve) => player.addEventListener("importreport", ({ detail }) => resolve(detail.count), { once: true })));
  await page.evaluate(async () => {
    const sound = await (await fetch("/files/tone.wav")).blob();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["start,end,label\n1,2,dropped\n"], "other.csv", { type: "text/csv" }));
    dataTransfer.items.add(new File([sound], "other.wav", { type: "audio/wav" }));
    player.shadowRoot.querySelector(".player").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, composed: true }));
  });
  assert.equal(await ready, 1);
  assert.equal(await page.evaluate(() => player.media.info.name), "other.wav");
  assert.deepEqual(await labels(page), ["dropped"]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a hundred thousand rows, and hostile labels, cost no nodes", async () => {
  const page = await opened([]);
  await page.evaluate(async () => {
    const lines = ["start,end,label"];
    for (let n = 0; n < 100_000; n++) lines.push(`${n / 5000},${n / 5000 + 0.0001},row ${n}`);
    lines[1] = `0,0.0001,"<img src=x onerror=alert(1)>${"x".repeat(100_000)}"`;
    await player.annotations.import(lines.join("\n"), "csv", { mode: "replace" });
  });
  await page.waitForFunction(() => player.shadowRoot.querySelector("[role=grid][aria-rowcount='100001']"));
  const nodes = () => page.evaluate(() => player.shadowRoot.querySelectorAll("*").length);
  const grid = page.getByRole("grid", { name: "Annotations", exact: true });
  assert.ok((await grid.locator("[role=row]").count()) <= 40);
  assert.ok((await nodes()) <= 400, `${await nodes()} elements`);
  assert.match(await cell(page, 0, 4).textContent(), /^<img/);
  await cell(page, 0, 4).click();
  await page.keyboard.press("Control+End");
  await cell(page, 99_999, 4).waitFor();
  assert.equal(await cell(page, 99_999, 4).textContent(), "row 99999");
  assert.ok((await nodes()) <= 400, `${await nodes()} elements`);
  assert.deepEqual(page.said, []);
  await page.close();
});
