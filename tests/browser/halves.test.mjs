// The widget's wasm in two halves: who only looks and listens fetches the first, and nobody waits for the later one.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { bed, test } from "./harness.mjs";
import { firstKeys, firstTouch, show, visits } from "./halves/visits.mjs";

const at = (path) => fileURLToPath(new URL(`../../pkg/${path}`, import.meta.url));
const isCut = existsSync(at("dist/player-later.wasm"));
const cut = isCut ? {} : { skip: "a dev build is whole" };
const LATER = "**/player-later.wasm";
const ELEMENT = '<timeside-player controls src="/recording/timeside.mp3"></timeside-player>';

const the = bed({
  setup: (server) => {
    server.write("marks.csv", "start,end,label\n1,2,one\n3,4,two\n");
    server.write("marks.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\none\n");
  },
});

/** What was called before the later half had come, by name. */
async function early(page) {
  const places = await page.evaluate(() => performance.getEntriesByName("timeside-early").map((mark) => mark.detail));
  const doors = JSON.parse(readFileSync(at("build/player/doors.json"), "utf8"));
  return places.map((place) => `${doors[place]}: run \`cargo xtask record-halves\`, or await bring() before it`);
}

/** A page, and how often the later half was asked for. */
async function visited(html) {
  const page = await the.open("/test/blank.html", { viewport: { width: 1200, height: 800 } });
  page.asked = [];
  page.on("request", (request) => request.url().includes("player-later") && page.asked.push(request.resourceType()));
  await show(page, the.server.origin, html);
  return page;
}

const ready = (page) => page.waitForFunction(() => document.querySelector("timeside-player")?.media);
const there = (page) => page.waitForResponse(LATER);

/** The later half takes its time; what was begun without it goes on all the same. */
const slowly = (page) =>
  page.route(LATER, async (route) => {
    await new Promise((done) => setTimeout(done, 5000));
    await route.continue().catch(() => undefined);
  });

for (const [name, { html, visit }] of Object.entries(visits)) {
  test(`who looks and listens fetches one half: ${name}`, cut, async () => {
    const page = await visited(html);
    await visit(page);
    assert.deepEqual(await early(page), []);
    assert.deepEqual(page.asked, []);
    await page.close();
  });
}

test("a hand that comes near has the later half fetched, once, and does not wait for it", cut, async () => {
  const page = await visited(ELEMENT);
  await ready(page);
  await page.waitForTimeout(500);
  await slowly(page);
  await firstTouch(page);
  assert.deepEqual(await early(page), []);
  assert.deepEqual(page.asked, ["fetch"]);
  await page.close();
});

test("so does the keyboard", cut, async () => {
  const page = await visited(ELEMENT);
  await ready(page);
  await page.waitForTimeout(500);
  await slowly(page);
  await firstKeys(page);
  assert.deepEqual(await early(page), []);
  assert.deepEqual(page.asked, ["fetch"]);
  await page.close();
});

test("annotations of the page bring it, and nothing waits", cut, async () => {
  const page = await visited(ELEMENT);
  await page.evaluate(() => {
    document.querySelector("timeside-player").annotations.add({ start: 1, end: 2, label: "early" });
  });
  await page.waitForFunction(() => document.querySelector("timeside-player").annotations.list().some((one) => one.label === "early"));
  assert.deepEqual(await early(page), []);
  assert.deepEqual(page.asked, ["fetch"]);
  await page.close();
});

const MORE = {
  analyses: ELEMENT.replace(" src", ' analyzers="level onset_detection_function loudness_itu" src'),
  "a file of annotations": ELEMENT.replace(" src", ' annotations="/files/marks.csv" src'),
  "a track": ELEMENT.replace("></", '><track src="/files/marks.vtt" kind="metadata" label="Marks"></'),
  lines: ELEMENT.replace(" src", ' wrap="5" src'),
};

for (const [name, html] of Object.entries(MORE)) {
  test(`who asks for more has it before it is called: ${name}`, cut, async () => {
    const page = await visited(html);
    await ready(page);
    await page.waitForTimeout(2500);
    assert.deepEqual(await early(page), []);
    assert.deepEqual(page.asked, ["fetch"]);
    assert.deepEqual(page.said, []);
    await page.close();
  });
}

test("the site's own pages wait for nothing", cut, async () => {
  for (const address of ["/", "/app/"]) {
    const page = await the.open(address);
    await page.waitForTimeout(3000);
    assert.deepEqual(await early(page), [], address);
    await page.close();
  }
});

test("what is called too early waits, and is right", cut, async () => {
  const page = await visited(ELEMENT);
  await ready(page);
  let release;
  const slow = new Promise((done) => (release = done));
  // What is fetched takes long; the synchronous request does not.
  await page.route(LATER, async (route) => {
    if (route.request().resourceType() === "fetch") await slow;
    await route.continue();
  });
  const made = await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    const { annotations } = player;
    await new Promise((done) => setTimeout(done, 300));
    annotations.add({ start: 1, end: 2, label: "at once" });
    return annotations.list().map((one) => one.label);
  });
  assert.deepEqual(made, ["at once"]);
  assert.equal((await early(page)).length, 1);
  const fetched = there(page);
  release();
  await fetched;
  await page.waitForTimeout(300);
  // The half that came second changed nothing.
  const after = await page.evaluate(() => {
    const { annotations } = document.querySelector("timeside-player");
    annotations.undo();
    return annotations.list().length;
  });
  assert.equal(after, 0);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("where the later half is missing the widget says so, and goes on playing", cut, async () => {
  const page = await visited(ELEMENT);
  await page.route(LATER, (route) => route.fulfill({ status: 404, body: "" }));
  await ready(page);
  await page.locator("timeside-player").hover();
  const notice = page.locator("timeside-player .notice").first();
  await notice.waitFor();
  assert.match(await notice.textContent(), /player-later\.wasm/);
  const code = await page.evaluate(() => document.querySelector("timeside-player").analyze("level").catch((error) => error.code));
  assert.equal(code, "network");
  await page.evaluate(() => document.querySelector("timeside-player").play());
  await page.waitForFunction(() => document.querySelector("timeside-player").currentTime > 0.2);
  await page.close();
});
