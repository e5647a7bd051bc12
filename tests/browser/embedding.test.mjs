// What a page may do to the element: nonsense in attributes, children, slots, a slow network.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({ setup });

function setup(server) {
  server.write("tone.wav", sine());
  // Unlike `/test/blank.html` it does not bring the SDK.
  server.write("bare.html", "<!doctype html><html lang='en'><link rel='icon' href='data:,'><title>Bare</title><body></body></html>");
}

const manifest = JSON.parse(readFileSync(new URL("../../pkg/dist/custom-elements.json", import.meta.url), "utf8"));
const [{ attributes }] = manifest.modules[0].declarations;

/** Values that make no sense; every other attribute that is no flag gets `NONSENSE`. */
const NONSENSE = "\u2028 nonsense <script>alert(1)</script>";
const WORSE = { src: "http://[", peaks: "http://[", annotations: "http://[", volume: "1.01", playbackrate: "1e9", zoom: "-1", start: "1e999", hotkeys: "nospace k" };

test("each attribute that makes no sense is named on the console once, and falls back", async () => {
  const page = await host.open("/test/blank.html");
  const warned = [];
  page.on("console", (message) => message.type() === "warning" && warned.push(message.text()));
  await page.evaluate(() => import("/timeside/player.js"));
  for (const { name, type } of attributes) {
    if (type.text === "boolean") continue;
    warned.length = 0;
    await page.evaluate(
      async ([name, value]) => {
        document.querySelector("timeside-player")?.remove();
        const player = document.createElement("timeside-player");
        player.controls = true;
        const told = new Promise((resolve) => {
          for (const type of ["ready", "error"]) player.addEventListener(type, resolve, { once: true });
        });
        if (name !== "src") player.src = "/files/tone.wav";
        player.setAttribute(name, value);
        document.body.append(player);
        await told;
        // An attribute set later is looked at too, and one set again is not told again.
        player.setAttribute(name, value);
      },
      [name, WORSE[name] ?? NONSENSE],
    );
    for (let look = 0; look < 50 && !warned.length; look++) await page.waitForTimeout(20);
    await page.waitForTimeout(50);
    assert.equal(warned.length, 1, `${name}: ${JSON.stringify(warned)}`);
    assert.match(warned[0], new RegExp(`^<timeside-player ${name}=`));
    const now = await page.evaluate(() => {
      const player = document.querySelector("timeside-player");
      const { volume, playbackRate, engine, view, media } = player;
      return { volume, playbackRate, engine, whole: view.start === 0, open: media !== null };
    });
    assert.deepEqual(now, { volume: 1, playbackRate: 1, engine: "auto", whole: true, open: name !== "src" }, name);
  }
  // The values of flags do not matter.
  warned.length = 0;
  await page.evaluate(() => {
    const player = document.querySelector("timeside-player");
    player.setAttribute("volume", "0.5");
    player.setAttribute("loop", "no such value");
  });
  await page.waitForTimeout(100);
  assert.deepEqual(warned, []);
  assert.deepEqual(page.said.filter((line) => !/Failed to load resource/.test(line)), []);
  await page.close();
});

test("before the widget's wasm has come, the browser's controls play", async () => {
  const page = await host.open("/test/blank.html");
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route("**/player.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    document.body.innerHTML = "<timeside-player src='/files/tone.wav' controls loop muted></timeside-player>";
  });
  // A native control has no selector: it is reached as a person without a mouse does.
  const audio = page.locator("timeside-player audio");
  await page.waitForFunction(() => document.querySelector("timeside-player").readyState > 0);
  assert.ok(await audio.evaluate((element) => element.controls && element.getBoundingClientRect().height > 20), "its controls are seen");
  await audio.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.querySelector("timeside-player").paused);
  release();
  await page.getByRole("button", { name: /pause/i }).waitFor();
  assert.equal(await audio.evaluate((element) => element.controls), false);
  assert.equal(await page.evaluate(() => document.querySelector("timeside-player").paused), false, "it plays on");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the sound waits neither for the SDK nor for the widget; what is asked of them meanwhile is answered", async () => {
  const page = await host.open("/files/bare.html");
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route("**/timeside/index.js", async (route) => {
    await held;
    await route.continue();
  });
  const refused = await page.evaluate(async () => {
    await import("/timeside/player.js");
    document.body.innerHTML = "<timeside-player src='/files/tone.wav' controls loop muted></timeside-player>";
    const player = document.querySelector("timeside-player");
    await player.play();
    globalThis.opened = player.open("/files/tone.wav");
    try {
      player.layers.configure("waveform", { opacity: 2 });
    } catch (error) {
      globalThis.refused = error;
    }
    const early = await player.analyze("level").catch((error) => error);
    return [[globalThis.refused, early].map(({ name, code }) => `${name} ${code}`), player.paused, player.media];
  });
  assert.deepEqual(refused, [["TimeSideError bad-parameter", "TimeSideError not-found"], false, null]);
  release();
  const later = await page.evaluate(async () => {
    const { TimeSideError } = await import("/timeside/index.js");
    class Own extends TimeSideError {}
    const media = await globalThis.opened;
    return { frames: media.info.frames, isError: [globalThis.refused instanceof TimeSideError, globalThis.refused instanceof Own, new Own("io", "") instanceof TimeSideError, new Error() instanceof TimeSideError] };
  });
  assert.ok(later.frames > 0);
  assert.deepEqual(later.isError, [true, false, true, false], "one class, though the element has a copy of it");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("without the SDK the sound plays, and an error in words tells what is missing", async () => {
  const page = await host.open("/files/bare.html");
  await page.route("**/timeside/index.js", (route) => route.abort());
  const [codes, paused] = await page.evaluate(async () => {
    await import("/timeside/player.js");
    const codes = new Set();
    document.body.addEventListener("error", ({ detail }) => codes.add(`${detail.name} ${detail.code} ${/engine could not be fetched/.test(detail.message)}`));
    document.body.innerHTML = "<timeside-player src='/files/tone.wav' controls loop muted></timeside-player>";
    const player = document.querySelector("timeside-player");
    await player.play();
    while (!codes.size) await new Promise((resolve) => setTimeout(resolve, 20));
    return [[...codes], player.paused];
  });
  assert.equal(codes[0], "TimeSideError network true");
  assert.equal(paused, false);
  await page.close();
});

