// A worker that analyses by a peer: { task, channels, sampleRate } once, answered by {}; then each message is a round,
// answered by { ms, said }. Bundled by analyzers.mjs.
import aubio from "aubiojs/build/aubio.esm.js";
import EssentiaJs from "essentia.js/dist/essentia.js-core.es.js";
import { EssentiaWASM } from "essentia.js/dist/essentia-wasm.es.js";
import FFT from "fft.js";
import Meyda from "meyda/dist/esm/main.js";

const hann = (size) => Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));

/** Calls `work(frame, index)` with every whole frame; gives their number. */
function framed(samples, block, step, work) {
  let count = 0;
  for (let at = 0; at + block <= samples.length; at += step) work(samples.subarray(at, at + block), count++);
  return count;
}

const spectrogram = (block, step) => ({ channels: [samples] }) => {
  const fft = new FFT(block), window = hann(block), bins = block / 2 + 1;
  const input = new Float64Array(block), output = new Float64Array(2 * block);
  const image = new Float32Array((Math.floor((samples.length - block) / step) + 1) * bins);
  return () => ({ frames: framed(samples, block, step, (frame, index) => {
    for (let i = 0; i < block; i++) input[i] = frame[i] * window[i];
    fft.realTransform(output, input);
    for (let bin = 0, to = index * bins; bin < bins; bin++) {
      const re = output[2 * bin], im = output[2 * bin + 1];
      image[to + bin] = Math.sqrt(re * re + im * im);
    }
  }) });
};

const meyda = (block, step, features) => ({ channels: [samples], sampleRate }) => {
  Object.assign(Meyda, { bufferSize: block, sampleRate, windowingFunction: "hanning", numberOfMFCCCoefficients: 13, melBands: 40 });
  return () => {
    const rows = [];
    framed(samples, block, step, (frame) => rows.push(Meyda.extract(features, frame)));
    return { frames: rows.length, ...Object.fromEntries(features.map((name) => [name, rows[0][name].length])) };
  };
};

/** essentia.js: `each(e, spectrum)` gives numbers and frees the vectors it makes. */
const essentia = (block, step, each) => ({ channels: [samples], sampleRate }) => {
  const e = new EssentiaJs(EssentiaWASM);
  return () => {
    const frames = e.FrameGenerator(samples, block, step), rows = [];
    for (let i = 0; i < frames.size(); i++) {
      const { frame } = e.Windowing(frames.get(i), true, block, "hann", 0, true);
      const { spectrum } = e.Spectrum(frame, block);
      rows.push(each(e, spectrum, sampleRate));
      spectrum.delete();
      frame.delete();
    }
    frames.delete();
    const means = Object.fromEntries(Object.keys(rows[0]).map((name) =>
      [name, +(rows.reduce((sum, row) => sum + row[name], 0) / rows.length).toPrecision(5)]));
    return { frames: rows.length, means };
  };
};

const descriptors = (e, spectrum, sampleRate) => ({
  centroid: e.Centroid(spectrum, sampleRate / 2).centroid,
  rolloff: e.RollOff(spectrum, 0.85, sampleRate).rollOff,
  flux: e.Flux(spectrum).flux,
  flatness: e.Flatness(spectrum).flatness,
});

const ofPeaks = (maxPeaks, then) => (e, spectrum, sampleRate) => {
  const { frequencies, magnitudes } = e.SpectralPeaks(spectrum, 1e-5, 5000, maxPeaks, 40, "frequency", sampleRate);
  const row = then(e, frequencies, magnitudes, sampleRate);
  frequencies.delete();
  magnitudes.delete();
  return row;
};

const dissonance = (e, frequencies, magnitudes) => ({ dissonance: e.Dissonance(frequencies, magnitudes).dissonance });
const tuning = (e, frequencies, magnitudes) => ({ tuning: e.TuningFrequency(frequencies, magnitudes).tuningFrequency });
const hpcp = (e, frequencies, magnitudes, sampleRate) => {
  const { hpcp } = e.HPCP(frequencies, magnitudes, true, 500, 0, 5000, false, 40, false, "unitMax", 440, sampleRate, 12);
  const [first] = e.vectorToArray(hpcp);
  hpcp.delete();
  return { first };
};

