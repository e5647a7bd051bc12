// What is said of a recording: changed by the page, undone, told, kept in the browser and brought back.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({
  setup: (server) => {
    server.write("tone.wav", sine({ seconds: 4 }));
    server.write("words.txt", "0.5\t1.0\tone\n2.0\t1.5\ttwo\n3.0\t9.0\tthree\n");
  },
});

/** Puts an element on a page and waits until its recording is ready; its events collect in `told`. */
const place = (page, attributes = {}) =>
  page.evaluate(async (given) => {
    await import("/timeside/player.js");
    const player = document.createElement("timeside-player");
    globalThis.player = player;
    globalThis.told = [];
    const names = ["annotationadd", "annotationchange", "annotationremove", "annotationselect", "annotationenter", "annotationleave",
      "importreport", "annotationsrestored", "error"];
    for (const name of names) player.addEventListener(name, (event) => told.push([name, event.detail]));
    for (const [name, value] of Object.entries({ src: "/files/tone.wav", controls: "", ...given })) player.setAttribute(name, value);
    const ready = new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    document.body.append(player);
    await ready;
    player.muted = true;
    globalThis.labels = () => player.annotations.list().map(({ label }) => label);
    globalThis.offer = () => player.shadowRoot.querySelector(".offer")?.textContent ?? "";
  }, attributes);

async function opened(attributes, context) {
  const page = await host.open("/test/blank.html", context);
  await place(page, attributes);
  return page;
}

/** A page of a browser profile: what one keeps there, the next one finds. */
async function visit(context, attributes) {
  const page = await context.newPage();
  await page.goto(`${host.server.origin}/test/blank.html`);
  await place(page, attributes);
  return page;
}

test("the page adds, changes, splits, merges and removes, undoes all of it, and is told of each", async () => {
  const page = await opened();
  const seen = await page.evaluate(() => {
    const { annotations } = player;
    const span = annotations.add({ start: 0.5, end: 1.5, label: "span", confidence: 2, attributes: { hand: "left" } });
    annotations.update(span.id, { label: "renamed", end: 2, author: "me", attributes: { hand: "right" } });
    annotations.split(span.id, 1);
    const halves = annotations.list();
    annotations.merge(halves.map(({ id }) => id));
    const merged = annotations.get(span.id);
    annotations.remove(span.id);
    const steps = annotations.history().done;
    let undone = 0;
    while (annotations.undo()) undone += 1;
    const empty = annotations.list().length + annotations.tiers.list().length;
    const clean = annotations.dirty;
    while (annotations.redo());
    annotations.undo();
    return { span, halves, merged, steps, undone, empty, clean, back: annotations.list(), canRedo: annotations.canRedo, told: told.map(([name]) => name) };
  });
  assert.deepEqual({ ...seen.span, id: 0 }, { id: 0, tier: "tier1", start: 0.5, end: 1.5, label: "span", confidence: 1, attributes: { hand: "left" } });
  assert.deepEqual(seen.halves.map(({ start, end, label }) => [start, end, label]), [[0.5, 1, "renamed"], [1, 2, "renamed"]]);
  assert.equal(seen.merged.label, "renamed renamed");
  assert.deepEqual(seen.merged.attributes, { hand: "right" });
  assert.deepEqual(seen.steps, ["add", "change", "split", "merge", "remove"]);
  assert.deepEqual([seen.undone, seen.empty, seen.clean, seen.canRedo], [5, 0, false, true]);
  assert.equal(seen.back[0].label, "renamed renamed");
  const count = (name) => seen.told.filter((one) => one === name).length;
  assert.ok(count("annotationadd") >= 2 && count("annotationchange") >= 2 && count("annotationremove") >= 2, seen.told.join(" "));
  assert.deepEqual(page.said, []);
  await page.close();
});

