// Three minutes of music of every codec, decoded to planar floats by TimeSide's worker and by a peer's, in turn.
//
//   AUDIO=<folder> cargo xtask bench decode_speed
//   AUDIO=<folder> ROUNDS=7 node tests/bench/decode_speed.mjs [mp3|flac|vorbis|opus|aac]…
//
// AUDIO holds music3m_44k_st.*; what is missing is made there by ffmpeg from the shared sample. Needs
// `cargo xtask build` and Chromium. Prints JSON, ratios first: how many times as fast as the peer, by medians.
import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { inFreshBrowser } from "./browser.mjs";
import { bundlePeers } from "./bundle.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SAMPLE = join(process.env.TIMESIDE_SHARED ?? join(ROOT, "../shared"), "samples/real/music30s_44k_st.flac");
const AUDIO = process.env.AUDIO ?? join(tmpdir(), "timeside-bench-audio");
const ROUNDS = Number(process.env.ROUNDS ?? 5);

/** `target`: the ratio that is aimed at. */
const CODECS = {
  mp3: { file: "music3m_44k_st.cbr.mp3", options: ["-c:a", "libmp3lame", "-b:a", "192k"], peer: "mpg123-decoder", target: 1 },
  flac: { file: "music3m_44k_st.flac", options: ["-c:a", "flac"], peer: "@wasm-audio-decoders/flac", target: 1 },
  vorbis: { file: "music3m_44k_st.ogg", options: ["-c:a", "libvorbis", "-q:a", "5"], peer: "@wasm-audio-decoders/ogg-vorbis", target: 0.9 },
  opus: { file: "music3m_44k_st.opus", options: ["-c:a", "libopus", "-b:a", "128k"], peer: "decodeAudioData", target: 1 },
  aac: { file: "music3m_44k_st.m4a", options: ["-c:a", "aac", "-b:a", "192k"], peer: "ffmpeg.wasm", target: 1 },
};

/** Three minutes: the shared half minute, six times. */
function makeMissing({ file, options }) {
  const path = join(AUDIO, file);
  if (existsSync(path)) return;
  mkdirSync(AUDIO, { recursive: true });
  const made = spawnSync("ffmpeg", ["-v", "error", "-stream_loop", "5", "-i", SAMPLE, ...options, path], { stdio: "inherit" });
  if (made.status !== 0) throw new Error(`${path} is missing, and ffmpeg could not make it from ${SAMPLE}`);
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves the build, the peers and the audio, all with the headers of an isolated page. */
function serve(scripts) {
  const roots = { "/timeside/": join(ROOT, "pkg/dist"), "/audio/": AUDIO, "/modules/": join(ROOT, "tests/bench/node_modules"), "/scripts/": scripts };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (path === "/") return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>bench</title>");
    const root = Object.keys(roots).find((prefix) => path.startsWith(prefix));
    const file = root && join(roots[root], normalize(path.slice(root.length)));
    if (!file || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () =>
    resolve({ at: `http://127.0.0.1:${server.address().port}`, close: () => server.close() })));
}

/** In the page: one round of ours and of the peer's. What a decoder needs once is made before the first. */
async function round({ file, peer }) {
  const cache = globalThis.cache ??= { sdk: await import("/timeside/index.js"), bytes: {} };
  const bytes = cache.bytes[file] ??= await (await fetch(`/audio/${file}`)).arrayBuffer();
  const theirs = async () => {
    if (peer === "decodeAudioData") {
      const copy = bytes.slice(0);
      const context = new OfflineAudioContext(2, 1, 48000);
      const started = performance.now();
      const { length } = await context.decodeAudioData(copy);
      return { ms: performance.now() - started, frames: length };
    }
    const worker = cache[peer] ??= new Worker("/scripts/peers.js", { type: "module" });
    worker.postMessage({ peer, bytes: new Uint8Array(bytes) });
    const { data } = await new Promise((resolve) => { worker.onmessage = resolve; });
    if (data.error) throw new Error(data.error);
    return data;
  };
  const ours = async () => {
    const media = await cache.sdk.open(bytes);
    try {
      const started = performance.now();
      const [left] = await media.samples(0, media.info.duration);
      return { ms: performance.now() - started, frames: left.length };
    } finally {
      await media.close();
    }
  };
  return { theirs: await theirs(), ours: await ours() };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const wanted = process.argv.slice(2);
const names = Object.keys(CODECS).filter((name) => wanted.length === 0 || wanted.includes(name));
names.forEach((name) => makeMissing(CODECS[name]));
const scripts = mkdtempSync(join(tmpdir(), "timeside-bench-scripts-"));
const ratios = {}, missed = [], codecs = {}, load = loadavg()[0];
try {
  await bundlePeers("decode_peers.js", scripts);
  const server = await serve(scripts);
  await inFreshBrowser(async (page) => {
    await page.goto(server.at);
    for (const name of names) {
      const codec = CODECS[name];
      // The first round fills caches and compiles; it does not count.
      await page.evaluate(round, codec);
      const rounds = [];
      for (let i = 0; i < ROUNDS; i++) rounds.push(await page.evaluate(round, codec));
      const ms = (side) => rounds.map((r) => Math.round(r[side].ms));
      const ratio = median(rounds.map((r) => r.theirs.ms)) / median(rounds.map((r) => r.ours.ms));
      ratios[`${name}, TimeSide : ${codec.peer}`] = +ratio.toFixed(2);
      if (ratio < codec.target) missed.push(name);
      codecs[name] = {
        peer: codec.peer, target: codec.target, oursMs: ms("ours"), theirsMs: ms("theirs"),
        ourFrames: rounds[0].ours.frames, theirFrames: rounds[0].theirs.frames,
      };
    }
  });
  server.close();
} finally {
  rmSync(scripts, { recursive: true, force: true });
}
console.log(JSON.stringify({ ratios, missed, load, rounds: ROUNDS, codecs }, null, 1));
