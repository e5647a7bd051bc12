// Layers: each kind drawn, listed, ordered, laid over others; results that come row by row; tracks; pictures of it all.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { pcm } from "./wav.mjs";

const RATE = 16_000;
const SECONDS = 4;

/** Half a second of a tone, half a second of nothing, and so on; the first channel half as loud as the second. */
function tones() {
  const samples = Float32Array.from({ length: RATE * SECONDS }, (_, n) =>
    Math.floor((n * 2) / RATE) % 2 === 0 ? 0.25 * Math.sin((2 * Math.PI * 1000 * n) / RATE) : 0,
  );
  return pcm([samples.map((sample) => sample / 2), samples], RATE);
}

const VTT = `WEBVTT

00:00:00.500 --> 00:00:01.500
First <b>cue</b>

00:00:02.000 --> 00:00:03.000
Second cue
`;

const host = bed({
  setup: (server) => {
    server.write("tones.wav", tones());
    server.write("cues.vtt", VTT);
  },
});

/** A page with one player of a recording, open and drawn. */
async function opened(attributes = {}, context = { viewport: { width: 1000, height: 1000 } }) {
  const page = await host.open("/test/blank.html", context);
  page.warned = [];
  page.on("console", (message) => message.type() === "warning" && page.warned.push(message.text()));
  await page.evaluate(async (attributes) => {
    await import("/timeside/player.js");
    const player = document.createElement("timeside-player");
    for (const [name, value] of Object.entries({ src: "/files/tones.wav", muted: "", controls: "", ...attributes })) player.setAttribute(name, value);
    const ready = new Promise((resolve) => player.addEventListener("ready", resolve));
    document.body.append(player);
    await ready;
    Object.assign(globalThis, {
      player,
      settle: async () => {
        for (let i = 0; i < 4; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
      },
      lane: (id) => player.shadowRoot.querySelector(`[data-layers~="${CSS.escape(id)}"]`),
      /** Pixels that are not empty, and how many colours, over all canvases of a lane. */
      seen: async (id) => {
        await settle();
        const lane = globalThis.lane(id);
        let count = 0;
        const colors = new Set();
        for (const canvas of lane?.querySelectorAll("canvas") ?? []) {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
          copy.drawImage(canvas, 0, 0);
          for (const pixel of new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)) {
            if (pixel >>> 24 === 0) continue;
            count++;
            colors.add(pixel);
          }
        }
        return { count, colors: colors.size };
      },
    });
  }, attributes);
  return page;
}

/** What `read` gives, once `good` holds for it. */
async function until(page, read, good, argument) {
  let value;
  for (let look = 0; look < 100; look++) {
    value = await page.evaluate(read, argument);
    if (good(value)) return value;
    await page.waitForTimeout(100);
  }
  assert.fail(`it stays ${JSON.stringify(value)}`);
}