test("rules refuse in words, a step is done whole or not at all, and readonly refuses everything", async () => {
  const page = await opened();
  const seen = await page.evaluate(() => {
    const { annotations } = player;
    const reason = (act) => {
      try {
        act();
        return "done";
      } catch (error) {
        return [error.name, error.code, error.details.reason];
      }
    };
    annotations.tiers.add({ id: "words", name: "Words", rule: "no-overlap", vocabulary: ["a", "b"] });
    annotations.add({ tier: "words", start: 0, end: 1, label: "a" });
    const cut = annotations.add({ tier: "words", start: 0.5, end: 2, label: "b" });
    const before = annotations.list();
    const refusals = [
      reason(() => annotations.change([{ add: { tier: "words", start: 0.2, end: 0.3 }, fit: "refuse" }])),
      reason(() => annotations.add({ tier: "words", start: 3, end: 3.5, label: "c" })),
      reason(() => annotations.add({ start: Number.NaN })),
      reason(() => annotations.update("nobody", { label: "" })),
      reason(() => annotations.change([{ remove: cut.id }, { remove: "nobody" }])),
    ];
    const same = JSON.stringify(before) === JSON.stringify(annotations.list());
    player.readonly = true;
    refusals.push(reason(() => annotations.remove(cut.id)), reason(() => annotations.undo()));
    player.readonly = false;
    return { cut: [cut.start, cut.end], refusals, same, after: reason(() => annotations.remove(cut.id)) };
  });
  assert.deepEqual(seen.cut, [1, 2]);
  const reasons = ["overlap", "not-in-vocabulary", "out-of-range", "unknown-annotation", "unknown-annotation", "read-only", "read-only"];
  assert.deepEqual(seen.refusals, reasons.map((reason) => ["TimeSideError", "bad-annotations", reason]));
  assert.ok(seen.same);
  assert.equal(seen.after, "done");
  await page.close();
});

test("the attribute's file is shown with a report; files come in and go out; edits made early wait", async () => {
  const page = await host.open("/test/blank.html");
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    const player = document.createElement("timeside-player");
    const early = player.annotations.add({ start: 3.5, label: "early" });
    globalThis.early = early.id;
    globalThis.report = new Promise((resolve) => player.addEventListener("importreport", (event) => resolve(event.detail), { once: true }));
    player.src = "/files/tone.wav";
    player.annotations = "/files/words.txt";
    document.body.append(player);
    globalThis.player = player;
    await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
  });
  const seen = await page.evaluate(async () => {
    const { annotations } = player;
    const { report: first, count } = await report;
    const rows = annotations.rows({ sort: "label", descending: true }, 0, 2);
    const found = annotations.list({ text: "THRÉE" }).map(({ label }) => label);
    const early = annotations.get(globalThis.early)?.label;
    const file = await annotations.export("json");
    const clean = annotations.dirty;
    const all = annotations.list().map(({ start, end, label }) => [start, end, label]);
    await annotations.import(file.bytes, "json", { mode: "replace" });
    const same = JSON.stringify(all) === JSON.stringify(annotations.list().map(({ start, end, label }) => [start, end, label]));
    annotations.undo();
    return { codes: first.warnings.map(({ code }) => code), count, total: rows.total, labels: rows.rows.map(({ label }) => label), found, early, clean, all, same };
  });
  assert.equal(seen.count, 3);
  assert.ok(seen.codes.length >= 2, `repairs: ${seen.codes}`);
  assert.deepEqual([seen.total, seen.labels, seen.found, seen.early], [4, ["two", "three"], ["three"], "early"]);
  assert.deepEqual(seen.all.find(([, , label]) => label === "three"), [3, 4, "three"]);
  assert.deepEqual([seen.clean, seen.same], [false, true]);
  await page.close();
});

