// Spectrogram tiles of a 3-hour MP3: the first tile of a cold 30 s view, a recolouring, the longest task of the main
// thread; beside wavesurfer.js' spectrogram of a recording that it can load.
//
//   AUDIO=<folder> cargo xtask bench spectrogram
//
// AUDIO holds long3h_44k_st.mp3 and music3m_44k_st.cbr.mp3 as made by the shared bench/make-audio.sh. Needs
// `cargo xtask build` and Chromium. Prints JSON, ratios first.
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { inFreshBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const LONG = "long3h_44k_st.mp3";
const SHORT = "music3m_44k_st.cbr.mp3";
const AUDIO = process.env.AUDIO ?? "audio";

/** Notes the gaps between turns of the main thread: the longest is the longest task. */
const watchTurns = () => {
  globalThis.turns = { longest: 0 };
  const channel = new MessageChannel();
  let before = performance.now();
  channel.port1.onmessage = () => {
    const now = performance.now();
    turns.longest = Math.max(turns.longest, now - before);
    before = now;
    setTimeout(() => {
      before = performance.now();
      channel.port2.postMessage(null);
    }, 1);
  };
  channel.port2.postMessage(null);
};

/** Waits on the page until the spectrogram's canvas no longer changes. */
const settle = `async () => {
  const root = document.querySelector("timeside-player").shadowRoot;
  const canvas = root.querySelector(".frequency-axis").closest(".lane").querySelector("canvas");
  const look = () => {
    const copy = new OffscreenCanvas(64, 64).getContext("2d");
    copy.drawImage(canvas, 0, 0, 64, 64);
    return new Uint32Array(copy.getImageData(0, 0, 64, 64).data.buffer).reduce((a, b) => (Math.imul(a, 31) + b) >>> 0, 0);
  };
  let last = performance.now();
  for (let before = look(); performance.now() - last < 1500; ) {
    await new Promise((later) => setTimeout(later, 50));
    const now = look();
    if (now !== before) last = performance.now();
    before = now;
  }
  return last;
}`;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const p95 = (list) => list.toSorted((a, b) => a - b)[Math.ceil(list.length * 0.95) - 1];
const rounded = (ms) => +ms.toFixed(1);

/** The SDK: tiles of 30 s views at places that nobody has read. */
async function tiles(server, by) {
  return inFreshBrowser(async (page) => {
    await page.goto(`${server.at}/pick.html`);
    await page.setInputFiles("#pick", join(AUDIO, LONG));
    server.sent.bytes = 0;
    const seen = await page.evaluate(async ({ by, url }) => {
      const { open } = await import("/timeside/index.js");
      const media = await open(by === "file" ? document.querySelector("#pick").files[0] : url);
      const first = [];
      const whole = [];
      for (let i = 0; i < 20; i++) {
        const at = ((i * 7919) % 10_700);
        const began = performance.now();
        // 30 s at 1300 pixels: columns of 1024 frames, five tiles and a piece.
        for (let tile = 0; tile < 5; tile++) {
          await media.spectrogram({ start: at + (tile * 256 * 1024) / 44_100, columnFrames: 1024, width: 256, height: 192, scale: "mel", partial: true });
          if (tile === 0) first.push(performance.now() - began);
        }
        whole.push(performance.now() - began);
      }
      // Ten minutes, and all of it, from what nobody has read.
      const timed = async (options) => {
        const began = performance.now();
        let part = null;
        await media.spectrogram({ width: 256, height: 192, scale: "mel", partial: true, onPartial: () => (part ??= performance.now() - began), ...options });
        return { firstPartMs: part, wholeMs: performance.now() - began };
      };
      const tenMinutes = await timed({ start: 5000, columnFrames: 16_384 });
      const threeHours = await timed({ start: 0, columnFrames: 262_144 });
      media.close();
      return { first, whole, tenMinutes, threeHours };
    }, { by, url: `/audio/${LONG}` });
    return {
      coldFirstTileMs: { median: rounded(median(seen.first)), p95: rounded(p95(seen.first)) },
      coldViewOf30sMs: { median: rounded(median(seen.whole)), p95: rounded(p95(seen.whole)) },
      tileOf95s: seen.tenMinutes, tileOf25min: seen.threeHours, megabytesFetched: rounded(server.sent.bytes / 1e6),
    };
  });
}

/** The widget: a recolouring from the call to the painted frame, and the longest turn of the main thread. */
async function widget(server) {
  return inFreshBrowser(async (page) => {
    await page.goto(`${server.at}/player.html`);
    await page.setInputFiles("#pick", join(AUDIO, LONG));
    await page.evaluate(() => document.querySelector("timeside-player").open(document.querySelector("#pick").files[0]));
    await page.evaluate(`document.querySelector("timeside-player").view.zoomTo(6000, 6030)`);
    await page.evaluate(`(${settle})()`);
    await page.evaluate(watchTurns);
    const seen = await page.evaluate(async ({ settle }) => {
      const player = document.querySelector("timeside-player");
      const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
      const recolor = [];
      for (let i = 0; i < 30; i++) {
        await frame();
        const began = performance.now();
        player.layers.configure("spectrogram", i % 2 ? { colorMap: "magma", gainDb: i } : { colorMap: "viridis", floorDb: -90 - i / 3 });
        const asked = performance.now() - began;
        // The first is called before the widget paints, the second after.
        const before = frame();
        await Promise.resolve();
        await new Promise((done) => setTimeout(done, 0));
        const after = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
        recolor.push(asked + (await after) - (await before));
      }
      turns.longest = 0;
      const jumps = [];
      for (let i = 0; i < 20; i++) {
        const at = (i * 5003) % 10_700;
        const began = performance.now();
        player.view.zoomTo(at, at + 30);
        jumps.push((await eval(settle)()) - began);
      }
      const jumping = turns.longest;
      turns.longest = 0;
      for (let i = 0; i < 300; i++) {
        player.view.zoomBy(i % 100 < 50 ? 1.1 : 1 / 1.1);
        await frame();
      }
      return { recolor, jumps, jumping, zooming: turns.longest };
    }, { settle: `(${settle})` });
    return {
      recolorMs: { median: rounded(median(seen.recolor)), longest: rounded(Math.max(...seen.recolor)) },
      coldJumpToFinishedPictureMs: { median: rounded(median(seen.jumps)), p95: rounded(p95(seen.jumps)) },
      longestTaskMs: { jumping: rounded(seen.jumping), zooming: rounded(seen.zooming) },
    };
  });
}

/** Three minutes, from the address to the whole spectrogram. */
async function beside(server, code) {
  return inFreshBrowser(async (page) => {
    await page.goto(`${server.at}/blank.html`);
    await page.evaluate(watchTurns);
    const began = Date.now();
    await page.evaluate(code);
    const ms = Date.now() - began;
    return { ms, longestTaskMs: rounded(await page.evaluate(() => turns.longest)) };
  });
}

for (const file of [LONG, SHORT]) {
  if (!existsSync(join(AUDIO, file))) {
    console.error(`${join(AUDIO, file)} is missing: make it by the shared bench/make-audio.sh, and name its folder by AUDIO`);
    process.exit(1);
  }
}
const server = await serve(AUDIO, {
  "/blank.html": "",
  "/pick.html": `<input type="file" id="pick">`,
  "/player.html": `<input type="file" id="pick"><script type="module" src="/timeside/player.js"></script>
    <timeside-player controls layers="spectrogram"></timeside-player>`,
});
const report = { file: LONG, load: loadavg()[0] };
report.timesideByFile = await tiles(server, "file");
report.timesideByUrl = await tiles(server, "url");
report.widget = await widget(server);
report.threeMinutes = {
  timeside: await beside(server, `(async () => {
    const { open } = await import("/timeside/index.js");
    const media = await open("/audio/${SHORT}");
    await media.spectrogram({ width: 1280, height: 256, scale: "mel", block: 1024 });
  })()`),
  wavesurfer: await beside(server, `(async () => {
    const { default: WaveSurfer } = await import("/modules/wavesurfer.js/dist/wavesurfer.esm.js");
    const { default: Spectrogram } = await import("/modules/wavesurfer.js/dist/plugins/spectrogram.esm.js");
    const container = document.body.appendChild(document.createElement("div"));
    const spectrogram = Spectrogram.create({ height: 256, fftSamples: 1024, scale: "mel" });
    const drawn = new Promise((done) => spectrogram.on("ready", done));
    const ws = WaveSurfer.create({ container, url: "/audio/${SHORT}", plugins: [spectrogram] });
    await Promise.all([drawn, new Promise((done, fail) => { ws.on("ready", done); ws.on("error", fail); })]);
  })()`),
};
server.close();
const { timeside, wavesurfer } = report.threeMinutes;
const ratios = {
  "three minutes, time, TimeSide / wavesurfer": +(timeside.ms / wavesurfer.ms).toFixed(3),
  "three minutes, longest task, TimeSide / wavesurfer": +(timeside.longestTaskMs / wavesurfer.longestTaskMs).toFixed(3),
};
console.log(JSON.stringify({ ratios, ...report }, null, 1));