test("once the widget stands, the sound needs no controls of the browser's: heard once, fetched once", async () => {
  const page = await host.open("/test/blank.html");
  // What arrives, not what is asked for: an answer that is not read to its end is broken off.
  let [fetched, whole] = [0, 0];
  const media = new Set();
  const cdp = await page.context().newCDPSession(page);
  cdp.on("Network.requestWillBeSent", ({ requestId, type }) => type === "Media" && media.add(requestId));
  cdp.on("Network.responseReceived", ({ requestId, response }) => {
    if (media.has(requestId)) whole = Number(response.headers["Content-Range"]?.split("/")[1] ?? response.headers["content-range"]?.split("/")[1]);
  });
  cdp.on("Network.dataReceived", ({ requestId, dataLength }) => media.has(requestId) && (fetched += dataLength));
  await cdp.send("Network.enable");
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    document.body.innerHTML = "<timeside-player controls loop volume='0.5'></timeside-player>";
    const player = document.querySelector("timeside-player");
    globalThis.heard = [];
    for (const name of ["loadstart", "loadedmetadata", "loadeddata", "canplay", "canplaythrough", "emptied", "abort"]) player.addEventListener(name, () => heard.push(name));
    player.src = "/recording/timeside.mp3";
  });
  const inDocument = () => page.evaluate(() => document.querySelector("timeside-player").shadowRoot.querySelectorAll("audio").length);
  await page.waitForFunction(() => document.querySelector("timeside-player").readyState === 4 && !document.querySelector("timeside-player").shadowRoot.querySelector("audio"));
  await page.evaluate(() => {
    const player = document.querySelector("timeside-player");
    player.muted = true;
    return player.play();
  });
  await page.waitForFunction(() => document.querySelector("timeside-player").currentTime > 0.2);
  assert.deepEqual(await page.evaluate(() => heard), ["loadstart", "loadedmetadata", "loadeddata", "canplay", "canplaythrough"]);
  // Chromium keeps whole blocks of 32 KB for another; what of a block was on its way comes again.
  assert.ok(whole > 0 && fetched > 0 && fetched <= whole + 2 * 32_768, `${fetched} bytes of ${whole}`);
  assert.deepEqual(await page.evaluate(() => [document.querySelector("timeside-player").volume, document.querySelector("timeside-player").loop]), [0.5, true]);
  // Without a widget again, the browser's controls have something to hold on to.
  await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    player.remove();
    await new Promise((resolve) => setTimeout(resolve));
    document.body.append(player);
  });
  assert.equal(await inDocument(), 1);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("controls of one's own stand below the widget, and their keys stay theirs", async () => {
  const page = await host.open("/test/blank.html");
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    document.body.innerHTML = "<timeside-player src='/files/tone.wav' muted loop><button slot='controls'>Mine</button></timeside-player>";
    const player = document.querySelector("timeside-player");
    player.querySelector("button").addEventListener("click", () => player.play());
    globalThis.heard = [];
    document.body.addEventListener("keydown", (event) => globalThis.heard.push(event.key));
    while (!player.media) await new Promise((resolve) => setTimeout(resolve, 20));
  });
  const mine = page.getByRole("button", { name: "Mine" });
  const [box, whole] = [await mine.boundingBox(), await page.locator("timeside-player").boundingBox()];
  assert.ok(box.y > whole.y + whole.height / 2 && box.y + box.height <= whole.y + whole.height + 1);
  await mine.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.querySelector("timeside-player").paused);
  // A key that the widget acts on is not heard around it; one that it does not know is.
  await page.getByRole("slider", { name: "Playhead" }).focus();
  await page.keyboard.press("k");
  await page.keyboard.press("F9");
  await page.waitForFunction(() => document.querySelector("timeside-player").paused);
  assert.deepEqual(await page.evaluate(() => globalThis.heard), [" ", "F9"]);
  assert.deepEqual(page.said, []);
  await page.close();
});
