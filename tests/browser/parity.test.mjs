// Every analyzer gives in the browser's worker what it gives natively.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { bed, test } from "./harness.mjs";
import { needsShared, shared } from "./server.mjs";
import { pcm } from "./wav.mjs";

const host = bed();

/** What the two may differ by, as a part of a result's largest value. */
const TOLERANCE = 1e-5;

/**
 * These divide by the faintest bins, where the last bit of a transform shows: rustfft's kernel of 16 points orders its
 * products otherwise for wasm than for SSE.
 */
const FAINT = { spectral_contrast: 1e-3, pcen: 1e-4 };

/** The native command. `cargo xtask test` builds it and says where it is. */
const command = process.env.TIMESIDE_COMMAND;

const run = promisify(execFile);

/** Upstream's container of all analyzers over a file, by the native command. */
async function natively(file, steps) {
  const options = steps.flatMap((step) => ["-a", typeof step === "string" ? step : `${step.id}:input_samplerate=${step.input_samplerate}`]);
  const { stdout } = await run(command, ["-q", "analyze", file, ...options, "-o", "-"], { maxBuffer: 1 << 30 });
  return JSON.parse(stdout);
}

/** The numbers of a tagged array, flat; nothing for null. */
const numbers = (tagged) => (tagged?.numpyArray ?? []).flat(2);

/** Fails unless both hold the same numbers within the tolerance; says where the first differs. */
function same(what, here, there, tolerance) {
  const [a, b] = [numbers(here), numbers(there)];
  assert.equal(a.length, b.length, `${what}: length`);
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const off = a.findIndex((x, i) => !(Math.abs(x - b[i]) <= tolerance * largest) && x !== b[i]);
  assert.equal(off, -1, `${what}: value ${off} of ${a.length} is ${a[off]} in the browser, ${b[off]} natively; the largest is ${largest}`);
}

/** Runs all analyzers on both sides over the bytes of a file. */
async function compare(name, bytes) {
  const folder = await mkdtemp(path.join(tmpdir(), "timeside-parity-"));
  const page = await host.open();
  try {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    const ids = await page.evaluate(async () =>
      (await timeside.processors()).filter((p) => p.kind === "analyzer").map((p) => p.id),
    );
    assert.ok(ids.length > 30, `${ids.length} analyzers`);
    // Yaafe would have the whole pipe resampled to 32 kHz.
    const steps = ids.map((id) => (id === "yaafe" ? { id, input_samplerate: 44_100 } : id));
    const there = await natively(file, steps);
    const here = await page.evaluate(
      async ([name, text, steps]) => {
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const media = await timeside.open(new File([bytes], name));
        const results = await media.run(steps);
        media.close();
        return JSON.parse(JSON.stringify(results));
      },
      [name, Buffer.from(bytes).toString("base64"), steps],
    );
    assert.deepEqual(
      here.map((r) => r.id_metadata.id),
      there.map((r) => r.id_metadata.id),
    );
    const failures = [];
    assert.equal(here[0].audio_metadata.duration, there[0].audio_metadata.duration);
    for (const [i, result] of here.entries()) {
      const [a, b] = [result.data_object, there[i].data_object];
      for (const part of ["value", "label", "time", "duration", "y_value"]) {
        try {
          same(`${name}, ${result.id_metadata.id} ${part}`, a[part], b[part], FAINT[result.id_metadata.id] ?? TOLERANCE);
        } catch (error) {
          failures.push(error.message.split("\n")[0]);
        }
      }
      try {
        assert.deepEqual(result.parameters, there[i].parameters, `${result.id_metadata.id}: parameters`);
      } catch (error) {
        failures.push(error.message.split("\n")[0]);
      }
    }
    assert.deepEqual(failures, []);
    assert.deepEqual(page.said, []);
  } finally {
    await page.close();
    await rm(folder, { recursive: true });
  }
}

const needsCommand = { skip: command ? false : "TIMESIDE_COMMAND names no native command" };

test("tones, clicks, noise and a pause", needsCommand, async () => {
  const rate = 44_100;
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 31 - 1;
  };
  const channels = [0, 1].map((channel) =>
    Float32Array.from({ length: 6 * rate }, (_, n) => {
      const t = n / rate;
      if (t >= 2.1 && t < 2.4) return 0;
      const glide = Math.sin(2 * Math.PI * (220 * t + 30 * t * t));
      const fifth = Math.sin(2 * Math.PI * 330 * (1 + channel * 0.01) * t);
      return 0.3 * glide + 0.2 * fifth + 0.4 * Math.exp(-60 * ((4 * t) % 1)) * noise() + 0.01 * noise();
    }),
  );
  await compare("synthetic.wav", pcm(channels, rate));
});

test("an orchestra", needsShared.skip ? needsShared : needsCommand, async () => {
  await compare("orchestra.wav", await readFile(path.join(shared, "reference/wav/real_orchestral_mo_15s.wav")));
});
