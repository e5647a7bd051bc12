// Every group of analyzers beside the fastest peer of the browser, in turn, and fifteen of them in one pass.
//
//   AUDIO=<folder> cargo xtask bench analyzers
//   AUDIO=<folder> ROUNDS=5 node tests/bench/analyzers.mjs [spectrogram|mfcc|…|onePass]…
//
// AUDIO holds music3m_44k_st.cbr.mp3 as made by the shared bench/make-audio.sh. Needs `cargo xtask build` and Chromium;
// for the constant-Q, a Python with librosa, named by PYTHON. Both sides are given the same samples, decoded before, and
// the same block and step. Ratios are of processor time of the renderer, by medians: that of the wall clock, also told,
// suffers from whatever else the machine does. Prints JSON, ratios first: how many times as fast as the peer.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inFreshBrowser } from "./browser.mjs";
import { bundlePeers } from "./bundle.mjs";
import { serve } from "./server.mjs";

const FILE = "music3m_44k_st.cbr.mp3";
const AUDIO = process.env.AUDIO ?? "audio";
const PYTHON = process.env.PYTHON ?? "python3";
const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** Processor time comes in steps of 10 ms: what is shorter than this is repeated within a round. */
const LEAST_SECONDS = 0.5;

const frames = (id, input_blocksize, input_stepsize, more) => ({ id, input_blocksize, input_stepsize, ...more });

/** `target`: the ratio that is aimed at; `excerpt`: seconds that the peer is given, its time scaled up to the whole. */
const CASES = {
  spectrogram: { peer: "fft.js spectrogram", target: 3, steps: [frames("spectrogram_analyzer", 2048, 512)] },
  mfcc: {
    peer: "meyda mfcc mel", target: 10, excerpt: 60,
    steps: [frames("aubio_mfcc", 2048, 1024), frames("aubio_melenergy", 2048, 1024)],
  },
  descriptors: {
    peer: "essentia.js descriptors", target: 5, excerpt: 60,
    steps: [frames("aubio_specdesc", 2048, 1024, { methods: ["centroid", "rolloff", "specflux"] }), frames("vamp_flatness", 2048, 1024)],
  },
  // More than the peer is asked: for the record.
  allDescriptors: {
    peer: "essentia.js descriptors", excerpt: 60,
    steps: [frames("aubio_specdesc", 2048, 1024), ...["crest", "flatness", "kurtosis", "spectral_centroid", "spectral_kurtosis",
      "spectral_slope"].map((name) => frames(`vamp_${name}`, 2048, 1024))],
  },
  pitch: {
    peer: "aubiojs pitch", target: 4,
    steps: [{ id: "aubio_pitch", method: "yinfft", blocksize_s: 2048 / 44_100, stepsize_s: 512 / 44_100 }],
  },
  temporal: { peer: "aubiojs onsets tempo", target: 3, steps: [frames("aubio_temporal", 1024, 512)] },
  loudness: { peer: "ffmpeg.wasm loudness", target: 2, stereo: true, steps: ["loudness_itu"] },
  dissonance: { peer: "essentia.js dissonance", target: 5, excerpt: 60, steps: [frames("essentia_dissonance", 2048, 1024)] },
  chroma: { peer: "essentia.js hpcp", target: 5, excerpt: 60, steps: [frames("chroma", 4096, 2048)] },
  hpcp: { peer: "essentia.js hpcp", target: 5, excerpt: 60, steps: [frames("hpcp", 4096, 2048)] },
  tuning: { peer: "essentia.js tuning", target: 5, excerpt: 60, steps: ["vamp_tuning"] },
  constantQ: { peer: "librosa", target: 0.5, steps: ["vamp_constantq"] },
};

/** The fifteen with the blocks and steps that the peers' sum of 24.5 s was measured with. */
const FIFTEEN = [
  frames("spectrogram_analyzer", 2048, 512), frames("aubio_mfcc", 2048, 1024), frames("aubio_melenergy", 2048, 1024),
  frames("aubio_specdesc", 2048, 1024), { id: "aubio_pitch", blocksize_s: 2048 / 44_100, stepsize_s: 512 / 44_100 },
  frames("aubio_temporal", 1024, 512), "loudness_itu", frames("essentia_dissonance", 2048, 1024), frames("chroma", 4096, 2048),
  "vamp_tuning", "rms", "onset_detection_function", "zero_crossing_rate", "vamp_spectral_centroid", "level",
];
const FIFTEEN_BY_DEFAULT = FIFTEEN.map((step, i) => (i === 0 || typeof step === "string" ? step : step.id));
const ONE_PASS_TARGET_SECONDS = 3;
const PEERS_SECONDS = 24.5;

/** In the page: decodes the file once, for all. */
async function decode(url) {
  const { open } = await import("/timeside/index.js");
  const media = await open(url);
  const stereo = await media.samples(0, media.info.duration);
  const { sampleRate } = media.info;
  media.close();
  const mono = stereo[0].map((left, i) => (left + stereo[1][i]) / 2);
  globalThis.decoded = { stereo, mono: [mono], sampleRate };
  return { seconds: mono.length / sampleRate };
}

