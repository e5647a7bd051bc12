// Recording a stream: known samples come through, results and waveform as they come, and the end is that of a run over
// the same samples.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";

const host = bed({ flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] });

test("a stream's samples, results and waveform as they come, and complete at the stop", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    const tone = new OscillatorNode(context, { frequency: 1000 });
    tone.connect(new GainNode(context, { gain: 0.5 })).connect(out);
    tone.start();
    const media = await timeside.open(out.stream, { name: "tone" });
    const atOpen = { ...media.info };
    const partials = [];
    const run = media.run(["waveform_analyzer", "level"], { onPartial: (result) => partials.push(result.shape[0]) });
    run.catch(() => {});
    let peaks = await media.peaks({ pixels: 10 });
    while (partials.length < 3 || peaks.channels[0].max.some(Number.isNaN)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      peaks = await media.peaks({ start: 0, end: 0.5, pixels: 10 });
    }
    const during = { frames: media.info.frames, partials: partials.length, top: Math.max(...peaks.channels[0].max), sha1: await media.info.sha1() };
    await media.stop();
    await media.stop();
    const results = await run;
    const { frames, sampleRate, duration, live } = media.info;
    const samples = await media.samples(0, frames / sampleRate);
    // The same samples once more, from memory.
    const copy = await timeside.open({ channels: samples, sampleRate });
    const again = await copy.run(["waveform_analyzer", "level"]);
    const same = [...results].map(([key, result]) => {
      const other = again.get(key);
      return other.data.length === result.data.length && result.data.every((x, i) => x === other.data[i]);
    });
    const [one, other] = [await media.info.sha1(), await copy.info.sha1()];
    const whole = await media.peaks({ pixels: 50 });
    const uri = results.get("level.rms").audio.uri;
    // A sine of 1000 Hz at half of full scale, wherever it began.
    const wave = samples[0];
    const from = wave.length - 4800;
    let [re, im] = [0, 0];
    for (let n = 0; n < 4800; n++) {
      re += wave[from + n] * Math.cos((2 * Math.PI * n) / 48);
      im += wave[from + n] * Math.sin((2 * Math.PI * n) / 48);
    }
    const amplitude = Math.hypot(re, im) / 2400;
    media.close();
    copy.close();
    await context.close();
    return {
      atOpen, during, frames, duration, live, same, one, other, uri, sampleRate, amplitude, rows: partials.reduce((a, b) => a + b, 0),
      shape: results.get("waveform_analyzer").shape[0], exact: whole.exact, channels: samples.length,
    };
  });
  assert.deepEqual([seen.atOpen.live, seen.atOpen.frames, seen.atOpen.name, seen.uri], [true, null, "tone", "live_decoder"]);
  assert.deepEqual([seen.during.frames, seen.during.sha1], [null, ""]);
  assert.ok(seen.during.partials >= 3 && Math.abs(seen.during.top - 0.5) < 0.01, JSON.stringify(seen.during));
  assert.ok(seen.frames > 20_000 && Math.abs(seen.duration - seen.frames / seen.sampleRate) < 1e-9);
  assert.deepEqual([seen.live, seen.exact, seen.sampleRate], [false, true, 48_000]);
  assert.ok(seen.same.length === 3 && seen.same.every(Boolean), JSON.stringify(seen.same));
  assert.equal(seen.shape, seen.frames);
  assert.equal(seen.rows, seen.frames, "every row was told once");
  assert.ok(/^[0-9a-f]{40}$/.test(seen.one) && seen.one === seen.other);
  assert.ok(Math.abs(seen.amplitude - 0.5) < 0.005, `amplitude ${seen.amplitude}`);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the microphone: recorded, and let go by close()", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const streams = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      streams.push(await ask(constraints));
      return streams.at(-1);
    };
    const media = await timeside.microphone();
    const samples = await media.samples(0, 0.2);
    const state = streams[0].getAudioTracks()[0].readyState;
    media.close();
    return { frames: samples[0].length, rate: media.info.sampleRate, state, after: streams[0].getAudioTracks()[0].readyState };
  });
  assert.equal(seen.frames, Math.round(seen.rate * 0.2));
  assert.deepEqual([seen.state, seen.after], ["live", "ended"]);
  await page.close();
});

test("beyond its memory the oldest samples go: runs that began in time are complete, later ones are told", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    const tone = new OscillatorNode(context);
    tone.connect(out);
    tone.start();
    // Room for four chunks of 16384 frames: 1.4 s.
    const media = await timeside.open(out.stream, { maxMemory: 2 ** 18 });
    const run = media.run("level");
    run.catch(() => {});
    while (media.info.duration < 2.5) {
      await media.peaks({ pixels: 10 });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await media.stop();
    const complete = (await run).get("level.rms").audio.duration;
    const early = await outcome(media.samples(0, 0.1));
    const late = await media.samples(media.info.duration - 0.5, media.info.duration - 0.4);
    const rerun = await outcome(media.run("level"));
    const { channels } = await media.peaks({ pixels: 10 });
    const drawn = channels[0].max.every((x) => x > 0.5);
    const notLive = await timeside.open({ channels: [new Float32Array(10)], sampleRate: 8000 });
    await notLive.stop();
    const duration = media.info.duration;
    media.close();
    notLive.close();
    await context.close();
    return { complete, duration, early, late: late[0].length, rerun: rerun.code, drawn };
  });
  assert.ok(Math.abs(seen.complete - seen.duration) < 1e-6);
  assert.equal(seen.early.code, "out-of-memory");
  assert.match(seen.early.message, /no longer kept.*maxMemory/);
  assert.deepEqual([seen.late, seen.rerun, seen.drawn], [4800, "out-of-memory", true]);
  await page.close();
});

test("permission refused is permission-denied, in words", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    const refused = await outcome(timeside.microphone());
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("none", "NotFoundError"));
    const none = await outcome(timeside.microphone());
    const silent = await outcome(timeside.open(new MediaStream()));
    return { refused, none: none.code, silent: silent.code };
  });
  assert.ok(seen.refused.own);
  assert.equal(seen.refused.code, "permission-denied");
  assert.match(seen.refused.message, /settings/);
  assert.deepEqual([seen.none, seen.silent], ["not-found", "bad-parameter"]);
  assert.deepEqual(page.said, []);
  await page.close();
});
