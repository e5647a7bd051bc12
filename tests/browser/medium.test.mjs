// What a recording says of itself, and its tracks: markers, cues and the hour of the day, shown and jumped between; and
// pitches that are heard beside it.

import assert from "node:assert/strict";

import { annotator, bed, test } from "./annotator.mjs";
import { sine } from "./wav.mjs";

const RATE = 44_100;
const NOON_FRAMES = (11 * 3600 + 59 * 60 + 58) * RATE;

/** A chunk of RIFF. */
function chunk(id, body) {
  const head = Buffer.alloc(8);
  head.write(id, 0, "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** Eight seconds that began two seconds before noon, with cue points at one and five seconds. */
function field() {
  const tone = sine({ seconds: 8 });
  const bext = Buffer.alloc(602);
  bext.write("A broadcast", 0, "latin1");
  bext.writeBigUInt64LE(BigInt(NOON_FRAMES), 338);
  const cue = Buffer.alloc(4 + 2 * 24);
  cue.writeUInt32LE(2, 0);
  const labels = [];
  for (const [n, [secs, label]] of [[1, "first <i>call</i>"], [5, "answer"]].entries()) {
    const at = 4 + 24 * n;
    cue.writeUInt32LE(n + 1, at);
    cue.writeUInt32LE(secs * RATE, at + 4);
    cue.write("data", at + 8, "latin1");
    cue.writeUInt32LE(secs * RATE, at + 20);
    const text = Buffer.alloc(4 + label.length + 1);
    text.writeUInt32LE(n + 1, 0);
    text.write(label, 4, "latin1");
    labels.push(chunk("labl", text));
  }
  const body = Buffer.concat([tone.subarray(12, 36), chunk("bext", bext), tone.subarray(36), chunk("cue ", cue), chunk("LIST", Buffer.concat([Buffer.from("adtl"), ...labels]))]);
  const head = Buffer.from(tone.subarray(0, 12));
  head.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([head, body]);
}

const VTT = `WEBVTT

00:02.000 --> 00:03.000
said <b>loud</b>

00:06.000 --> 00:07.000
and again
`;

const host = bed({
  setup: (server) => {
    server.write("field.wav", field());
    server.write("cues.vtt", VTT);
  },
});
const opened = (attributes) => annotator(host, { src: "/files/field.wav", ...attributes });

test("markers of the file and cues of a track are layers, and keys jump between them", async () => {
  const page = await opened({ layers: "waveform" });
  await page.evaluate(() => {
    const track = Object.assign(document.createElement("track"), { kind: "captions", label: "Said", src: "/files/cues.vtt" });
    player.append(track);
  });
  await page.waitForFunction(() => player.layers.describe().length === 3);
  const layers = await page.evaluate(() => player.layers.describe().map(({ id, source, rows }) => [id, source, rows]));
  assert.deepEqual(layers.slice(1).sort(), [["markers", "markers", 2], ["track-1", "track", 2]]);
  await page.seek(0);
  const stops = [];
  for (let n = 0; n < 4; n++) {
    await page.press("Alt+PageDown");
    stops.push(await page.evaluate(() => Math.round(player.currentTime * 100) / 100));
  }
  assert.deepEqual(stops, [1, 2, 5, 6]);
  await page.press("Alt+PageUp");
  assert.equal(await page.evaluate(() => Math.round(player.currentTime * 100) / 100), 5);
  assert.equal(await page.evaluate(() => player.shadowRoot.querySelectorAll("i:not([class]), b").length), 0, "labels are text");
  await page.done();
});

test("the ruler counts the hours of the day on which it was recorded", async () => {
  const page = await opened({ ruler: "clock" });
  await page.waitForFunction(() => player.shadowRoot.querySelector(".time .now").textContent.startsWith("11:59:58"));
  await page.seek(3);
  await page.waitForFunction(() => player.shadowRoot.querySelector(".time .now").textContent.startsWith("12:00:01"));
  await page.done();
});

/** Notes what oscillators are made to do. */
const listen = (page) =>
  page.evaluate(() => {
    globalThis.tones = [];
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      const tone = { hz: [] };
      tones.push(tone);
      for (const name of ["setValueAtTime", "linearRampToValueAtTime"]) {
        const set = this.frequency[name];
        this.frequency[name] = function (hz, at) {
          tone.hz.push(Math.round(hz));
          return set.call(this, hz, at);
        };
      }
      return start.call(this, when);
    };
  });

test("a curve of pitch is heard as a tone, and a place that is stepped to by its pitch or its level", async () => {
  const page = await opened({ engine: "exact" });
  await listen(page);
  await page.evaluate(async () => {
    player.muted = false;
    const times = Array.from({ length: 800 }, (_, n) => n / 100);
    // Half of it has no pitch.
    await player.playback.sonify("pitch", { times, hz: times.map((secs) => (secs < 2 ? 300 + 10 * Math.round(secs * 10) : 0)) });
    player.currentTime = 1;
    await player.play();
  });
  await page.waitForFunction(() => player.currentTime > 2.6, null, { polling: 50 });
  await page.evaluate(() => player.pause());
  const played = await page.evaluate(() => tones.flatMap(({ hz }) => hz));
  assert.ok(played.length > 50, `${played.length} values`);
  assert.ok(Math.min(...played) >= 400 && Math.max(...played) === 500, `from ${Math.min(...played)} to ${Math.max(...played)} Hz`);
  assert.deepEqual(played, [...played].sort((a, b) => a - b), "in its order, and silent where there is none");
  // At rest: the pitch where there is one, else the level: −9 dB of 440 Hz at half of full scale.
  await page.evaluate(() => {
    tones.length = 0;
    player.playback.sonifyCursor = true;
  });
  await page.waitForTimeout(200);
  await page.seek(0.5);
  await page.waitForFunction(() => tones.length === 1);
  assert.deepEqual(await page.evaluate(() => tones[0].hz), [350]);
  await page.seek(5);
  await page.waitForFunction(() => tones.length === 2 && tones[1].hz.length > 0);
  const [level] = await page.evaluate(() => tones[1].hz);
  const wanted = 200 * 5 ** (1 + Math.log10(0.5 * Math.SQRT1_2) / 3);
  assert.ok(Math.abs(level - wanted) < 12, `${level} Hz, not ${wanted} Hz`);
  await page.done();
});