test("the playhead enters and leaves what it seeks to, and passes no point unseen", async () => {
  const page = await opened();
  const seen = await page.evaluate(async () => {
    const { annotations } = player;
    annotations.add({ start: 1, end: 2, label: "span" });
    annotations.tiers.add({ id: "points", name: "Points", kind: "points" });
    for (let at = 2.2; at < 2.45; at += 0.05) annotations.add({ tier: "points", start: at, label: `point ${Math.round(100 * at)}` });
    const until = async (done) => {
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const names = () => told.filter(([name]) => /enter|leave/.test(name)).map(([name, { annotation }]) => `${name.slice(10)} ${annotation.label}`);
    player.currentTime = 1.5;
    await until(() => names().length === 1);
    player.currentTime = 2.1;
    await until(() => names().length === 2);
    await player.play();
    await until(() => player.currentTime > 2.6);
    player.pause();
    return names();
  });
  assert.deepEqual(seen.slice(0, 2), ["enter span", "leave span"]);
  const points = [220, 225, 230, 235, 240].map((at) => `point ${at}`);
  for (const point of points) for (const what of ["enter", "leave"]) assert.ok(seen.includes(`${what} ${point}`), `${what} ${point} in ${seen}`);
  await page.close();
});

test("a tab killed in mid-edit loses nothing that was committed, and the next visit may keep or discard it", async () => {
  const context = await host.browser.newContext();
  const page = await visit(context, { annotations: "/files/words.txt" });
  await page.evaluate(() => {
    const { annotations } = player;
    for (let n = 0; n < 20; n++) annotations.add({ start: n / 10, end: n / 10 + 0.05, label: `n${n}` });
    annotations.undo();
    annotations.update(annotations.list({ text: "two" })[0].id, { label: "changed" });
  });
  const expected = await page.evaluate(() => labels());
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {});
  await crashed;
  const next = await visit(context, { annotations: "/files/words.txt" });
  const seen = await next.evaluate(() => ({ labels: labels(), offer: offer(), told: told.map(([name]) => name) }));
  assert.deepEqual(seen.labels, expected);
  assert.ok(seen.labels.includes("changed") && seen.labels.includes("n18") && !seen.labels.includes("n19"));
  assert.match(seen.offer, /here again/);
  assert.ok(seen.told.includes("annotationsrestored"));
  const discarded = await next.evaluate(async () => {
    await player.annotations.discardRestored();
    return { labels: labels(), offer: offer() };
  });
  assert.deepEqual(discarded, { labels: ["one", "two", "three"], offer: "" });
  await next.close();
  const last = await visit(context, { annotations: "/files/words.txt" });
  assert.deepEqual(await last.evaluate(() => [labels(), offer()]), [["one", "two", "three"], ""]);
  await context.close();
});

test("undo goes on after a reload, and redo too", async () => {
  const context = await host.browser.newContext();
  const page = await visit(context, { annotations: "/files/words.txt" });
  const before = await page.evaluate(() => {
    const { annotations } = player;
    const { id } = annotations.add({ start: 0.1, end: 0.2, label: "a" });
    annotations.update(id, { label: "b" });
    annotations.tiers.add({ id: "more", name: "More" });
    annotations.change([{ add: { tier: "more", start: 1, label: "c" } }, { remove: id }], "tidy up");
    annotations.undo();
    return { history: annotations.history(), labels: labels() };
  });
  assert.deepEqual(before.history.undone, ["tidy up"]);
  await page.close();
  const next = await visit(context, { annotations: "/files/words.txt" });
  const seen = await next.evaluate(() => {
    const { annotations } = player;
    const seen = { history: annotations.history(), labels: labels(), dirty: annotations.dirty };
    annotations.redo();
    seen.redone = labels();
    seen.ways = [];
    while (annotations.undo()) seen.ways.push([annotations.tiers.list().length, ...labels()].join(" "));
    seen.clean = !annotations.dirty;
    annotations.redo();
    return seen;
  });
  assert.deepEqual([seen.history, seen.labels, seen.dirty], [before.history, before.labels, true]);
  assert.deepEqual([...seen.redone].sort(), ["c", "one", "three", "two"]);
  assert.deepEqual(seen.ways, ["2 b one two three", "1 b one two three", "1 a one two three", "1 one two three"]);
  assert.ok(seen.clean);
  await next.close();
  // What was undone and redone in between is told by the same journal.
  const last = await visit(context, { annotations: "/files/words.txt" });
  assert.deepEqual(await last.evaluate(() => [labels(), player.annotations.history().undone.length]), [["a", "one", "two", "three"], 3]);
  await context.close();
});

test("of a journal that has grown long the last two hundred steps stay", async () => {
  const context = await host.browser.newContext();
  const page = await visit(context);
  await page.evaluate(() => {
    for (let n = 0; n < 450; n++) player.annotations.add({ start: n / 450, end: n / 450 + 0.001, label: `n${n}` });
  });
  await page.close();
  const next = await visit(context);
  assert.equal(await next.evaluate(() => labels().length), 450);
  await next.close();
  const last = await visit(context);
  const seen = await last.evaluate(() => {
    let steps = 0;
    const all = labels().length;
    while (player.annotations.undo()) steps += 1;
    return [all, steps, labels().length, labels().includes("n249"), labels().includes("n250")];
  });
  assert.deepEqual(seen, [450, 200, 250, true, false]);
  await context.close();
});

