// What `npm pack` gives works where people will use it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, createServer } from "vite";

import { bed, test } from "../browser/harness.mjs";
import { sine } from "../browser/wav.mjs";
import { here, pack, tool } from "./packed.mjs";

const work = mkdtempSync(path.join(tmpdir(), "timeside-packaging-"));
let packed;

const host = bed({ setup });

function setup(server) {
  packed = pack(work);
  server.write("good.wav", sine());
}

after(() => rmSync(work, { recursive: true, force: true }));

/** A consumer of its own in a folder, with the tarball installed. */
function consumer(folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(here, "consumer"), folder, { recursive: true });
  const options = ["--no-audit", "--no-fund", "--loglevel=error", "--no-package-lock"];
  execFileSync("npm", ["install", ...options, path.join(work, packed.filename)], { cwd: folder });
  return folder;
}

/** Opens a consumer's page and expects the sine's level from the SDK and through the widget. */
async function expectSound(where) {
  const page = await host.open(where);
  try {
    await page.waitForFunction(() => globalThis.found, null, { timeout: 60_000 });
    const found = await page.evaluate(() => globalThis.found);
    for (const way of ["sdk", "widget"]) assert.ok(Math.abs(found[way] + 9.03) < 0.01, `${way}: ${JSON.stringify(found)}; ${page.said}`);
    assert.deepEqual(page.said, []);
    assert.equal(page.workers().length, 1, "SDK and widget share one worker");
  } finally {
    await page.close();
  }
}

test("the tarball holds what is promised and nothing of the workshop", () => {
  const files = packed.files.map((file) => file.path);
  for (const file of ["index", "player", "widget", "workbench", "hearing", "worker", "worklet", "capture"].flatMap((entry) => [`dist/${entry}.js`, `dist/${entry}.d.ts`])) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  for (const file of ["dist/timeside.wasm", "dist/player.wasm", "dist/player-later.wasm", "dist/workbench.wasm", "dist/LICENSE-MIT", "dist/LICENSE-APACHE", "dist/THIRD-PARTY-NOTICES.txt"]) {
    assert.ok(packed.files.find((f) => f.path === file)?.size > 500, `${file} is missing or empty`);
  }
  const strange = files.filter((file) => !/^(dist\/|package\.json$|README|LICENSE)/.test(file));
  assert.deepEqual(strange, []);
});

/** What a page waits for before `<timeside-player>` plays: `player.js` and all that it imports at once. Bytes, gzip. */
const MAX_SHELL_BYTES = 20 * 1024;
/** The widget, fetched by every page with an element. Bytes, brotli. */
const MAX_WIDGET_BYTES = 250_000;
/** What of it is fetched when somebody annotates, asks or changes something. Bytes, brotli. */
const MAX_LATER_BYTES = 200_000;

test("the element is small: its script with all that it imports at once, and the widget's wasm", () => {
  const root = consumer(path.join(work, "sizes"));
  const dist = "node_modules/timeside/dist";
  execFileSync(tool("esbuild"), [`${dist}/player.js`, "--bundle", "--splitting", "--format=esm", "--outdir=out", "--metafile=meta.json", "--log-level=warning"], { cwd: root });
  const { inputs } = JSON.parse(readFileSync(path.join(root, "meta.json"), "utf8"));
  const closure = new Set([`${dist}/player.js`]);
  for (const file of closure) {
    for (const { path: place, kind } of inputs[file].imports) if (kind === "import-statement") closure.add(place);
  }
  assert.ok(!closure.has(`${dist}/index.js`), "the element plays without the SDK");
  const shell = [...closure].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(root, file)), { level: 9 }).length, 0);
  assert.ok(shell <= MAX_SHELL_BYTES, `${[...closure]}: ${shell} bytes`);
  for (const [name, most] of [["player.wasm", MAX_WIDGET_BYTES], ["player-later.wasm", MAX_LATER_BYTES]]) {
    const { length } = brotliCompressSync(readFileSync(path.join(root, dist, name)));
    assert.ok(length <= most, `${name}: ${length} bytes`);
  }
});

