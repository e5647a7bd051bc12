// Spectrograms: the true rate, tiles of a grid, what cancelling saves, and a look-up that asks the engine nothing.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { wav } from "./wav.mjs";

const RATE = 384_000;

/** A tone at 150 kHz, a quarter of a second, 16 bit. */
function bat() {
  const frames = RATE / 4;
  const file = wav({ rate: RATE, bytes: frames * 2 });
  for (let n = 0; n < frames; n++) file.writeInt16LE(Math.round(32_767 * Math.sin((2 * Math.PI * 150_000 * n) / RATE)), 44 + 2 * n);
  return file;
}

/** Twenty minutes, a click each second: long enough for columns that are sought. */
function long() {
  const rate = 8000;
  const file = wav({ rate, bytes: 2 * rate * 1200 });
  for (let second = 0; second < 1200; second++) {
    for (let n = 0; n < 400; n++) file.writeInt16LE(Math.round(20_000 * Math.sin((2 * Math.PI * 1000 * n) / rate)), 44 + 2 * (second * rate + n));
  }
  return file;
}

const host = bed({
  setup: (server) => {
    server.write("bat.wav", bat());
    server.write("long.wav", long());
  },
});

/** Notes on the page what goes to the worker and what comes from it. */
const overhear = () => {
  globalThis.posted = [];
  globalThis.heard = [];
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => data.type === "event" && heard.push(data.event.type));
    }
    postMessage(message, ...rest) {
      if (message.type === "command") posted.push(message.command.type);
      super.postMessage(message, ...rest);
    }
  };
};

/** Opens a page whose traffic with the worker is noted. */
async function overheard(where, context) {
  const page = await host.browser.newPage(context);
  page.said = [];
  page.on("console", (message) => message.type() === "error" && page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(String(error)));
  await page.addInitScript(overhear);
  await page.goto(host.server.origin + where);
  return page;
}

/** Waits until nothing has been said between page and worker for a while. */
const quiet = (page) =>
  page.evaluate(async () => {
    for (let still = 0, before = -1; still < 8; ) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = posted.length + heard.length;
      still = now === before ? still + 1 : 0;
      before = now;
    }
  });

/** A number for what the spectrogram's canvas shows. */
const picture = (page) =>
  page.evaluate(() => {
    const lane = document.querySelector("timeside-player").shadowRoot.querySelector(".frequency-axis").closest(".lane");
    const canvas = lane.querySelector("canvas");
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let hash = 0;
    for (const word of new Uint32Array(data.buffer)) hash = (Math.imul(hash, 31) + word) >>> 0;
    return hash;
  });

async function widget(context) {
  const page = await overheard("/", context);
  await page.evaluate(async () => {
    await customElements.whenDefined("timeside-player");
    const player = document.querySelector("timeside-player");
    while (!player.media) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await quiet(page);
  return page;
}

test("a bat's call stands in its row, at the file's own rate, however it is windowed", async () => {
  const page = await host.open();
  const rows = await page.evaluate(async (url) => {
    const media = await timeside.open(url);
    const rows = [];
    for (const options of [{}, { block: 512, fft: 2048 }, { window: "flat-top" }, { window: "kaiser", block: 4096 }]) {
      const image = await media.spectrogram({ start: 0.05, end: 0.2, width: 16, height: 192, ...options });
      const column = Array.from({ length: 192 }, (_, y) => image.data[y * 16 + 8]);
      const top = column.indexOf(Math.max(...column));
      rows.push([top, column[top]]);
    }
    const wrong = await media.spectrogram({ width: 1, height: 1, block: 512, fft: 256 }).catch((error) => [error.code, error.message]);
    const both = await media.spectrogram({ width: 1, height: 1, end: 0.1, columnFrames: 2 }).catch((error) => error.code);
    media.close();
    return { rate: media.info.sampleRate, rows, wrong, both };
  }, "/files/bat.wav");
  assert.equal(rows.rate, RATE);
  for (const [row, level] of rows.rows) {
    // A row for each kHz, 192 kHz on top.
    assert.ok(row === 41 || row === 42, `row ${row}`);
    assert.ok(level >= 253, `${level}`);
  }
  assert.equal(rows.wrong[0], "bad-parameter");
  assert.match(rows.wrong[1], /fft/);
  assert.equal(rows.both, "bad-parameter");
  await page.close();
});

test("tiles by address equal one wide image, and coarser ones come before", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async (url) => {
    const media = await timeside.open(url);
    const parts = [];
    const ask = (start, width, more) =>
      media.spectrogram({ start, columnFrames: 65_536, width, height: 32, ...more });
    const wide = await ask(0, 128, { onPartial: (part) => parts.push(part) });
    const tiles = [await ask(0, 64), await ask((64 * 65_536) / 8000, 64)];
    let differing = 0;
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 128; x++) differing += Number(wide.data[y * 128 + x] !== tiles[x >> 6].data[y * 64 + (x & 63)]);
    }
    media.close();
    return { differing, complete: wide.complete, parts: parts.map((p) => [p.width, p.height, p.complete]), first: parts[0].data[9] === parts[0].data[8] };
  }, "/files/long.wav");
  assert.deepEqual(seen, { differing: 0, complete: true, parts: [[128, 32, false], [128, 32, false], [128, 32, false]], first: true });
  await page.close();
});

