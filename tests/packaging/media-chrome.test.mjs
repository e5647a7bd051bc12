// media-chrome drives the element, and the element media-chrome.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";

import { bed, test } from "../browser/harness.mjs";
import { root, tool, workshop } from "./packed.mjs";
import { plainServer } from "./plain-server.mjs";

const host = bed();
const shop = workshop();
after(() => rmSync(shop.folder, { recursive: true, force: true }));

test("media-chrome's controls and the element follow each other", async () => {
  const place = shop.example("media-chrome");
  execFileSync(tool("esbuild"), ["main.js", "--bundle", "--format=esm", "--outdir=dist", "--log-level=warning"], { cwd: place });
  // media-chrome puts style elements into its shadow trees: it cannot live under the strict policy.
  const server = await plainServer({ "/timeside/": shop.dist, "/recording/": path.join(root, "www/recording"), "/": place });
  after(() => server.close());
  const page = await host.browser.newPage();
  const said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(`${server.origin}/`);
  const player = page.locator("timeside-player");
  await page.waitForFunction(() => document.querySelector("timeside-player")?.media, null, { timeout: 60_000 });
  const read = (name) => player.evaluate((element, name) => element[name], name);
  const until = (test, arg) => page.waitForFunction(test, arg);
  await player.evaluate((element) => { element.muted = true; });

  // It is shown, and told how long it is.
  assert.ok((await player.boundingBox()).height > 100);
  const duration = await read("duration");
  await until((secs) => Math.abs(Number(document.querySelector("media-time-range").getAttribute("mediaduration")) - secs) < 0.01, duration);

  // Driven: play, pause, seek, volume, rate.
  const press = (tag) => page.locator(tag).evaluate((element) => element.click());
  await press("media-play-button");
  await until(() => !document.querySelector("timeside-player").paused);
  await until(() => !document.querySelector("media-play-button").hasAttribute("mediapaused"));
  await press("media-play-button");
  await until(() => document.querySelector("timeside-player").paused);
  await player.evaluate((element) => { element.currentTime = 15; });
  await until(() => document.querySelector("timeside-player").currentTime === 15);
  await until(() => Number(document.querySelector("media-time-display").getAttribute("mediacurrenttime")) === 15);
  await press("media-seek-backward-button");
  await until(() => Math.abs(document.querySelector("timeside-player").currentTime - 5) < 0.05);
  await page.locator("media-time-range").evaluate((element, share) => {
    element.range.valueAsNumber = share;
    element.range.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }, 0.5);
  await until((secs) => Math.abs(document.querySelector("timeside-player").currentTime - secs) < 0.5, duration / 2);
  await page.locator("media-volume-range").evaluate((element) => {
    element.range.valueAsNumber = 0.25;
    element.range.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  });
  await until(() => Math.abs(document.querySelector("timeside-player").volume - 0.25) < 1e-6);
  await press("media-playback-rate-button");
  await until(() => document.querySelector("timeside-player").playbackRate === 1.5);

  // Driving: what the element does is shown by media-chrome.
  await player.evaluate((element) => { element.playbackRate = 0.5; element.currentTime = 3; element.volume = 0.75; element.muted = false; });
  await until(() => document.querySelector("media-playback-rate-button").getAttribute("mediaplaybackrate") === "0.5");
  await until(() => document.querySelector("media-volume-range").getAttribute("mediavolume") === "0.75");
  await until(() => Number(document.querySelector("media-time-range").getAttribute("mediacurrenttime")) === 3);

  // Both know the space bar: one stroke toggles once, wherever the focus is.
  const toggles = () => player.evaluate((element) => {
    globalThis.toggled = 0;
    for (const type of ["play", "pause"]) element.addEventListener(type, () => { globalThis.toggled += 1; });
  });
  await toggles();
  await player.evaluate((element) => { element.muted = true; element.focus(); });
  await page.keyboard.press("Space");
  await until(() => !document.querySelector("timeside-player").paused);
  await page.keyboard.press("k");
  await until(() => document.querySelector("timeside-player").paused);
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => globalThis.toggled), 2, "two strokes");
  await page.locator("media-mute-button").focus();
  await page.keyboard.press("k");
  await until(() => !document.querySelector("timeside-player").paused);
  await player.evaluate((element) => element.pause());
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => globalThis.toggled), 4, "one stroke outside, one pause");
  if (process.env.TIMESIDE_SCREENSHOTS) await page.screenshot({ path: `${process.env.TIMESIDE_SCREENSHOTS}/media-chrome.png` });
  assert.deepEqual(said, []);
  await page.close();
});
