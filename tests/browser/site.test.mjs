// The site beside its first page: the app, its life without a network, the tour, the theming table.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed();
const TONE = { name: "\u202etone <b>.wav", mimeType: "audio/wav", buffer: sine() };
const isOpen = (page, name) => page.waitForFunction((name) => document.querySelector("timeside-player").media?.info.name === name, name, { timeout: 60_000 });
const shot = async (page, name) => {
  if (process.env.TIMESIDE_SCREENSHOTS) await page.screenshot({ path: `${process.env.TIMESIDE_SCREENSHOTS}/${name}.png` });
};

test("the app opens files of one's own and remembers their names alone", async () => {
  const page = await host.open("/app/");
  await page.locator("#file").setInputFiles(TONE);
  await isOpen(page, TONE.name);
  assert.equal(await page.locator("#file-name").textContent(), TONE.name);
  await page.locator("summary").click();
  assert.deepEqual(await page.locator("#recent-names li").allTextContents(), [TONE.name]);
  assert.deepEqual(await page.evaluate(() => JSON.parse(localStorage.getItem("timeside-app-recent"))), [TONE.name]);
  // Dropped, as a file manager does.
  await page.evaluate(async () => {
    const bytes = await (await fetch("/recording/timeside.mp3")).arrayBuffer();
    const data = new DataTransfer();
    data.items.add(new File([bytes], "dropped.mp3", { type: "audio/mpeg" }));
    document.querySelector("timeside-player").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, composed: true, cancelable: true }));
  });
  await isOpen(page, "dropped.mp3");
  await page.reload();
  await page.locator("summary").click();
  assert.deepEqual(await page.locator("#recent-names li").allTextContents(), ["dropped.mp3", TONE.name]);
  await page.getByRole("button", { name: "Forget these names" }).click();
  assert.ok(await page.locator("#recent").isHidden());
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the app can be installed: its manifest is complete and its addresses are there", async () => {
  const page = await host.open("/app/");
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector("link[rel=manifest]").href;
    const manifest = await (await fetch(link)).json();
    const status = async (address) => (await fetch(new URL(address, link))).status;
    return { ...manifest, found: await Promise.all([manifest.start_url, ...manifest.icons.map(({ src }) => src)].map(status)) };
  });
  assert.deepEqual(manifest.found, Array(manifest.found.length).fill(200));
  assert.ok(["192x192", "512x512"].every((size) => manifest.icons.some(({ sizes }) => sizes === size)));
  const cdp = await page.context().newCDPSession(page);
  const { errors } = await cdp.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  await page.close();
});

test("without a network the app opens, draws and analyses", async () => {
  const page = await host.open("/app/");
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
  // Every file of the package is kept, under its version.
  const kept = await page.evaluate(async () => {
    const name = (await caches.keys()).find((key) => key.startsWith("timeside-package-"));
    return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  });
  for (const file of ["player.js", "player.wasm", "timeside.wasm", "worker.js", "widget.js", "worklet.js"]) assert.ok(kept.includes(`/timeside/${file}`), file);
  const context = page.context();
  await context.setOffline(true);
  await page.reload();
  await page.locator("#file").setInputFiles(TONE);
  await isOpen(page, TONE.name);
  const level = await page.evaluate(async () => (await document.querySelector("timeside-player").analyze("level")).get("level.rms").data[0]);
  assert.ok(Math.abs(level + 9.03) < 0.01, `${level}`);
  await context.setOffline(false);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a file that another program shares is opened once", async () => {
  const page = await host.open("/app/");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const bytes = sine().toString("base64");
  await page.evaluate((bytes) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/app/?share", enctype: "multipart/form-data" });
    const input = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], "shared ü.wav", { type: "audio/wav" }));
    input.files = data.files;
    form.append(input);
    document.body.append(form);
    form.submit();
  }, bytes);
  await page.waitForURL("**/app/");
  await isOpen(page, "shared ü.wav");
  assert.deepEqual(await page.evaluate(async () => (await (await caches.open("timeside-shared")).keys()).length), 0);
  assert.deepEqual(page.said, []);
  await page.close();
});

