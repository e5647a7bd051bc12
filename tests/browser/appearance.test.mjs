// What is seen, compared with itself: at every density of pixels the same picture, in the dark no light ground, with
// forced colours only the system's, from right to left the same sound under mirrored words.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const WIDTH = 900;
const host = bed({ setup: (server) => server.write("good.wav", sine({ seconds: 8 })) });

/** The page with a recording drawn to the end. */
async function shown(context, prepare) {
  const page = await host.open("/test/states.html", { viewport: { width: WIDTH, height: 900 }, reducedMotion: "reduce", ...context });
  if (prepare) await page.evaluate(prepare);
  await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    player.layers = "waveform spectrogram";
    await customElements.whenDefined("timeside-player");
    player.src = "/files/good.wav";
    await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
  });
  await page.locator("[data-phase=ready]").waitFor();
  await settled(page);
  return page;
}

/** Waits until two pictures in a row are the same. */
async function settled(page) {
  for (let before = "", tries = 0; tries < 100; tries++) {
    await page.waitForTimeout(150);
    const now = (await page.locator("timeside-player").screenshot({ animations: "disabled" })).toString("base64");
    if (now === before) return;
    before = now;
  }
  assert.fail("the picture never comes to rest");
}

/** A picture of the element as pixels at the size of one pixel a CSS pixel, read in the page: bytes of RGBA. */
const pixels = async (page, scratch) => {
  const png = await page.locator("timeside-player").screenshot({ animations: "disabled" });
  const box = await page.locator("timeside-player").boundingBox();
  // As text: Playwright takes half a minute over an array of so many numbers.
  const text = await scratch.evaluate(
    async ([bytes, width, height]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${bytes}`)).blob());
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      const reader = new FileReader();
      reader.readAsDataURL(new Blob([data]));
      await new Promise((resolve) => (reader.onload = resolve));
      return reader.result.slice(reader.result.indexOf(",") + 1);
    },
    [png.toString("base64"), Math.round(box.width), Math.round(box.height)],
  );
  return Buffer.from(text, "base64");
};

/** Mean difference of two pictures over blocks of eight by eight pixels, so that the edges of letters do not count: 0..255. */
function difference(a, b, width) {
  assert.equal(a.length, b.length, "the pictures have one size");
  const height = a.length / 4 / width;
  const [columns, rows] = [Math.floor(width / 8), Math.floor(height / 8)];
  let worst = 0;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let off = 0;
      for (let channel = 0; channel < 3; channel++) {
        let d = 0;
        for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) {
          const at = ((row * 8 + y) * width + column * 8 + x) * 4 + channel;
          d += a[at] - b[at];
        }
        off = Math.max(off, Math.abs(d) / 64);
      }
      worst = Math.max(worst, off);
      sum += off;
    }
  }
  return { mean: sum / (columns * rows), worst };
}

test("at 1, 1.5 and 2 device pixels the picture is the same, only finer", async () => {
  const scratch = await host.browser.newPage();
  // Both what is played and what is not are seen.
  const halfway = async (context) => {
    const page = await shown(context);
    await page.evaluate(() => void (document.querySelector("timeside-player").currentTime = 4));
    await page.waitForFunction(() => document.querySelector("timeside-player").currentTime === 4);
    await settled(page);
    return page;
  };
  const one = await halfway({ deviceScaleFactor: 1 });
  const width = Math.round((await one.locator("timeside-player").boundingBox()).width);
  const base = await pixels(one, scratch);
  for (const deviceScaleFactor of [1.5, 2]) {
    const page = await halfway({ deviceScaleFactor });
    const crisp = await page.evaluate(() => {
      const canvases = [...document.querySelector("timeside-player").shadowRoot.querySelectorAll("canvas")].filter((canvas) => canvas.clientWidth > 100);
      return canvases.map((canvas) => canvas.width / canvas.clientWidth);
    });
    assert.ok(crisp.length >= 3 && crisp.every((ratio) => Math.abs(ratio - deviceScaleFactor) < 0.02), `backing stores: ${crisp}`);
    const seen = difference(base, await pixels(page, scratch), width);
    assert.ok(seen.mean < 4, `at ${deviceScaleFactor}: ${JSON.stringify(seen)}`);
    await page.close();
  }
  await Promise.all([one.close(), scratch.close()]);
});

test("the dark has no light ground, the light no dark one", async () => {
  const scratch = await host.browser.newPage();
  for (const [colorScheme, isGround] of [["light", (mean) => mean > 140], ["dark", (mean) => mean < 90]]) {
    const page = await shown({ colorScheme });
    const data = await pixels(page, scratch);
    const grey = data.filter((_, i) => i % 4 !== 3).reduce((sum, value) => sum + value, 0) / (data.length * 0.75);
    assert.ok(isGround(grey), `${colorScheme}: mean ${grey}`);
    await page.close();
  }
  await scratch.close();
});

test("forced colours are the system's, everywhere but in the spectrogram", async () => {
  const page = await shown({ forcedColors: "active", colorScheme: "dark" });
  const strange = await page.evaluate(() => {
    const names = ["Canvas", "CanvasText", "GrayText", "Highlight", "HighlightText", "ButtonFace", "ButtonText", "LinkText", "Field", "FieldText", "Mark", "MarkText", "ButtonBorder", "AccentColor", "AccentColorText"];
    const probe = document.body.appendChild(document.createElement("div"));
    const allowed = new Set(names.map((name) => ((probe.style.color = name), getComputedStyle(probe).color)));
    probe.remove();
    const found = [];
    for (const element of document.querySelector("timeside-player").shadowRoot.querySelectorAll("*")) {
      if (element.closest("[hidden]") || element.getClientRects().length === 0) continue;
      const style = getComputedStyle(element);
      for (const property of ["color", "borderTopColor"]) {
        const value = style[property];
        // A colour that nothing is written in is none.
        if (property === "color" && ![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
        if (property === "borderTopColor" && style.borderTopWidth === "0px") continue;
        if (!allowed.has(value) && !/, 0\)$/.test(value)) found.push(`${element.className?.baseVal ?? element.className} ${property} ${value}`);
      }
    }
    return [...new Set(found)];
  });
  assert.deepEqual(strange, []);
  await page.close();
});

test("from right to left the words are mirrored and time still runs to the right", async () => {
  const [ltr, rtl] = [await shown(), await shown({}, () => void (document.documentElement.lang = "ar"))];
  await rtl.locator("timeside-player .player[dir=rtl]").waitFor();
  const axis = (page) =>
    page.evaluate(() => {
      const root = document.querySelector("timeside-player").shadowRoot;
      const canvas = [...root.querySelectorAll(".lane canvas")][0];
      const box = canvas.getBoundingClientRect();
      const legend = root.querySelector(".lane .legend").getBoundingClientRect();
      return { width: box.width, legendIsLeft: legend.left < box.left, picture: canvas.toDataURL() };
    });
  const [left, right] = [await axis(ltr), await axis(rtl)];
  assert.deepEqual([left.legendIsLeft, right.legendIsLeft], [true, false]);
  assert.equal(left.width, right.width);
  assert.equal(left.picture, right.picture, "the waveform is not mirrored");
  const click = async (page) => {
    const box = await page.locator("timeside-player .lane canvas").first().boundingBox();
    await page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
    await page.waitForFunction(() => document.querySelector("timeside-player").currentTime > 0);
    return page.evaluate(() => document.querySelector("timeside-player").currentTime);
  };
  for (const page of [ltr, rtl]) {
    const at = await click(page);
    assert.ok(Math.abs(at - 6) < 0.1, `three quarters of eight seconds: ${at}`);
  }
  await Promise.all([ltr.close(), rtl.close()]);
});

test("at rest nothing is painted, and no frame is asked for", async () => {
  const page = await shown();
  await page.evaluate(() => {
    const { annotations } = document.querySelector("timeside-player");
    annotations.tiers.add({ id: "words", name: "Words", kind: "spans" });
    annotations.add({ tier: "words", start: 1, end: 2, label: "one" });
    globalThis.work = { frames: 0, strokes: 0 };
    const frame = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (call) => (work.frames++, frame(call));
    for (const name of ["clearRect", "fillRect", "stroke", "fill", "fillText", "drawImage", "putImageData"]) {
      const paint = CanvasRenderingContext2D.prototype[name];
      CanvasRenderingContext2D.prototype[name] = function (...given) {
        work.strokes++;
        return paint.apply(this, given);
      };
    }
  });
  await settled(page);
  const during = (act) =>
    page.evaluate(async (act) => {
      Object.assign(work, { frames: 0, strokes: 0 });
      if (act) document.querySelector("timeside-player").view.zoomTo(1, 2);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return { ...work };
    }, act);
  assert.deepEqual(await during(false), { frames: 0, strokes: 0 });
  const zoomed = await during(true);
  assert.ok(zoomed.frames > 0 && zoomed.strokes > 10, `what is counted happens: ${JSON.stringify(zoomed)}`);
  await settled(page);
  assert.deepEqual(await during(false), { frames: 0, strokes: 0 }, "and again after a zoom");
  await page.close();
});
