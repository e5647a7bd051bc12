// A 3-hour MP3 in the widget, beside decodeAudioData and wavesurfer.js: time, bytes, memory, long tasks,
// and every overview column against ffmpeg.
//
//   AUDIO=<folder> cargo xtask bench three_hours
//   AUDIO=<folder> node tests/bench/three_hours.mjs [url|file|peers]…
//
// AUDIO holds long3h_44k_st.mp3 as made by the shared bench/make-audio.sh. Needs `cargo xtask build`, ffmpeg
// and Chromium. Prints JSON, ratios first. The browser is driven over its debugging protocol, whose buffers
// of fetched bodies count as the renderer's memory.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inFreshBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const FILE = "long3h_44k_st.mp3";
const AUDIO = process.env.AUDIO ?? "audio";
const COLUMNS = 1000;
const PAGES = {
  "/blank.html": "",
  "/player.html": `<script type="module" src="/timeside/player.js"></script>
    <timeside-player controls preload="auto" layers="waveform"></timeside-player>`,
};

/** Least and greatest sample of each of COLUMNS equal columns of every channel, by ffmpeg. */
async function ffmpegColumns(file, frames) {
  const channels = [0, 1].map(() => ({ min: new Float32Array(COLUMNS).fill(Infinity), max: new Float32Array(COLUMNS).fill(-Infinity) }));
  const ffmpeg = spawn("ffmpeg", ["-v", "error", "-i", file, "-f", "f32le", "-"], { stdio: ["ignore", "pipe", "inherit"] });
  let rest = Buffer.alloc(0), frame = 0, column = 0;
  const end = (i) => Math.floor((i + 1) * frames / COLUMNS);
  for await (const piece of ffmpeg.stdout) {
    const data = rest.length ? Buffer.concat([rest, piece]) : piece;
    const count = Math.floor(data.length / 8);
    const samples = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + count * 8));
    for (let i = 0; i < count; i++, frame++) {
      while (column < COLUMNS - 1 && frame >= end(column)) column++;
      for (let c = 0; c < 2; c++) {
        const x = samples[2 * i + c], to = channels[c];
        if (x < to.min[column]) to.min[column] = x;
        if (x > to.max[column]) to.max[column] = x;
      }
    }
    rest = data.subarray(count * 8);
  }
  return { frames: frame, channels };
}

const watchLongTasks = () => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask", buffered: true });
};

async function widget(server, by) {
  return inFreshBrowser(async (page, renderer) => {
    await page.goto(`${server.at}/blank.html`);
    await page.waitForTimeout(500);
    const blankMb = renderer.peakMb();
    await page.addInitScript(watchLongTasks);
    if (by === "file") await page.goto(`${server.at}/player.html`);
    server.sent.bytes = 0;
    const started = Date.now();
    if (by === "url") {
      await page.goto(`${server.at}/player.html`);
      await page.evaluate((src) => { document.querySelector("timeside-player").src = src; }, `/audio/${FILE}`);
    } else {
      await page.evaluate(() => {
        const input = Object.assign(document.createElement("input"), { type: "file", id: "pick" });
        input.onchange = () => document.querySelector("timeside-player").open(input.files[0]);
        document.body.append(input);
      });
      await page.setInputFiles("#pick", join(AUDIO, FILE));
    }
    await page.waitForFunction(() => document.querySelector("timeside-player").media);
    const openMs = Date.now() - started;
    const columns = await page.evaluate(async (pixels) => {
      const { media } = document.querySelector("timeside-player");
      for (;;) {
        const peaks = await media.peaks({ pixels });
        if (peaks.exact) {
          return { frames: Math.round(peaks.end * media.info.sampleRate), channels: peaks.channels.map((c) => ({ min: [...c.min], max: [...c.max] })) };
        }
        await new Promise((later) => setTimeout(later, 500));
      }
    }, COLUMNS);
    const wholeMs = Date.now() - started;
    await page.waitForTimeout(1000);
    const tasks = await page.evaluate(() => longTasks);
    const seconds = await page.evaluate(() => document.querySelector("timeside-player").duration);
    const peakMb = renderer.peakMb();
    const truth = await ffmpegColumns(join(AUDIO, FILE), columns.frames);
    let worst = 0;
    columns.channels.forEach((c, k) => {
      for (let i = 0; i < COLUMNS; i++) {
        worst = Math.max(worst, Math.abs(c.min[i] - truth.channels[k].min[i]), Math.abs(c.max[i] - truth.channels[k].max[i]));
      }
    });
    return {
      memoryAboveBlankMb: +(peakMb - blankMb).toFixed(1), blankMb: +blankMb.toFixed(1), openMs, wholeMs, audioElementSeconds: seconds,
      megabytesFetched: +(server.sent.bytes / 1e6).toFixed(1), longTasks: tasks.length, longestTaskMs: Math.round(Math.max(0, ...tasks)),
      frames: columns.frames, ffmpegFrames: truth.frames, worstColumnDifference: worst, withinOne128th: worst <= 1 / 128,
    };
  });
}

async function peer(server, name, code) {
  return inFreshBrowser(async (page, renderer) => {
    await page.goto(`${server.at}/blank.html`);
    await page.waitForTimeout(500);
    const blankMb = renderer.peakMb();
    server.sent.bytes = 0;
    const started = Date.now();
    const outcome = await page.evaluate(code).then(() => "done", (error) => `fails: ${String(error.message ?? error).split("\n")[0]}`);
    return { outcome, wholeMs: Date.now() - started, memoryAboveBlankMb: +(renderer.peakMb() - blankMb).toFixed(1), megabytesFetched: +(server.sent.bytes / 1e6).toFixed(1) };
  });
}

if (!existsSync(join(AUDIO, FILE))) {
  console.error(`${join(AUDIO, FILE)} is missing: make it by the shared bench/make-audio.sh, and name its folder by AUDIO`);
  process.exit(1);
}
const wanted = process.argv.slice(2);
const does = (name) => wanted.length === 0 || wanted.includes(name);
const server = await serve(AUDIO, PAGES);
const report = { file: FILE, load: (await import("node:os")).loadavg()[0] };
if (does("url")) report.timesideByUrl = await widget(server, "url");
if (does("file")) report.timesideByFile = await widget(server, "file");
if (does("peers")) {
  report.decodeAudioData = await peer(server, "decodeAudioData", `(async () => {
    const bytes = await (await fetch("/audio/${FILE}")).arrayBuffer();
    await new OfflineAudioContext(2, 1, 44100).decodeAudioData(bytes);
  })()`);
  report.wavesurfer = await peer(server, "wavesurfer.js", `(async () => {
    const { default: WaveSurfer } = await import("/modules/wavesurfer.js/dist/wavesurfer.esm.js");
    const container = document.body.appendChild(document.createElement("div"));
    const ws = WaveSurfer.create({ container, url: "/audio/${FILE}" });
    await new Promise((done, fail) => { ws.on("ready", done); ws.on("error", fail); });
  })()`);
}
server.close();
const ours = report.timesideByUrl ?? report.timesideByFile;
const ratios = {};
for (const name of ["decodeAudioData", "wavesurfer"]) {
  if (ours && report[name]) ratios[`memory, TimeSide / ${name}`] = +(ours.memoryAboveBlankMb / report[name].memoryAboveBlankMb).toFixed(3);
}
console.log(JSON.stringify({ ratios, ...report }, null, 1));