/** In the page: what both sides need before they begin. */
async function prepare({ stereo, excerpt, peer }) {
  const { open } = await import("/timeside/index.js");
  const { sampleRate } = decoded;
  const channels = stereo ? decoded.stereo : decoded.mono;
  globalThis.media = await open({ channels, sampleRate });
  globalThis.ask = null;
  if (peer === "librosa") return;
  const worker = new Worker("/scripts/peers.js", { type: "module" });
  globalThis.ask = (message) => new Promise((done, fail) => {
    worker.onmessage = ({ data }) => (data.error ? fail(new Error(data.error)) : done(data));
    worker.onerror = ({ message }) => fail(new Error(message));
    worker.postMessage(message);
  });
  globalThis.end = () => worker.terminate();
  await ask({ task: peer, sampleRate, channels: channels.map((c) => (excerpt ? c.slice(0, excerpt * sampleRate) : c)) });
}

/** In the page. */
async function ours({ steps, times }) {
  const started = performance.now();
  for (let i = 0; i < times; i++) globalThis.results = await media.run(steps);
  return { ms: (performance.now() - started) / times };
}

/** In the page. */
async function theirs(times) {
  const started = performance.now();
  for (let i = 0; i < times; i++) globalThis.said = (await ask({})).said;
  return { ms: (performance.now() - started) / times };
}

