// A page of the site in a real Chromium, and what it said.

import { existsSync } from "node:fs";
import path from "node:path";
import { after, before, test as nodeTest } from "node:test";
import { chromium } from "playwright-core";

import { serve } from "./server.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** No test needs so long; one that waits for what never comes fails instead of holding up the rest. */
const PATIENCE_MS = 240_000;

/** As `node:test`'s, with an end. */
export function test(name, ...rest) {
  const run = rest.pop();
  return nodeTest(name, { timeout: PATIENCE_MS, ...rest[0] }, run);
}

/** Where Chromium lies: `CHROMIUM`, or the first on the path. */
function browserPath() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const candidates = [process.env.CHROMIUM, ...folders.flatMap((folder) => names.map((name) => path.join(folder, name)))];
  const found = candidates.find((file) => file && existsSync(file));
  if (!found) throw new Error("no Chromium; name one in CHROMIUM");
  return found;
}

/** One fresh browser with a profile of its own. */
export const launch = (flags = []) => chromium.launch({ executablePath: browserPath(), headless: true, args: [...FLAGS, ...flags] });

/**
 * Starts server and browser for a test file, and ends them after it. `bed.open(path)` gives a page; `setup(server)`
 * may lay out files first (hooks of one file do not wait for each other, so there is one); `flags` are more for Chromium.
 */
export function bed({ setup, flags, ...options } = {}) {
  const bed = {};
  before(async () => {
    bed.server = await serve(options);
    bed.browser = await launch(flags);
    await setup?.(bed.server);
    bed.open = (where = "/test/blank.html", context = {}) => open(bed, where, context);
  });
  after(async () => {
    await bed.browser?.close();
    await bed.server?.close();
  });
  return bed;
}

/**
 * A new page. `page.said` collects console errors, uncaught errors and violated policies: a good page says nothing.
 * On `/test/blank.html`, `globalThis.timeside` is the SDK.
 */
async function open({ browser, server }, where, context) {
  const page = await browser.newPage(context);
  page.said = [];
  page.on("console", (message) => message.type() === "error" && page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(String(error)));
  page.on("crash", () => page.said.push("the page crashed"));
  await page.goto(server.origin + where);
  if (where === "/test/blank.html") await page.waitForFunction(() => globalThis.timeside || globalThis.failed);
  return page;
}
