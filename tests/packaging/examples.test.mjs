// Every example of www/examples, built as its own instructions say, from what `npm pack` gives, and run.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import webpack from "webpack";

import { bed, test } from "../browser/harness.mjs";
import { root, workshop } from "./packed.mjs";

const host = bed();
const shop = workshop();
after(() => rmSync(shop.folder, { recursive: true, force: true }));

/** Serves a folder as `/files/<name>/` and opens its page; waits for the recording. */
async function visit(name, folder, file = "index.html") {
  cpSync(folder, path.join(host.server.files, name), { recursive: true, filter: (from) => !from.includes("node_modules") });
  const page = await host.open(`/files/${name}/${file}`);
  page.on("console", (message) => message.type() === "warning" && page.said.push(message.text()));
  await page.waitForFunction(() => document.querySelector("timeside-player")?.media, null, { timeout: 60_000 });
  return page;
}

const viteBuild = async (place) => {
  await build({ root: place, logLevel: "warn", configFile: path.join(place, "vite.config.js") });
  return path.join(place, "dist");
};

const player = (page) => page.locator("timeside-player");
const shows = (page, words) => page.getByText(words).first().waitFor({ timeout: 30_000 });
const LEVEL = /-\d+\.\d\d dBFS/;

/** Property in, event out, shown again: what an edit in the player and one in the page come to. */
async function roundTrip(page) {
  const labels = () => page.locator("li input").evaluateAll((inputs) => inputs.map((input) => input.value));
  const inside = () => player(page).evaluate((element) => element.annotations.list().map(({ id, label, start }) => [id, label, start]));
  await page.waitForFunction(() => document.querySelector("timeside-player").annotations.list().length === 1);
  assert.deepEqual(await inside(), [["first", "first", 1]]);
  await player(page).evaluate((element) => element.annotations.add({ start: 3, end: 4, label: "by the player" }));
  await page.locator("li input").nth(1).waitFor();
  assert.deepEqual(await labels(), ["first", "by the player"]);
  await page.locator("li input").first().fill("by the page");
  await page.waitForFunction(() => document.querySelector("timeside-player").annotations.get("first").label === "by the page");
  const id = await player(page).evaluate((element) => element.annotations.list().find(({ label }) => label === "by the player").id);
  await player(page).evaluate((element, id) => element.annotations.update(id, { label: "again" }), id);
  await page.waitForFunction(() => [...document.querySelectorAll("li input")].some(({ value }) => value === "again"));
  assert.deepEqual((await inside()).map(([, label]) => label).sort(), ["again", "by the page"]);
  await player(page).evaluate((element, id) => element.annotations.remove(id), id);
  await page.waitForFunction(() => document.querySelectorAll("li input").length === 1);
  assert.deepEqual(await inside(), [["first", "by the page", 1]]);
}

for (const name of ["react", "vue"]) {
  test(`${name}: annotations go in as a property and come out as events`, async () => {
    const page = await visit(name, await viteBuild(shop.example(name)));
    await roundTrip(page);
    await player(page).evaluate(({ view }) => view.zoomTo(1, 3));
    await shows(page, "1.00 to 3.00 s");
    assert.deepEqual(page.said, []);
    await page.close();
  });
}