test("a second tab shows what the first edits, takes over by a button, and nothing is lost on either side", async () => {
  const context = await host.browser.newContext();
  const first = await visit(context);
  await first.evaluate(() => player.annotations.add({ start: 1, end: 1.5, label: "first" }));
  const second = await visit(context);
  assert.match(await second.evaluate(() => offer()), /another tab/);
  const refused = await second.evaluate(() => {
    try {
      player.annotations.add({ start: 2, label: "second" });
    } catch (error) {
      return [error.details.reason, player.annotations.elsewhere, labels()];
    }
  });
  assert.deepEqual(refused, ["read-only", true, ["first"]]);
  await first.evaluate(() => player.annotations.update(player.annotations.list()[0].id, { label: "changed" }));
  await second.evaluate(() => player.shadowRoot.querySelector(".offer button").click());
  await second.waitForFunction(() => !player.annotations.elsewhere);
  assert.deepEqual(await second.evaluate(() => [labels(), offer(), player.annotations.history().done.length]), [["changed"], "", 2]);
  await second.evaluate(() => player.annotations.add({ start: 2, end: 2.5, label: "second" }));
  await first.waitForFunction(() => /another tab/.test(offer()) && labels().includes("second"));
  assert.equal(await first.evaluate(() => player.annotations.elsewhere), true);
  // Back again, and when that tab goes, the other has its turn.
  await first.evaluate(() => player.annotations.editHere());
  await first.waitForFunction(() => !player.annotations.elsewhere);
  await first.evaluate(() => player.annotations.undo());
  await second.waitForFunction(() => player.annotations.elsewhere);
  await first.close();
  await second.waitForFunction(() => !player.annotations.elsewhere && labels().length === 1);
  assert.deepEqual(await second.evaluate(() => [labels(), offer()]), [["changed"], ""]);
  await context.close();
});

test("who only listens keeps nobody from editing; of two that edit at once both are kept", async () => {
  const context = await host.browser.newContext();
  const first = await visit(context);
  const second = await visit(context);
  assert.deepEqual(await second.evaluate(() => [offer(), player.annotations.elsewhere]), ["", false]);
  await Promise.all([
    second.evaluate(() => player.annotations.add({ start: 2, end: 2.5, label: "second" })),
    first.evaluate(() => player.annotations.add({ start: 1, end: 1.5, label: "first" })),
  ]);
  await first.waitForFunction(() => player.annotations.elsewhere);
  await second.waitForFunction(() => labels().length === 2);
  await first.close();
  await second.close();
  const third = await visit(context);
  assert.deepEqual(await third.evaluate(() => labels()), ["first", "second"]);
  await context.close();
});

test("where the browser keeps nothing the user is told before anything is lost, and can download", async () => {
  const page = await host.open("/test/blank.html");
  await page.evaluate(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  });
  await place(page);
  assert.equal(await page.evaluate(() => offer()), "", "who edits nothing is not bothered");
  await page.evaluate(() => player.annotations.add({ start: 1, end: 2, label: "kept?" }));
  await page.waitForFunction(() => /does not keep/.test(offer()));
  const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(() => player.shadowRoot.querySelector(".offer button").click())]);
  assert.match(download.suggestedFilename(), /\.json$/);
  const saved = JSON.parse(await (await import("node:fs/promises")).readFile(await download.path(), "utf8"));
  assert.match(JSON.stringify(saved), /kept\?/);
  await page.close();
});

test("a full storage is told, and what was kept before stays", async () => {
  const page = await opened();
  await page.evaluate(() => {
    player.annotations.add({ start: 1, label: "before" });
    // Chromium heeds an overridden quota late or never: the storage refuses as a full one does.
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.evaluate(() => player.annotations.add({ start: 2, label: "x".repeat(1_000_000) }));
  await page.waitForFunction(() => /full/.test(offer()));
  assert.equal(await page.evaluate(() => told.find(([name]) => name === "error")?.[1].details.reason), "storage-full");
  assert.equal(await page.evaluate(() => player.annotations.list().length), 2);
  await page.close();
});
