// Files of annotations in a page: read by what they are, written with what is lost, refused in words.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";

const host = bed();

const GRID = `File type = "ooTextFile"
Object class = "TextGrid"

0
2
<exists>
1
"IntervalTier"
"words"
0
2
2
0
1.25
"hi <img src=x onerror=alert(1)>"
1.25
2
""
`;

test("a file is read by its content and written in every format", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async (grid) => {
    const formats = await timeside.annotationFormats();
    const utf16 = new Uint8Array(new Uint16Array([0xfeff, ...Array.from(grid, (c) => c.charCodeAt(0))]).buffer);
    const document = await timeside.parseAnnotations(utf16, undefined, { name: "a.TextGrid", duration: 1 });
    const written = {};
    for (const { id, canWrite } of formats) {
      if (!canWrite) continue;
      const file = await timeside.formatAnnotations(document, id, { duration: 1 });
      const again = await timeside.parseAnnotations(file.bytes, id);
      written[id] = { ...file, bytes: new TextDecoder().decode(file.bytes), labels: again.annotations.map((a) => [a.start, a.end, a.label]) };
    }
    return { formats, document, written };
  }, GRID);
  assert.deepEqual(seen.formats.map((f) => f.id), ["json", "textgrid", "webvtt", "srt", "audacity", "csv", "tsv", "lab"]);
  assert.ok(seen.formats.every((f) => f.canRead && f.canWrite && f.name && f.description && f.extensions.length > 0 && f.mimeTypes.length > 0));
  const label = "hi <img src=x onerror=alert(1)>";
  assert.deepEqual(seen.document, {
    tiers: [{ id: "words", name: "words", kind: "spans", rule: "no-overlap" }],
    annotations: [{ id: "a1", tier: "words", start: 0, end: 1, label }],
    report: {
      format: "textgrid",
      warnings: [{ code: "past-end", message: "line 13: it went past the end of the medium; cut there" }],
      guessed: [],
      lost: [],
    },
  });
  for (const [id, file] of Object.entries(seen.written)) {
    assert.deepEqual(file.labels, [[0, 1, label]], id);
    assert.equal(file.report.format, id);
  }
  assert.ok(seen.written.webvtt.bytes.includes("00:00:00.000 --> 00:00:01.000\nhi &lt;img"), seen.written.webvtt.bytes);
  assert.equal(seen.written.srt.extension, "srt");
  assert.equal(seen.written.csv.mimeType, "text/csv");
  assert.deepEqual(seen.written.audacity.report.lost.map((w) => w.code), ["tiers"]);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("what cannot be read is refused with a code and its cause", async () => {
  const page = await host.open();
  const seen = await page.evaluate(async () => {
    const said = async (call) => call().then(() => "no error", ({ name, code, message }) => [name, code, message]);
    const { parseAnnotations, formatAnnotations } = timeside;
    const good = { annotations: [{ id: "a", start: 1, end: 2, label: "x" }] };
    const loop = {};
    loop.loop = loop;
    const refused = [
      await said(() => parseAnnotations("once upon a time")),
      await said(() => parseAnnotations("[".repeat(200_000), "json")),
      await said(() => parseAnnotations(new Uint8Array(1000))),
      await said(() => parseAnnotations(new TextEncoder().encode("ooBinaryFile\bTextGrid"))),
      await said(() => parseAnnotations("1,2,x", "docx")),
      await said(() => parseAnnotations("1,2,x", "csv", { duration: -1 })),
      await said(() => parseAnnotations("1,2,x", "csv", { colour: 1 })),
      await said(() => parseAnnotations(5)),
      await said(() => formatAnnotations({ annotations: [{ start: Number.NaN }] }, "csv")),
      await said(() => formatAnnotations({ annotations: [null] }, "csv")),
      await said(() => formatAnnotations(undefined, "csv")),
      await said(() => formatAnnotations(good, "csv", loop)),
      await said(() => formatAnnotations(good, "csv", { tiers: ["nobody"] })),
    ];
    // The engine is none the worse for it.
    const hostile = { annotations: [{ id: "a", start: 2, end: 1, label: "\ud800 \0 <script>" }, { id: "a", start: -1, end: 1, label: "y" }] };
    const file = await formatAnnotations(hostile, "json");
    const { annotations } = JSON.parse(new TextDecoder().decode(file.bytes));
    return { refused, annotations, warnings: file.report.warnings.map((w) => w.code).sort() };
  });
  const expected = [
    ["bad-annotations", "no annotations that can be read"],
    ["bad-annotations", "JSON"],
    ["bad-annotations", "zero bytes"],
    ["bad-annotations", "save it as a text file"],
    ["bad-parameter", "textgrid"],
    ["bad-parameter", "duration"],
    ["bad-parameter", "colour"],
    ["bad-parameter", "Uint8Array"],
    ["bad-annotations", "annotation 1: “start” must be a number"],
    ["bad-annotations", "null"],
    ["bad-parameter", "annotations"],
    ["bad-parameter", "options"],
    ["bad-parameter", "nobody"],
  ];
  for (const [n, [code, words]] of expected.entries()) {
    const [name, actual, message] = seen.refused[n];
    assert.deepEqual([name, actual], ["TimeSideError", code], `${n}: ${message}`);
    assert.ok(message.includes(words), `${n}: ${message}`);
  }
  assert.deepEqual(
    seen.annotations.map((a) => [a.id, a.start, a.end, a.label]),
    [["a-2", 0, 1, "y"], ["a", 1, 2, "\ufffd \ufffd <script>"]],
  );
  assert.deepEqual(seen.warnings, ["before-start", "duplicate-id", "end-before-start", "nul-replaced", "surrogates-replaced"]);
  assert.deepEqual(page.said, []);
  await page.close();
});