test("svelte: events and methods of the element", async () => {
  const page = await visit("svelte", await viteBuild(shop.example("svelte")));
  await shows(page, LEVEL);
  await page.getByRole("button", { name: "Show second 1 to 3" }).click();
  await shows(page, "1.00 to 3.00 s");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("webpack follows worker and wasm by itself", async () => {
  const place = shop.example("webpack");
  const { default: config } = await import(pathToFileURL(path.join(place, "webpack.config.js")));
  const stats = await new Promise((resolve, reject) => webpack(config, (error, stats) => (error ? reject(error) : resolve(stats))));
  assert.deepEqual([...stats.toJson().errors, ...stats.toJson().warnings].map(({ message }) => message), []);
  const page = await visit("webpack", place);
  await shows(page, LEVEL);
  assert.deepEqual(page.said, []);
  assert.equal(page.workers().length, 1);
  await page.close();
});

test("esbuild, with what the package looks for beside the bundle", async () => {
  const place = shop.example("esbuild");
  execFileSync(process.execPath, ["build.mjs"], { cwd: place });
  const page = await visit("esbuild-example", place);
  await shows(page, LEVEL);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a server renders it without a window, and it comes to life in the browser", async () => {
  const place = shop.example("server");
  const script = `
    const before = Object.keys(globalThis).sort().join();
    const { page } = await import("./render.mjs");
    if (Object.keys(globalThis).sort().join() !== before) throw new Error("rendering changed globalThis");
    console.log(page("/recording/timeside.mp3"));`;
  const html = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: place, encoding: "utf8" });
  assert.match(html, /<timeside-player src="\/recording\/timeside.mp3" layers="waveform" controls(="")?><\/timeside-player>/);
  const folder = path.join(shop.folder, "rendered");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "index.html"), html);
  const page = await visit("rendered", folder);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a notebook's model and the player follow each other", async () => {
  const place = shop.example("notebook");
  cpSync(path.join(root, "tests/packaging/notebook"), place, { recursive: true });
  const page = await visit("notebook", place);
  const model = (key) => page.evaluate((key) => globalThis.model.get(key), key);
  const until = (test) => page.waitForFunction(test);
  // In: what Python sets.
  await page.evaluate(() => globalThis.model.receive({ annotations: [{ id: "p", start: 1, end: 2, label: "from Python" }] }));
  await until(() => document.querySelector("timeside-player").annotations.list()[0]?.label === "from Python");
  await page.evaluate(() => globalThis.model.receive({ current_time: 2.5 }));
  await until(() => Math.abs(document.querySelector("timeside-player").currentTime - 2.5) < 0.05);
  // Out: what the reader does.
  await player(page).evaluate((element) => element.annotations.update("p", { label: "from the reader" }));
  await until(() => globalThis.model.get("annotations")[0].label === "from the reader");
  await player(page).evaluate((element) => { element.currentTime = 4; });
  await until(() => Math.abs(globalThis.model.get("current_time") - 4) < 0.05);
  for (const [key, secs] of [["[", 1], ["]", 2]]) {
    await player(page).evaluate((element, secs) => { element.currentTime = secs; element.focus(); }, secs);
    await page.keyboard.press(key);
  }
  await until(() => globalThis.model.get("selection")?.length === 2);
  assert.deepEqual((await model("selection")).map(Math.round), [1, 2]);
  assert.ok((await page.evaluate(() => globalThis.model.saves)) >= 3, "each change is saved");
  assert.ok(await page.evaluate(() => globalThis.model.listeners > 0));
  await page.evaluate(() => globalThis.leave());
  assert.equal(await page.evaluate(() => globalThis.model.listeners), 0, "nothing listens to the model any more");
  assert.deepEqual(page.said, []);
  await page.close();
});

for (const name of ["embed", "npm"]) {
  test(`the page examples/${name}.html works under the strict policy`, async () => {
    const page = await host.open(`/examples/${name}.html`);
    if (name === "embed") await page.waitForFunction(() => [...document.querySelectorAll("timeside-player")].every((element) => element.media), null, { timeout: 60_000 });
    else await shows(page, /one second from/);
    assert.deepEqual(page.said, []);
    await page.close();
  });
}

test("every example is listed on the page of examples, with files that are there", async () => {
  const page = await host.open("/examples/");
  const listed = await page.locator("[data-file]").evaluateAll((elements) => elements.map(({ dataset }) => dataset.file));
  for (const file of listed) assert.ok(readFileSync(path.join(root, "www/examples", file), "utf8").length > 20, file);
  for (const name of ["react", "vue", "svelte", "webpack", "esbuild", "server", "media-chrome", "notebook"]) {
    assert.ok(listed.some((file) => file.startsWith(`${name}/`)), `${name} is not listed`);
  }
  assert.deepEqual(page.said, []);
  await page.close();
});
