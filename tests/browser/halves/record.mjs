// Drives the module whose functions tell their numbers (`cargo xtask record-halves`) through the visits.
// usage: record.mjs marked.wasm; prints the numbers of the functions that were called.

import { readFileSync } from "node:fs";

import { launch } from "../harness.mjs";
import { serve } from "../server.mjs";
import { firstKeys, firstTouch, show, visits } from "./visits.mjs";

const marked = readFileSync(process.argv[2]);
const server = await serve();
const browser = await launch();
const called = new Set();
try {
  for (const [name, { html, visit }] of Object.entries(visits)) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    page.on("pageerror", (error) => console.error(name, String(error)));
    await page.route("**/player.wasm", (route) => route.fulfill({ body: marked, contentType: "application/wasm" }));
    await page.addInitScript(() => {
      const seen = (globalThis.called = new Set());
      for (const way of ["instantiate", "instantiateStreaming"]) {
        const real = WebAssembly[way].bind(WebAssembly);
        WebAssembly[way] = (wasm, imports) => real(wasm, imports && { ...imports, mark: { mark: (number) => seen.add(number) } });
      }
    });
    await show(page, server.origin, html);
    await visit(page);
    if (await page.locator("timeside-player").count()) await firstTouch(page);
    if (await page.locator("timeside-player [role=slider]").count()) await firstKeys(page);
    for (const number of await page.evaluate(() => [...globalThis.called])) called.add(number);
    console.error(`${name}: ${called.size} functions so far`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
console.log(JSON.stringify([...called].sort((a, b) => a - b)));