test("every kind is drawn, listed with its source, and read under the pointer", async () => {
  const page = await opened();
  const listed = await page.evaluate(async () => {
    const span = (start, end, more) => ({ start, end, ...more });
    player.layers.add({ id: "e", kind: "events", unit: "dB", items: [span(1, 1, { value: 3 }), span(2, 2, { value: 9 })] });
    player.layers.add({ id: "s", kind: "segments", items: [span(0, 1, { label: "verse" }), span(1, 2, { label: "chorus" }), span(2, 4, { label: "verse" })] });
    player.layers.add({ id: "n", kind: "notes", items: [span(0, 1, { value: 60 }), span(1, 3, { value: 67 })] });
    player.layers.add({ id: "t", kind: "text", items: [span(0.5, 3, { label: "<script>alert(1)</script>" })] });
    player.layers.add({ id: "b", kind: "boxes", items: [span(1, 2, { low: 500, high: 2000 })] });
    return player.layers.describe().map(({ id, kind, source, rows, range, height }) => ({ id, kind, source, rows, range, height }));
  });
  assert.deepEqual(listed.map(({ id, kind, source, rows }) => [id, kind, source, rows]), [
    ["waveform", "waveform", "recording", 0],
    ["spectrogram", "spectrogram", "recording", 0],
    ["e", "events", "page", 2],
    ["s", "segments", "page", 3],
    ["n", "notes", "page", 2],
    ["t", "text", "page", 1],
    ["b", "boxes", "page", 1],
  ]);
  assert.deepEqual(listed[2].range, [0, 9]);
  const wave = await until(page, () => seen("waveform"), ({ count }) => count > 5000);
  assert.ok(wave.colors >= 2);
  await until(page, () => seen("spectrogram"), ({ colors }) => colors > 20);
  for (const [id, least, most] of [["e", 60, 2000], ["s", 20_000, 90_000], ["n", 1000, 90_000], ["t", 5000, 60_000], ["b", 3000, 60_000]]) {
    const { count } = await page.evaluate((id) => seen(id), id);
    assert.ok(count >= least && count <= most, `${id}: ${count} pixels`);
  }
  // In the middle of the box; and of the second note.
  const said = async (id, share) => {
    const box = await page.evaluate((id) => {
      const { x, y, width, height } = lane(id).querySelector(".lane-canvas").getBoundingClientRect();
      return { x, y, width, height };
    }, id);
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    await page.evaluate(() => settle());
    return page.evaluate((id) => lane(id).querySelector(".legend-value").textContent, id);
  };
  assert.equal(await said("n", 0.5), "G4");
  assert.match(await said("b", 0.4), /500 … 2.?000/);
  assert.equal(await said("s", 0.3), "chorus");
  assert.equal(await said("t", 0.5), "<script>alert(1)</script>");
  assert.equal(await said("t", 0.95), "");
  // A click on an item leads to its begin.
  const place = await page.evaluate(() => lane("s").querySelector(".lane-canvas").getBoundingClientRect().toJSON());
  await page.mouse.click(place.x + place.width * 0.4, place.y + 10);
  await until(page, () => player.currentTime, (time) => Math.abs(time - 1) < 0.01);
  await page.keyboard.press("Alt+PageDown");
  await until(page, () => player.currentTime, (time) => Math.abs(time - 2) < 0.01);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("order, visibility, opacity, height and groups", async () => {
  const page = await opened();
  const shown = () => page.evaluate(async () => {
    await settle();
    return [...player.shadowRoot.querySelectorAll("[data-layers]")].map((lane) => lane.dataset.layers);
  });
  assert.deepEqual(await shown(), ["waveform", "spectrogram"]);
  const changes = await page.evaluate(async () => {
    let count = 0;
    player.addEventListener("layerchange", () => count++);
    player.layers.move("spectrogram", 0);
    await settle();
    return count;
  });
  assert.equal(changes, 1);
  assert.deepEqual(await shown(), ["spectrogram", "waveform"]);
  await page.evaluate(() => {
    player.layers.add({ id: "boxes", kind: "boxes", group: "spectrogram", items: [{ start: 1, end: 2, low: 500, high: 2000 }] });
    player.layers.configure("waveform", { height: 60, opacity: 0.5 });
  });
  assert.deepEqual(await shown(), ["spectrogram boxes", "waveform"]);
  const style = await page.evaluate(() => {
    const wave = lane("waveform");
    return [wave.getBoundingClientRect().height, getComputedStyle(wave.querySelector(".lane-canvas > .fill")).opacity];
  });
  assert.deepEqual([Math.round(style[0]), style[1]], [61, "0.5"]);
  await page.evaluate(() => player.layers.configure("spectrogram", { visible: false }));
  assert.deepEqual(await shown(), ["boxes", "waveform"]);
  await page.getByRole("button", { name: "Hide Waveform" }).click();
  assert.deepEqual(await shown(), ["boxes"]);
  await page.evaluate(() => player.layers.remove("boxes"));
  assert.deepEqual(await page.evaluate(() => player.layers.describe().map(({ id, visible }) => [id, visible])), [
    ["spectrogram", false],
    ["waveform", false],
  ]);
  // A second waveform, of its own look.
  await page.evaluate(() => player.setAttribute("layers", "waveform waveform:db:mix"));
  assert.deepEqual(await shown(), ["waveform", "waveform#2"]);
  const apart = await page.evaluate(() => player.layers.describe().map(({ scale, channels }) => [scale, channels]));
  assert.deepEqual(apart[1], ["db", "mix"]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("the waveform's scales, RMS and normalising change the picture", async () => {
  const page = await opened({ layers: "waveform:mix" });
  const pixels = async (settings) => {
    await page.evaluate((settings) => player.layers.configure("waveform", settings), settings);
    await page.waitForTimeout(100);
    return (await page.evaluate(() => seen("waveform"))).count;
  };
  const plain = await until(page, () => seen("waveform"), ({ count }) => count > 5000).then(({ count }) => count);
  const raised = await pixels({ normalise: true });
  // Four times as high, half of the time, painted once as not yet played.
  assert.ok(raised > plain * 2.5, `${plain} → ${raised}`);
  const same = await pixels({ normalise: null, gain: 4 });
  assert.ok(Math.abs(same - raised) < raised * 0.02, `${raised} and ${same}`);
  const level = await pixels({ gain: null, scale: "db" });
  assert.ok(level > plain * 2, `${plain} → ${level}`);
  assert.equal(await pixels({ scale: null }), plain);
  const colors = async () => (await page.evaluate(() => seen("waveform"))).colors;
  const all = await colors();
  await pixels({ rms: false });
  assert.ok((await colors()) < all, `${await colors()} ${all}`);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("results of every shape are drawn as they come, with provenance; settings of a kind are checked", async () => {
  const page = await opened({ layers: "waveform" });
  const told = await page.evaluate(async () => {
    const rows = [];
    // The list is looked at while the run is under way.
    player.addEventListener("analysisprogress", () => {
      const chroma = player.layers.describe().find(({ id }) => id === "chroma");
      if (chroma) rows.push(chroma.rows);
    });
    await player.analyze({ id: "chroma", input_stepsize: 256 });
    await player.analyze("notes");
    await player.analyze("beats").catch(() => undefined);
    await player.analyze("level");
    return { rows, list: player.layers.describe() };
  });
  const by = (id) => told.list.find((layer) => layer.id === id);
  assert.equal(by("chroma").kind, "matrix");
  assert.ok(by("chroma").rows >= 240, `${by("chroma").rows} rows`);
  assert.equal(by("chroma").provenance.analyzer, "chroma");
  assert.equal(by("chroma").provenance.parameters.input_stepsize, 256);
  assert.equal(by("notes").kind, "notes");
  assert.ok(by("notes").rows >= 3, "the tones are notes");
  const { count, colors } = await page.evaluate(() => seen("chroma"));
  assert.ok(count > 60_000 && colors > 8, `chroma: ${count} pixels, ${colors} colours`);
  assert.ok((await page.evaluate(() => seen("notes"))).count > 500);

  const refused = await page.evaluate(() => {
    const code = (call) => {
      try {
        call();
        return "taken";
      } catch (error) {
        return [error.code, error.details.parameter];
      }
    };
    const { layers } = player;
    return [
      code(() => layers.configure("chroma", { rms: true })),
      code(() => layers.configure("waveform", { opacity: 2 })),
      code(() => layers.configure("notes", { range: [70, 50] })),
      code(() => layers.add({ kind: "pie" })),
      code(() => layers.add({ kind: "events" })),
      code(() => layers.move("waveform", -1)),
      code(() => layers.configure("chroma", { colorMap: "viridis", range: [0, 2], opacity: 0.9 })),
    ];
  });
  assert.deepEqual(refused, [
    ["bad-parameter", "rms"],
    ["bad-parameter", "opacity"],
    ["bad-parameter", "range"],
    ["bad-parameter", "kind"],
    ["bad-parameter", "items"],
    ["bad-parameter", "place"],
    "taken",
  ]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("tracks come and go; nonsense in the attribute is said once", async () => {
  const page = await opened({ layers: "waveform nonsense" });
  const warned = page.warned.filter((text) => text.includes("called nonsense"));
  assert.equal(warned.length, 1, page.warned.join("\n"));
  const ids = () => page.evaluate(() => player.layers.describe().map(({ id, kind, source, name, rows }) => ({ id, kind, source, name, rows })));
  await page.evaluate(() => {
    const track = document.createElement("track");
    Object.assign(track, { kind: "subtitles", label: "English", src: "/files/cues.vtt" });
    player.append(track);
  });
  await until(page, () => player.layers.describe().length, (count) => count === 2);
  assert.deepEqual((await ids())[1], { id: "track-1", kind: "text", source: "track", name: "English", rows: 2 });
  assert.ok((await page.evaluate(() => seen("track-1"))).count > 2000);
  await page.evaluate(() => player.querySelector("track").remove());
  await until(page, () => player.layers.describe().length, (count) => count === 1);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("what is at the playhead is spoken; the spectrum is shown by a key", async () => {
  const page = await opened();
  await until(page, () => seen("spectrogram"), ({ colors }) => colors > 20);
  await page.evaluate(() => player.focus());
  await page.keyboard.press("i");
  const said = await until(page, () => player.shadowRoot.querySelector("[aria-live]").textContent, (text) => /peak/.test(text));
  const hz = /peak ([\d.]+)\s?(k?)Hz/.exec(said);
  assert.ok(hz, said);
  const peak = Number(hz[1]) * (hz[2] ? 1000 : 1);
  assert.ok(Math.abs(peak - 1000) < 40, said);
  await page.keyboard.press("Shift+I");
  const slice = await until(page, async () => {
    await settle();
    const canvas = player.shadowRoot.querySelector("canvas.slice");
    if (!canvas || canvas.width < 100) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, (colors) => colors > 4);
  assert.ok(slice > 4);
  await page.keyboard.press("Shift+I");
  await until(page, () => player.shadowRoot.querySelector("canvas.slice"), (canvas) => canvas === null);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("snapshots are as large as asked for and hold what is shown", async () => {
  const page = await opened();
  await until(page, () => seen("spectrogram"), ({ colors }) => colors > 20);
  const seen = await page.evaluate(async () => {
    player.layers.add({ id: "words", kind: "segments", items: [{ start: 1, end: 3, label: "a < b & c" }] });
    await settle();
    const size = async (options) => {
      const picture = await player.snapshot(options);
      const bitmap = await createImageBitmap(picture);
      const copy = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      copy.drawImage(bitmap, 0, 0);
      const colors = new Set(new Uint32Array(copy.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
      return { type: picture.type, width: bitmap.width, height: bitmap.height, colors };
    };
    const stage = player.shadowRoot.querySelector(".stage").getBoundingClientRect();
    const svg = await (await player.snapshot({ type: "image/svg+xml" })).text();
    const tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    const refusal = await player.snapshot({ type: "image/gif" }).catch((error) => error.code);
    const count = (name) => tree.getElementsByTagName(name).length;
    return {
      stage: [Math.round(stage.width), Math.round(stage.height)],
      plain: await size(),
      wide: await size({ width: 2000 }),
      bare: await size({ legend: false, scale: 1 }),
      svg: {
        root: tree.documentElement.localName,
        width: Number(tree.documentElement.getAttribute("width")),
        texts: [...tree.getElementsByTagName("text")].map((text) => text.textContent),
        paths: count("path"),
        images: count("image"),
        unsafe: /oklch|color-mix|var\(/.test(svg),
      },
      refusal,
    };
  });
  assert.deepEqual([seen.plain.width, seen.plain.height], seen.stage);
  assert.equal(seen.plain.type, "image/png");
  assert.ok(seen.plain.colors > 50);
  assert.equal(seen.wide.width, 2000);
  assert.ok(seen.bare.width < seen.plain.width - 100);
  assert.equal(seen.svg.root, "svg");
  assert.equal(seen.svg.width, seen.stage[0]);
  assert.ok(seen.svg.texts.includes("Waveform") && seen.svg.texts.includes("a < b & c"), seen.svg.texts.join(" | "));
  assert.ok(seen.svg.paths > 2 && seen.svg.images >= 1 && seen.svg.images <= 12, JSON.stringify(seen.svg));
  assert.equal(seen.svg.unsafe, false);
  assert.equal(seen.refusal, "bad-parameter");
  assert.deepEqual(page.said, []);
  await page.close();
});
