// The SDK in a page gives the numbers that the engine gives natively.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { needsShared } from "./server.mjs";

const host = bed();

const near = (actual, expected, tolerance, what) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} ± ${tolerance}`);

test("numbers of the two synthetic samples", needsShared, async () => {
  const page = await host.open();
  const steps = [
    "level",
    { id: "level", compat: true },
    { id: "mean_dc_shift", compat: true },
    "spectrogram_analyzer",
    "onset_detection_function",
    "loudness_itu",
  ];
  const expected = {
    "C4_scale": { rms: -3.711, compatRms: -3.705, dc: 0.034, gated: -4.455, spectrogram: [404, 1025] },
    "sweep": { rms: -3.009, compatRms: -2.995, dc: 0.004, gated: 0.96, spectrogram: [344, 1025] },
  };
  for (const [name, numbers] of Object.entries(expected)) {
    const results = await page.evaluate(([url, list]) => analyse(url, list), [`/samples/${name}.wav`, steps]);
    const value = (key) => {
      assert.ok(results[key], `${name}: ${key} is missing among ${Object.keys(results)}`);
      return results[key];
    };
    near(value("level.rms").first, numbers.rms, 0.0011, `${name} rms`);
    near(value("level.rms#2").first, numbers.compatRms, 0.0011, `${name} rms, compat`);
    near(value("mean_dc_shift").first, numbers.dc, 0.00051, `${name} DC, compat`);
    near(value("loudness_itu.gated_loudness").first, numbers.gated, 0.01, `${name} gated loudness`);
    assert.deepEqual(value("spectrogram_analyzer").shape, numbers.spectrogram);
    if (name === "sweep") near(value("spectrogram_analyzer").first, 107.91199, 1e-3, "first bin of sweep");
    if (name === "C4_scale") {
      assert.deepEqual(value("onset_detection_function").shape, [809]);
      near(value("onset_detection_function").mean, 2.5285, 0.001, "onset detection function");
      assert.equal(value("loudness_itu.block_loudness").shape[0], 91);
    }
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the six codings have their exact lengths", needsShared, async () => {
  const page = await host.open();
  const codings = { flac: 1_323_000, "cbr.mp3": 1_323_000, "vbr.mp3": 1_323_000, m4a: 1_323_000, ogg: 1_323_000, opus: 1_440_000 };
  for (const [coding, frames] of Object.entries(codings)) {
    const counted = await page.evaluate(async (url) => {
      const media = await timeside.open(url);
      const { frames, sampleRate, channels } = media.info;
      const end = (frames ?? media.info.duration * sampleRate) / sampleRate;
      const tail = await media.samples(end - 0.1, end);
      const results = await media.run("waveform_analyzer");
      media.close();
      return { frames, channels, tail: tail.map((c) => c.length), decoded: results.get("waveform_analyzer").shape[0] };
    }, `/samples/real/music30s_44k_st.${coding}`);
    assert.equal(counted.decoded, frames, `${coding}: decoded frames`);
    if (counted.frames !== null) assert.equal(counted.frames, frames, `${coding}: info.frames`);
    assert.equal(counted.tail.length, counted.channels);
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("every kind of source gives the same samples", needsShared, async () => {
  const page = await host.open();
  const outcomes = await page.evaluate(async () => {
    const url = "/samples/C4_scale.wav";
    const blob = await file(url);
    const bytes = await blob.arrayBuffer();
    const decode = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(bytes.slice(0));
    const raw = { channels: [0, 1].slice(0, decode.numberOfChannels).map((c) => decode.getChannelData(c)), sampleRate: decode.sampleRate };
    const sources = {
      path: url,
      url: new URL(url, location.href),
      request: new Request(url),
      unranged: `/bad/no-range${url}`,
      chunked: `/bad/chunked${url}`,
      blob,
      buffer: bytes,
      bytes: new Uint8Array(bytes),
      audioBuffer: decode,
      raw,
    };
    const found = {};
    for (const [kind, source] of Object.entries(sources)) {
      const media = await timeside.open(source);
      const samples = await media.samples(1, 1.5);
      const results = await media.run("level");
      found[kind] = {
        frames: media.info.frames,
        count: samples[0].length,
        sum: samples[0].reduce((sum, x) => sum + Math.abs(x), 0),
        rms: results.get("level.rms").data[0],
      };
      media.close();
    }
    return { found, byteLength: bytes.byteLength };
  });
  assert.ok(outcomes.byteLength > 0, "an ArrayBuffer stays the caller's");
  const { path: expected, ...others } = outcomes.found;
  assert.equal(expected.count, 22_050);
  for (const [kind, found] of Object.entries(others)) {
    assert.deepEqual([found.frames, found.count], [expected.frames, expected.count], kind);
    near(found.sum, expected.sum, 1e-3, `${kind}: samples`);
    near(found.rms, expected.rms, 1e-5, `${kind}: rms`);
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a run is awaited, iterated, listened to and cancelled", needsShared, async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const media = await timeside.open("/samples/real/music30s_44k_st.flac");
    const progress = [];
    let partialRows = 0;
    const results = await media.run("spectrogram_analyzer", {
      onProgress: (done) => progress.push(done),
      onPartial: (result) => { partialRows += result.shape[0]; },
    });
    const kinds = {};
    for await (const event of media.run(["level", "spectrogram_analyzer"])) kinds[event.type] = (kinds[event.type] ?? 0) + 1;
    const cancelled = media.run("spectrogram_analyzer");
    cancelled.cancel();
    const cancelledEnd = await outcome(cancelled);
    const controller = new AbortController();
    const abortedEnd = await outcome(media.run("spectrogram_analyzer", { signal: controller.signal, onProgress: () => controller.abort() }));
    const segment = await media.run("waveform_analyzer", { start: 2, duration: 1 });
    const ends = [cancelledEnd, abortedEnd].map((end) => [end.code, end.own]);
    media.close();
    const closed = await outcome(media.samples(0, 1));
    return {
      ascending: progress.every((done, i) => done >= 0 && done <= 1 && (i === 0 || done >= progress[i - 1])),
      reports: progress.length,
      partialRows,
      rows: results.get("spectrogram_analyzer").shape[0],
      kinds,
      ends,
      segment: segment.get("waveform_analyzer").shape[0],
      closed: closed.own,
    };
  });
  assert.ok(seen.ascending && seen.reports > 1, `progress: ${seen.reports} reports`);
  assert.equal(seen.partialRows, seen.rows, "partial rows add up to the result");
  assert.ok(seen.kinds.result >= 3 && seen.kinds.partial >= 1 && seen.kinds.progress >= 1, JSON.stringify(seen.kinds));
  assert.deepEqual(seen.ends, [["cancelled", true], ["cancelled", true]]);
  assert.equal(seen.segment, 44_100);
  assert.ok(seen.closed, "a closed medium rejects with TimeSideError");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("peaks and spectrogram agree with the samples", needsShared, async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const media = await timeside.open("/samples/real/music30s_44k_st.flac");
    const options = { start: 0, end: 10, pixels: 500 };
    let peaks = await media.peaks(options);
    const first = peaks.exact;
    while (!peaks.exact) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      peaks = await media.peaks(options);
    }
    const samples = await media.samples(0, 10);
    let worst = 0;
    for (const [c, channel] of peaks.channels.entries()) {
      for (let x = 0; x < 500; x++) {
        const column = samples[c].subarray(x * 882, (x + 1) * 882);
        let [low, high] = [Infinity, -Infinity];
        for (const value of column) { low = Math.min(low, value); high = Math.max(high, value); }
        worst = Math.max(worst, Math.abs(low - channel.min[x]), Math.abs(high - channel.max[x]));
      }
    }
    const image = await media.spectrogram({ start: 0, end: 10, width: 300, height: 100, scale: "mel" });
    media.close();
    return { first, worst, channels: peaks.channels.length, image: [image.width, image.height, image.data.length], used: new Set(image.data).size, range: image.maxDb - image.minDb };
  });
  assert.equal(seen.channels, 2);
  assert.ok(seen.worst <= 1 / 32768, `worst column is off by ${seen.worst}`);
  assert.deepEqual(seen.image, [300, 100, 30_000]);
  assert.ok(seen.used > 30 && seen.range > 20, "the spectrogram shows music");
  assert.deepEqual(page.said, []);
  await page.close();
});

test("processors describe themselves, results are written and read", needsShared, async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const list = await timeside.processors();
    const media = await timeside.open("/samples/sweep.wav");
    const results = await media.run(["level", "loudness_itu"]);
    const bytes = await results.to("json");
    const again = await timeside.parseResults(bytes);
    media.close();
    return {
      ids: list.map((p) => p.id),
      schemas: list.every((p) => p.parameters && typeof p.parameters === "object" && p.name && p.kind && p.version),
      container: Array.isArray(results.toJSON()),
      same: JSON.stringify(again.toJSON()) === JSON.stringify(results.toJSON()) && again.size === results.size,
    };
  });
  for (const id of ["level", "mean_dc_shift", "waveform_analyzer", "spectrogram_analyzer", "onset_detection_function", "loudness_itu", "fx_gain"]) {
    assert.ok(seen.ids.includes(id), `${id} is not among ${seen.ids}`);
  }
  assert.ok(seen.schemas && seen.container && seen.same, JSON.stringify(seen));
  assert.deepEqual(page.said, []);
  await page.close();
});