for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 800 }]) {
  test(`the tour goes by keyboard and fits ${viewport.width} pixels`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await host.open("/app/", { viewport, colorScheme });
      await page.getByRole("button", { name: "Tour" }).focus();
      await page.keyboard.press("Enter");
      const card = page.getByRole("dialog");
      await card.waitFor({ timeout: 60_000 });
      const titles = [];
      for (let step = 0; step < 12 && (await card.count()); step++) {
        titles.push(await card.getByRole("heading").textContent());
        const box = await card.boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= viewport.width && box.y >= 0 && box.y + box.height <= viewport.height, `${titles.at(-1)}: ${JSON.stringify(box)}`);
        if (step === 2) await shot(page, `tour-${viewport.width}-${colorScheme}`);
        if (step === 1) {
          await page.keyboard.press("ArrowLeft");
          assert.equal(await card.getByRole("heading").textContent(), titles[0]);
          await page.keyboard.press("ArrowRight");
        }
        await card.getByRole("button", { name: /Next|Done/ }).focus();
        await page.keyboard.press("Enter");
      }
      assert.ok(titles.length >= 5 && new Set(titles).size === titles.length, `${titles}`);
      assert.equal(await page.evaluate(() => document.activeElement.id), "tour");
      await page.keyboard.press("Enter");
      await card.waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await card.count(), 0);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
      await shot(page, `app-${viewport.width}-${colorScheme}`);
      assert.deepEqual(page.said, []);
      await page.close();
    }
  });
}

test("the theming table has every token and shows what is set", async () => {
  const page = await host.open("/theme/");
  await page.locator("#parts tr").first().waitFor();
  const rows = await page.locator("#properties th").allTextContents();
  assert.ok(rows.length > 20 && rows.includes("--timeside-accent"));
  await page.waitForFunction(() => document.querySelector("timeside-player").media, null, { timeout: 60_000 });
  const accent = page.getByLabel("Value of --timeside-wave-rms", { exact: true });
  await accent.fill("#00ff00");
  assert.match(await page.locator("#sheet").textContent(), /--timeside-wave-rms: #00ff00;/);
  // The waveform has that colour now: the canvas was painted anew.
  await page.waitForFunction(() => {
    const visit = (root) => [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot ? visit(element.shadowRoot) : [])]);
    return visit(document.querySelector("timeside-player").shadowRoot).some((element) => {
      if (!(element instanceof HTMLCanvasElement) || !element.width || !element.height) return false;
      const copy = new OffscreenCanvas(element.width, element.height).getContext("2d");
      copy.drawImage(element, 0, 0);
      return new Uint32Array(copy.getImageData(0, 0, element.width, element.height).data.buffer).some((pixel) => pixel === 0xff00ff00);
    });
  });
  await accent.fill("no colour; } body { display: none");
  assert.equal(await accent.getAttribute("aria-invalid"), "true");
  assert.match(await page.locator("#sheet").textContent(), /Nothing is set/);
  await page.getByLabel("Outline lane").check();
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("timeside-player").shadowRoot.querySelector("[part=lane]")).outlineStyle), "dashed");
  await shot(page, "theme");
  assert.deepEqual(page.said, []);
  await page.close();
});

// The score of a layout shift is a share of the page, no time: https://web.dev/articles/cls
for (const [path, width, height] of [["/", 412, 823], ["/", 1350, 940], ["/app/", 412, 823], ["/theme/", 412, 823]]) {
  test(`nothing jumps while ${path} comes in ${width} pixels`, async () => {
    const page = await host.open("/test/blank.html", { viewport: { width, height }, isMobile: width < 500, hasTouch: width < 500 });
    await page.addInitScript(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value, sources }) => ({ value, from: sources.map(({ node, previousRect, currentRect }) => [node?.className ?? node?.textContent, previousRect, currentRect]) })))).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(new URL(path, page.url()).href);
    const isIn = path === "/app/" ? () => player.shadowRoot.querySelector("[data-phase=empty]") : () => player.shadowRoot.querySelector("[data-phase=ready]");
    await page.waitForFunction(isIn);
    // The three analyses of the first page are done when a row tells the last of them.
    if (path === "/") await page.waitForFunction(() => document.querySelector("timeside-player").shadowRoot.querySelectorAll(".values tbody tr").length >= 9 && !document.querySelector("timeside-player").shadowRoot.querySelector("progress"));
    const shifts = await page.evaluate(() => shifts);
    const sum = shifts.reduce((sum, { value }) => sum + value, 0);
    assert.ok(sum <= 0.01, `${sum}: ${JSON.stringify(shifts)}`);
    await page.close();
  });
}