/** aubiojs: `make(aubio, sampleRate)` gives what takes frames and what tells of them. */
const aubiojs = (step, make) => async ({ channels: [samples], sampleRate }) => {
  const module = await aubio();
  return () => {
    const { take, said } = make(module, sampleRate);
    const frames = framed(samples, step, step, take);
    return { frames, ...said() };
  };
};

const pitch = (method) => ({ Pitch }, sampleRate) => {
  const track = new Pitch(method, 2048, 512, sampleRate), hz = [];
  return {
    take: (frame) => hz.push(track.do(frame)),
    said: () => (track.delete?.(), { medianHz: +hz.toSorted((a, b) => a - b)[hz.length >> 1].toFixed(2) }),
  };
};

const onsetsAndTempo = ({ Onset, Tempo }, sampleRate) => {
  const onset = new Onset("default", 1024, 512, sampleRate), tempo = new Tempo(1024, 512, sampleRate);
  let onsets = 0, beats = 0;
  return {
    take: (frame) => {
      if (onset.do(frame)) onsets++;
      if (tempo.do(frame)) beats++;
    },
    said: () => {
      const bpm = +tempo.getBpm().toFixed(3);
      onset.delete?.();
      tempo.delete?.();
      return { onsets, beats, bpm };
    },
  };
};

/** ffmpeg.wasm's core, without the threads and messages of its wrapper, fed with floats. */
const loudness = async ({ channels, sampleRate }) => {
  const core = "/modules/@ffmpeg/core/dist/esm/ffmpeg-core.js";
  const { default: create } = await import(core);
  const urls = btoa(JSON.stringify({ wasmURL: core.replace(/js$/, "wasm"), workerURL: "" }));
  const module = await create({ mainScriptUrlOrBlob: `${core}#${urls}` });
  const lines = [];
  module.setLogger(({ message }) => lines.push(message));
  const interleaved = new Float32Array(channels.length * channels[0].length);
  channels.forEach((samples, c) => samples.forEach((x, i) => { interleaved[i * channels.length + c] = x; }));
  module.FS.writeFile("/in", new Uint8Array(interleaved.buffer));
  return () => {
    lines.length = 0;
    module.setTimeout(-1);
    module.exec("-nostdin", "-f", "f32le", "-ar", `${sampleRate}`, "-ac", `${channels.length}`, "-i", "/in",
      "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-");
    module.reset();
    const told = (name) => Number(lines.join("\n").match(new RegExp(`\\b${name}:\\s+(-?[\\d.]+)`, "g"))?.at(-1).split(/\s+/)[1]);
    return { integrated: told("I"), range: told("LRA"), truePeak: told("Peak") };
  };
};

const TASKS = {
  "fft.js spectrogram": spectrogram(2048, 512),
  "meyda mfcc mel": meyda(2048, 1024, ["mfcc", "melBands"]),
  "essentia.js descriptors": essentia(2048, 1024, descriptors),
  "aubiojs pitch": aubiojs(512, pitch("yinfft")),
  "aubiojs onsets tempo": aubiojs(512, onsetsAndTempo),
  "ffmpeg.wasm loudness": loudness,
  "essentia.js dissonance": essentia(2048, 1024, ofPeaks(100, dissonance)),
  "essentia.js hpcp": essentia(4096, 2048, ofPeaks(100, hpcp)),
  "essentia.js tuning": essentia(4096, 2048, ofPeaks(100, tuning)),
};

let round;
self.onmessage = async ({ data }) => {
  try {
    if (!round) {
      round = await TASKS[data.task](data);
      return self.postMessage({});
    }
    const started = performance.now();
    const said = round();
    self.postMessage({ ms: performance.now() - started, said });
  } catch (error) {
    self.postMessage({ error: String(error?.stack ?? error) });
  }
};