test("the manifest of the elements, the README's tables and the frameworks' types are of one piece", async () => {
  const { readme } = await import("../../pkg/manifest/build.mjs");
  const text = readFileSync(path.join(here, "../../pkg/README.md"), "utf8");
  assert.equal(readme(text), text, "the tables are old: `node pkg/manifest/build.mjs --readme`");
  const root = consumer(path.join(work, "manifest"));
  const dist = path.join(root, "node_modules/timeside");
  const { customElements: place } = JSON.parse(readFileSync(path.join(dist, "package.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(path.join(dist, place), "utf8"));
  assert.equal(manifest.schemaVersion, "2.1.0");
  const [player, chart] = manifest.modules[0].declarations;
  assert.deepEqual([player.tagName, chart.tagName], ["timeside-player", "timeside-chart"]);
  for (const name of ["currentTime", "view", "annotations", "analyze", "play"]) assert.ok(player.members.some((member) => member.name === name), name);
  for (const name of ["ready", "annotationchange", "timeupdate", "error"]) assert.ok(player.events.some((event) => event.name === name), name);
  for (const { name, description } of [...player.attributes, ...player.events, ...player.cssParts, ...player.cssProperties]) assert.ok(description, name);
  writeFileSync(
    path.join(root, "page.tsx"),
    `import "timeside/react";
export const page = <timeside-player src="x.wav" controls volume={0.5} onready={(event) => event.detail.media.info.duration} onviewchange={({ detail }) => detail.start + detail.end} />;
// @ts-expect-error: no such engine
export const wrong = <timeside-player engine="steam" />;
document.querySelector("timeside-player")!.addEventListener("analysisresult", ({ detail }) => detail.result.shape);
`,
  );
  for (const name of ["react", "@types"]) symlinkSync(path.join(here, "node_modules", name), path.join(root, "node_modules", name));
  const options = ["--noEmit", "--strict", "--target", "ES2022", "--lib", "ES2023,ESNext.Disposable,DOM,DOM.Iterable,DOM.AsyncIterable", "--module", "ESNext", "--moduleResolution", "Bundler", "--jsx", "react-jsx", "--types", "", "--skipLibCheck"];
  try {
    execFileSync(tool("tsc"), [...options, "page.tsx"], { cwd: root, encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  }
});

test("Vite builds it", async () => {
  const root = consumer(path.join(host.server.files, "vite"));
  await build({ root, base: "/files/vite/dist/", logLevel: "warn", configFile: false });
  const assets = readdirSync(path.join(root, "dist/assets"));
  for (const kind of [/timeside.*\.wasm$/, /player.*\.wasm$/, /workbench.*\.wasm$/, /worker.*\.js$/, /worklet.*\.js$/]) assert.ok(assets.some((name) => kind.test(name)), `${kind} is not among ${assets}`);
  await expectSound("/files/vite/dist/index.html");
});

test("Vite's development server serves it", async () => {
  const root = consumer(path.join(work, "vite-dev"));
  mkdirSync(path.join(root, "public/files"), { recursive: true });
  writeFileSync(path.join(root, "public/files/good.wav"), sine());
  const server = await createServer({ root, logLevel: "error", configFile: false, server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  const page = await host.browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/`);
    // The server reloads the page once it has looked at what is imported.
    await page.waitForFunction(() => globalThis.found, null, { timeout: 60_000 });
    const found = await page.evaluate(() => globalThis.found);
    assert.ok(Math.abs(found.sdk + 9.03) < 0.01 && Math.abs(found.widget + 9.03) < 0.01, JSON.stringify(found));
  } finally {
    await page.close();
    await server.close();
  }
});

test("esbuild bundles it, with configure", async () => {
  const root = consumer(path.join(host.server.files, "esbuild"));
  const options = ["configured.js", "--bundle", "--format=esm", "--outfile=out/main.js", "--log-level=warning"];
  execFileSync(tool("esbuild"), options, { cwd: root });
  for (const name of ["worker.js", "worklet.js", "timeside.wasm", "player.wasm", "player-later.wasm", "workbench.wasm"]) {
    cpSync(path.join(root, "node_modules/timeside/dist", name), path.join(root, "out", name));
  }
  cpSync(path.join(root, "index.html"), path.join(root, "out/index.html"));
  await expectSound("/files/esbuild/out/index.html");
});

test("a plain script tag loads it", async () => {
  const root = path.join(host.server.files, "plain");
  const dist = path.join(consumer(path.join(work, "plain")), "node_modules/timeside/dist");
  mkdirSync(root);
  cpSync(dist, path.join(root, "timeside"), { recursive: true });
  cpSync(path.join(here, "consumer/report.js"), path.join(root, "report.js"));
  cpSync(path.join(here, "consumer/index.html"), path.join(root, "index.html"));
  const main = 'import { open } from "./timeside/index.js";\nimport "./timeside/player.js";\nimport { report } from "./report.js";\nreport(open);\n';
  writeFileSync(path.join(root, "main.js"), main);
  await expectSound("/files/plain/index.html");
});

test("Node imports it without a window", () => {
  const root = consumer(path.join(work, "node"));
  const script = `
    const before = Object.keys(globalThis).sort().join();
    const sdk = await import("timeside");
    await import("timeside/player");
    if (Object.keys(globalThis).sort().join() !== before) throw new Error("the import changed globalThis");
    const ended = await sdk.open("x.wav").then(() => "opened", (error) => error instanceof sdk.TimeSideError ? "told" : String(error));
    console.log(Object.keys(sdk).sort().join(), ended);
    const { existsSync } = await import("node:fs");
    const { fileURLToPath } = await import("node:url");
    for (const file of ["timeside.wasm", "player.wasm", "player-later.wasm", "workbench.wasm", "worker"])
      if (!existsSync(fileURLToPath(import.meta.resolve("timeside/" + file)))) throw new Error(file);`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: root, encoding: "utf8" });
  for (const name of ["configure", "open", "parseAnnotations", "formatAnnotations", "parseResults", "processors", "TimeSideError"]) assert.ok(said.includes(name), `${name} is not exported: ${said}`);
  assert.match(said, / told\n$/, "opening without a browser rejects with TimeSideError");
});

test("its types hold in a consumer's program", () => {
  const root = consumer(path.join(work, "types"));
  for (const [module, resolution] of [["ESNext", "Bundler"], ["NodeNext", "NodeNext"]]) {
    const lib = "ES2023,ESNext.Disposable,DOM,DOM.Iterable,DOM.AsyncIterable";
    const options = ["--noEmit", "--strict", "--target", "ES2022", "--lib", lib, "--module", module, "--moduleResolution", resolution, "--types", ""];
    try {
      execFileSync(tool("tsc"), [...options, "types.ts"], { cwd: root, encoding: "utf8" });
    } catch (error) {
      assert.fail(`${resolution}: ${error.stdout}`);
    }
  }
});

test("bundlers leave out the widget when only the SDK is used", () => {
  const root = consumer(path.join(work, "treeshake"));
  writeFileSync(path.join(root, "only.js"), 'import { open } from "timeside";\nglobalThis.open = open;\n');
  execFileSync(tool("esbuild"), ["only.js", "--bundle", "--format=esm", "--outfile=only.out.js", "--metafile=meta.json", "--log-level=warning"], { cwd: root });
  const { inputs } = JSON.parse(readFileSync(path.join(root, "meta.json"), "utf8"));
  assert.deepEqual(Object.keys(inputs).sort(), ["node_modules/timeside/dist/index.js", "only.js"]);
});
