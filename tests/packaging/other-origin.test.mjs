// A page that takes everything from another origin, as from a CDN, under the policy that README.md names.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { bed, test } from "../browser/harness.mjs";
import { root } from "./packed.mjs";
import { plainServer } from "./plain-server.mjs";

const host = bed();

test("files from another origin: the worker starts from a blob, and nothing else is allowed", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "timeside-origin-"));
  const cdn = await plainServer({ "/timeside/": path.join(root, "pkg/dist"), "/recording/": path.join(root, "www/recording") });
  const policy = () =>
    `default-src 'none'; script-src ${cdn.origin} 'wasm-unsafe-eval'; worker-src blob:; connect-src ${cdn.origin}; media-src ${cdn.origin}; img-src data:`;
  const home = await plainServer({ "/": folder }, policy);
  const page = await host.browser.newPage();
  const said = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  try {
    writeFileSync(
      path.join(folder, "index.html"),
      `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Elsewhere</title>
<link rel="icon" href="data:,">
<script type="module" src="${cdn.origin}/timeside/player.js"></script>
<timeside-player src="${cdn.origin}/recording/timeside.mp3" crossorigin layers="waveform spectrogram" engine="exact" controls></timeside-player>
</html>`,
    );
    await page.goto(`${home.origin}/`);
    await page.waitForFunction(() => document.querySelector("timeside-player").media, null, { timeout: 15_000 }).catch((cause) => assert.fail(`${cause}: ${said.join("\n")}`));
    const found = await page.evaluate(async () => {
      const player = document.querySelector("timeside-player");
      player.muted = true;
      await player.play();
      const results = await player.media.run("level");
      return { engine: player.activeEngine, level: results.get("level.rms").data[0] };
    });
    assert.equal(found.engine, "exact");
    assert.ok(found.level < 0 && found.level > -60);
    await page.waitForFunction(() => document.querySelector("timeside-player").currentTime > 0.1);
    assert.deepEqual(page.workers().map((worker) => new URL(worker.url()).protocol), ["blob:"]);
    assert.deepEqual(said, []);
  } finally {
    await page.close();
    cdn.close();
    home.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