/** In the page: what came out, to see that both did the same. */
function outcome() {
  const said = Object.fromEntries([...results].map(([id, { data, shape, frame }]) => {
    const finite = data.filter(Number.isFinite).sort();
    const mean = finite.reduce((sum, x) => sum + x, 0) / finite.length;
    return [id, { shape: [...shape], step: frame?.stepsize, mean: +mean.toPrecision(5), median: +(finite[finite.length >> 1] ?? 0).toPrecision(5) }];
  }));
  media.close();
  globalThis.end?.();
  return { ours: said, theirs: globalThis.said };
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const rounded = (x) => +x.toFixed(3);

/** librosa's constant-Q of the same range, in a process of its own with one thread: `ask` gives the times of a round. */
async function startLibrosa(samples, { step, bins }) {
  const script = `
import json, sys, time
import numpy, librosa
y = numpy.fromfile(sys.argv[1], dtype=numpy.float32)
run = lambda: numpy.abs(librosa.cqt(y, sr=44100, hop_length=int(sys.argv[2]), fmin=librosa.midi_to_hz(36), n_bins=int(sys.argv[3])))
run()
print("ready", flush=True)
for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    shape = run().shape
    print(json.dumps({"ms": 1e3 * (time.perf_counter() - wall), "cpu": time.process_time() - cpu, "said": {"shape": shape}}), flush=True)
`;
  const one = Object.fromEntries(["OMP", "OPENBLAS", "MKL", "NUMBA"].map((name) => [`${name}_NUM_THREADS`, "1"]));
  const child = spawn(PYTHON, ["-c", script, samples, `${step}`, `${bins}`], { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...one } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if ((await lines.next()).done) return null;
  return {
    ask: async () => {
      child.stdin.write("\n");
      return JSON.parse((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

/** One group beside its peer. */
async function beside(server, kase, scripts) {
  return inFreshBrowser(async (page, renderer) => {
    await page.goto(`${server.at}/blank.html`);
    const { seconds } = await page.evaluate(decode, `/audio/${FILE}`);
    await page.evaluate(prepare, kase);
    const scale = kase.excerpt ? seconds / kase.excerpt : 1;
    const timed = async (work, argument, times) => {
      const before = renderer.cpuSeconds().renderers;
      const { ms } = await page.evaluate(work, argument);
      return { cpu: (renderer.cpuSeconds().renderers - before) / times, ms };
    };
    // The first rounds compile and fill caches; they do not count, but tell how often to repeat.
    const enough = (ms) => Math.max(1, Math.ceil(LEAST_SECONDS / (ms / 1000)));
    await page.evaluate(ours, { steps: kase.steps, times: 1 });
    const ourTimes = enough((await page.evaluate(ours, { steps: kase.steps, times: 1 })).ms);
    let native = null, theirTimes = 1;
    if (kase.peer === "librosa") {
      const samples = join(scripts, "mono.f32");
      const bytes = await page.evaluate(() => new Uint8Array(decoded.mono[0].buffer).toBase64());
      writeFileSync(samples, Buffer.from(bytes, "base64"));
      const shape = await page.evaluate(() => {
        const [{ shape, frame }] = results.values();
        return { bins: shape[1], step: frame.stepsize };
      });
      native = await startLibrosa(samples, shape);
    } else {
      await page.evaluate(theirs, 1);
      theirTimes = enough((await page.evaluate(theirs, 1)).ms);
    }
    const rounds = [];
    let said;
    for (let i = 0; i < ROUNDS; i++) {
      const mine = await timed(ours, { steps: kase.steps, times: ourTimes }, ourTimes);
      const peer = kase.peer !== "librosa" ? await timed(theirs, theirTimes, theirTimes) : await native?.ask();
      said = peer?.said;
      rounds.push({ ours: mine, theirs: peer && { cpu: peer.cpu * scale, ms: peer.ms * scale } });
    }
    native?.end();
    const came = await page.evaluate(outcome);
    const all = (side, what) => rounds.map((round) => round[side]?.[what]).filter((x) => x !== undefined);
    const ratio = (what) => rounded(median(all("theirs", what)) / median(all("ours", what)));
    return {
      peer: kase.peer, target: kase.target, ratio: ratio("cpu"), wallRatio: ratio("ms"),
      ...(kase.excerpt && { scaledFromSeconds: kase.excerpt }),
      oursCpuSeconds: all("ours", "cpu").map(rounded), theirsCpuSeconds: all("theirs", "cpu").map(rounded),
      oursMs: all("ours", "ms").map(Math.round), theirsMs: all("theirs", "ms").map(Math.round),
      load: loadavg()[0], said: { ...came, ...(said && { theirs: said }) },
    };
  });
}

/** In the page: everything from the address of the file: opening, decoding, peaks and a run. */
async function everything({ url, steps, keep }) {
  const { open } = await import("/timeside/index.js");
  const started = performance.now();
  const media = await open(url);
  const run = media.run(steps, { keep });
  const exact = new Promise((done) => { media.onread = (share) => share === 1 && done(); });
  await media.peaks({ pixels: 1280 });
  const results = await run;
  await exact;
  const peaks = await media.peaks({ pixels: 1280 });
  const ms = performance.now() - started;
  media.close();
  return { ms, exact: peaks.exact, results: results.size };
}

/** In fresh browsers: cold, with the start of the worker and the compilation of the module; then warm. */
async function onePass(server, steps, keep) {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    rounds.push(await inFreshBrowser(async (page, renderer) => {
      await page.goto(`${server.at}/blank.html`);
      const once = async () => {
        const before = renderer.cpuSeconds();
        const said = await page.evaluate(everything, { url: `/audio/${FILE}`, steps, keep });
        const after = renderer.cpuSeconds();
        return { ...said, renderer: after.renderers - before.renderers, browser: after.browser - before.browser };
      };
      return { cold: await once(), warm: await once() };
    }));
  }
  const of = (when) => ({
    rendererCpuSeconds: rounded(median(rounds.map((round) => round[when].renderer))),
    browserCpuSeconds: rounded(median(rounds.map((round) => round[when].browser))),
    ms: Math.round(median(rounds.map((round) => round[when].ms))),
  });
  return { cold: of("cold"), warm: of("warm"), exactPeaks: rounds.every(({ cold }) => cold.exact), results: rounds[0].cold.results };
}

if (!existsSync(join(AUDIO, FILE))) {
  console.error(`${join(AUDIO, FILE)} is missing: make it by the shared bench/make-audio.sh, and name its folder by AUDIO`);
  process.exit(1);
}
const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
const scripts = mkdtempSync(join(tmpdir(), "timeside-bench-scripts-"));
const report = { file: FILE, load: loadavg()[0], rounds: ROUNDS, groups: {} };
const ratios = {}, missed = [];
try {
  await bundlePeers("analyzer_peers.js", scripts);
  const server = await serve(AUDIO, { "/blank.html": "" }, { "/scripts/": scripts });
  for (const [name, kase] of Object.entries(CASES)) {
    if (!isWanted(name)) continue;
    let seen;
    try {
      seen = report.groups[name] = await beside(server, kase, scripts);
    } catch (error) {
      // The others are worth telling.
      console.error(`${name}: ${error.message}`);
      missed.push(name);
      continue;
    }
    ratios[`${name}, TimeSide : ${kase.peer}`] = Number.isNaN(seen.ratio) ? "not measured: no librosa" : seen.ratio;
    if (seen.ratio < kase.target) missed.push(name);
  }
  if (isWanted("onePass")) {
    report.onePass = {
      target: ONE_PASS_TARGET_SECONDS, peersSizes: await onePass(server, FIFTEEN, false),
      peersSizesKept: await onePass(server, FIFTEEN, true), defaults: await onePass(server, FIFTEEN_BY_DEFAULT, false),
    };
    const seconds = report.onePass.peersSizes.cold.browserCpuSeconds;
    ratios["all in one pass, CPU seconds"] = seconds;
    ratios[`all in one pass, TimeSide : sum of the peers (${PEERS_SECONDS} s, of another day)`] = rounded(PEERS_SECONDS / seconds);
    if (seconds > ONE_PASS_TARGET_SECONDS) missed.push("onePass");
  }
  server.close();
} finally {
  rmSync(scripts, { recursive: true, force: true });
}
console.log(JSON.stringify({ ratios, missed, ...report }, null, 1));