test("what is cancelled costs nothing more", async () => {
  const page = await overheard("/test/blank.html");
  await page.waitForFunction(() => globalThis.timeside);
  const seen = await page.evaluate(async (url) => {
    const media = await timeside.open(url);
    const codes = [];
    const controllers = [];
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      controllers.push(controller);
      const image = media.spectrogram({ width: 4096, height: 512, start: i, signal: controller.signal, onPartial: () => {} });
      codes.push(image.then(() => "drawn", (error) => error.code));
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const controller of controllers) controller.abort();
    // What was asked after them is answered, and none of them is.
    const after = await media.spectrogram({ start: 1, end: 2, width: 8, height: 8 });
    const drawn = heard.filter((type) => type === "spectrogram").length;
    const aborted = await media.spectrogram({ width: 1, height: 1, signal: AbortSignal.abort() }).catch((error) => error.code);
    media.close();
    return { codes: await Promise.all(codes), cancels: posted.filter((type) => type === "cancel").length, width: after.width, drawn, aborted };
  }, "/files/long.wav");
  const drawn = seen.codes.filter((code) => code === "drawn").length;
  assert.ok(drawn < 20, `${drawn} were drawn all the same`);
  assert.equal(seen.codes.filter((code) => code === "cancelled").length, 20 - drawn);
  assert.equal(seen.cancels, 20 - drawn);
  assert.equal(seen.drawn, drawn + 1);
  assert.equal(seen.width, 8);
  assert.equal(seen.aborted, "cancelled");
  await page.close();
});

test("colours, range and gain are a look-up: the engine is asked nothing", async () => {
  const page = await widget();
  const settings = [{ colorMap: "viridis" }, { floorDb: -100 }, { ceilingDb: -30 }, { gainDb: 20 }, { colorMap: null }];
  let before = await picture(page);
  const posted = () => page.evaluate(() => globalThis.posted.length);
  const asked = await posted();
  for (const given of settings) {
    await page.evaluate(async (given) => {
      document.querySelector("timeside-player").layers.configure("spectrogram", given);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }, given);
    const now = await picture(page);
    assert.notEqual(now, before, `${JSON.stringify(given)} changes the picture`);
    before = now;
  }
  assert.equal(await posted(), asked, "messages to the worker");
  await page.evaluate(() => document.querySelector("timeside-player").layers.configure("spectrogram", { scale: "log", block: 4096 }));
  await quiet(page);
  assert.ok((await posted()) > asked, "another axis is asked for");
  assert.notEqual(await picture(page), before);
  const code = await page.evaluate(() => {
    try {
      document.querySelector("timeside-player").layers.configure("spectrogram", { colour: "red" });
    } catch (error) {
      return error.code;
    }
  });
  assert.equal(code, "bad-parameter");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("tiles that are scrolled away are cancelled, and those in view come", async () => {
  const page = await widget();
  const { cancels, requests } = await page.evaluate(async () => {
    const { view, media } = document.querySelector("timeside-player");
    const length = media.info.duration;
    posted.length = 0;
    for (let i = 0; i < 24; i++) {
      const start = ((i * 7) % 24) / 24 * (length - 0.6);
      view.zoomTo(start, start + 0.5);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const of = (type) => posted.filter((other) => other === type).length;
    return { cancels: of("cancel"), requests: of("spectrogram") };
  });
  assert.ok(cancels > 0 && cancels < requests, `${cancels} of ${requests} cancelled`);
  await quiet(page);
  const answered = await page.evaluate(() => heard.at(-1));
  assert.ok(["spectrogram", "peaks", "read"].includes(answered), answered);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the frequency axis and its settings by keys, wheel and pointer", async () => {
  const page = await widget({ viewport: { width: 1280, height: 900 } });
  const axis = page.locator("timeside-player .frequency-axis");
  const shown = () => axis.getAttribute("aria-valuetext");
  const whole = await shown();
  await axis.focus();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  const near = await shown();
  assert.notEqual(near, whole);
  await page.keyboard.press("ArrowUp");
  assert.notEqual(await shown(), near);
  await page.keyboard.press("0");
  assert.equal(await shown(), whole);
  await axis.hover();
  await page.mouse.wheel(0, -300);
  await page.waitForFunction((before) => document.querySelector("timeside-player").shadowRoot.querySelector(".frequency-axis").getAttribute("aria-valuetext") !== before, whole);
  await axis.dblclick();
  await page.waitForFunction((before) => document.querySelector("timeside-player").shadowRoot.querySelector(".frequency-axis").getAttribute("aria-valuetext") === before, whole);

  const button = page.getByRole("button", { name: "Spectrogram settings" });
  await button.focus();
  await page.keyboard.press("Enter");
  const group = page.getByRole("group", { name: "Spectrogram settings" });
  await group.getByLabel("Frequency", { exact: true }).selectOption("linear");
  await group.getByLabel("From").fill("1000");
  await group.getByLabel("to", { exact: true }).fill("8000");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.querySelector("timeside-player").shadowRoot.querySelector(".frequency-axis").getAttribute("aria-valuetext") === "1 kHz to 8 kHz");
  for (const label of ["Colours", "Darkest at", "Brightest at", "Gain", "Window", "Shape", "Zero padding"]) {
    assert.equal(await group.getByLabel(label, { exact: true }).count(), 1, label);
  }
  await group.getByRole("button", { name: "Reset" }).click();
  await page.waitForFunction((before) => document.querySelector("timeside-player").shadowRoot.querySelector(".frequency-axis").getAttribute("aria-valuetext") === before, whole);
  await button.click();
  assert.equal(await group.count(), 0);
  assert.deepEqual(page.said, []);
  await page.close();
});
