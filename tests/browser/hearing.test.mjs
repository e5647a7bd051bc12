// <timeside-player> as a tool to listen with: stretches to the frame, what sounds beside them, and the ways to look.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { coded } from "./wav.mjs";

const RATE = 44_100;
const SECS = 20;
const host = bed({ setup: (server) => server.write("coded.wav", coded({ frames: SECS * RATE })) });

/** A page with one player, ready; `hash` is the page's fragment. */
async function open(attributes = {}, { hash = "", context = { viewport: { width: 1000, height: 900 } }, inner = "", before } = {}) {
  const page = await host.open(`/test/exact.html${hash}`, context);
  await page.waitForFunction(() => globalThis.once);
  if (before) await page.evaluate(before);
  await page.evaluate(async ([attributes, inner]) => {
    await import("/timeside/player.js");
    globalThis.player = document.createElement("timeside-player");
    for (const [name, value] of Object.entries({ controls: "", ...attributes })) player.setAttribute(name, value);
    player.innerHTML = inner;
    const ready = once(player, "ready");
    player.src = "/files/coded.wav";
    document.body.append(player);
    await ready;
    globalThis.inside = (selector) => player.shadowRoot.querySelector(selector);
  }, [attributes, inner]);
  return page;
}

async function done(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

/** Listens behind the exact engine; `heard()` gives what has sounded since the last call. */
async function tap(page) {
  await page.evaluate(async () => {
    while (!player.exact) await new Promise((resolve) => setTimeout(resolve, 20));
    const { context, node } = player.exact;
    await context.audioWorklet.addModule("/test/tap.js");
    const tap = new AudioWorkletNode(context, "tap", { channelCount: 2, channelCountMode: "explicit", channelInterpretation: "discrete" });
    node.disconnect();
    node.connect(tap).connect(context.destination);
    globalThis.heard = () =>
      new Promise((resolve) => {
        tap.port.onmessage = ({ data }) => resolve(data.runs.filter(({ frame }) => frame >= 0));
        tap.port.postMessage("take");
      });
  });
}

const focus = (page) => page.evaluate(() => player.focus());
const view = (page) => page.evaluate(() => ({ start: player.view.start, end: player.view.end, at: player.currentTime }));

test("the selection is played, repeated and left to the frame, by keys alone", async () => {
  const page = await open({ engine: "exact" });
  await tap(page);
  await focus(page);
  const [start, end] = [70_003, 92_358];
  await page.evaluate(([a, b, rate]) => (player.playback.selection = { start: a / rate, end: b / rate }), [start, end, RATE]);
  const stopped = page.evaluate(() => once(player, "pause").then(() => player.exact.currentFrame));
  await page.keyboard.press("Shift+Space");
  assert.equal(await stopped, end);
  const once_ = await page.evaluate(() => heard());
  assert.deepEqual(once_.map(({ frame, count }) => [frame, count]), [[start, end - start]]);
  // Played on, it has no end any more.
  await page.keyboard.press("r");
  assert.deepEqual(await page.evaluate(() => player.loopRange), { start: start / RATE, end: end / RATE });
  await page.keyboard.press("Shift+Space");
  const turns = await page.evaluate(async (wanted) => {
    const runs = [];
    while (runs.reduce((sum, { count }) => sum + count, 0) < wanted) {
      runs.push(...(await heard()));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    player.pause();
    await once(player, "pause");
    return runs;
  }, 3.5 * (end - start));
  // Runs are cut where they were asked for: joined, each turn is whole.
  const whole = [];
  for (const run of turns) {
    const last = whole.at(-1);
    if (last && last.frame + last.count === run.frame) last.count += run.count;
    else whole.push({ ...run });
  }
  assert.ok(whole.length >= 4, JSON.stringify(turns));
  for (const { frame, count } of whole.slice(0, -1)) assert.deepEqual([frame, count], [start, end - start]);
  await page.keyboard.press("r");
  assert.equal(await page.evaluate(() => player.loopRange), null);
  await done(page);
});

test("auto brings the exact engine for a stretch; around the playhead it returns", async () => {
  const page = await open();
  await page.evaluate(() => {
    player.currentTime = 5;
    Object.assign(player.playback, { preRoll: 0.3, postRoll: 0.2 });
  });
  await focus(page);
  const seen = page.evaluate(async () => {
    await once(player, "pause");
    return { engine: player.activeEngine };
  });
  await page.keyboard.press("p");
  assert.deepEqual(await seen, { engine: "exact" });
  await page.waitForFunction(() => Math.abs(player.currentTime - 5) < 1e-4);
  const refused = await page.evaluate(() => player.playback.playRange(3, 2).catch(({ code }) => code));
  assert.equal(refused, "bad-parameter");
  await done(page);
});

test("a drag on the ruler sounds what lies under the pointer", async () => {
  const page = await open();
  await page.evaluate(() => {
    globalThis.grains = [];
    const { start } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (...args) {
      const [low, high] = [0, 1].map((c) => this.buffer.getChannelData(c)[0] * 32_768);
      grains.push({ first: (high - 1) * 32_768 + low, length: this.buffer.length, at: inside(".playhead").ariaValueText });
      return start.apply(this, args);
    };
  });
  const axis = await page.evaluate(() => {
    const { left, top, width } = inside(".axis").getBoundingClientRect();
    return { left, top, width };
  });
  const x = Math.round(axis.left + axis.width * 0.5);
  await page.mouse.move(x, axis.top + 10);
  await page.mouse.down();
  assert.equal(await page.evaluate(() => grains.length), 0, "a press alone is silent");
  await page.mouse.move(x + 60, axis.top + 10);
  await page.waitForFunction(() => grains.length > 0);
  const [grain] = await page.evaluate(() => grains);
  const middle = Math.round(((x + 60 - axis.left) / axis.width) * SECS * RATE);
  assert.ok(Math.abs(grain.first + grain.length / 2 - middle) <= 2, `${JSON.stringify(grain)} about ${middle}`);
  await page.mouse.up();
  await page.waitForFunction((secs) => Math.abs(player.currentTime - secs) < 0.01, middle / RATE);
  await done(page);
});

test("events sound where they are, through loops and at another speed", async () => {
  const page = await open({ engine: "exact" });
  await tap(page);
  const events = [1.1, 1.25, 1.4, 1.55];
  const seen = await page.evaluate(async (events) => {
    globalThis.clicks = [];
    const { start, stop } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) { clicks.push({ node: this, when }); return start.call(this, when); };
    OscillatorNode.prototype.stop = function (when) {
      // Taken back before it sounded.
      if (when === undefined) clicks = clicks.filter(({ node, when: at }) => node !== this || at < this.context.currentTime);
      return stop.call(this, when);
    };
    await player.playback.sonify("onsets", { times: events });
    const bad = await player.playback.sonify("bad", { times: [1], hz: [1, 2] }).catch(({ code }) => code);
    player.loopRange = { start: 1, end: 1.6 };
    const sought = once(player, "seeked");
    player.currentTime = 1;
    await sought;
    await heard();
    await player.play();
    const runs = [];
    const look = async (until) => { while (clicks.filter(({ when }) => when < player.exact.context.currentTime).length < until) { runs.push(...(await heard())); await new Promise((resolve) => setTimeout(resolve, 50)); } };
    await look(9);
    const atOne = clicks.length;
    player.playbackRate = 0.5;
    await look(atOne + 5);
    player.pause();
    await once(player, "pause");
    runs.push(...(await heard()));
    return { clicks: clicks.map(({ when }) => when), runs, bad, rate: player.exact.sampleRate, keys: player.playback.sonified };
  }, events);
  assert.equal(seen.bad, "bad-parameter");
  assert.deepEqual(seen.keys, ["onsets"]);
  // Which frame the engine played at that very frame of the context; stretched sound has no codes.
  let found = 0;
  // Where the machine let the sound fall silent: what was on its way by then could not be called back.
  const gaps = seen.runs.slice(1).filter((run, i) => run.at > seen.runs[i].at + seen.runs[i].count).map(({ at }) => at);
  for (const when of seen.clicks) {
    const at = Math.round(when * seen.rate);
    if (gaps.some((gap) => gap <= at && at < gap + 0.4 * seen.rate)) continue;
    const run = seen.runs.find((run) => run.at <= at && at < run.at + run.count && run.count > 128);
    if (!run) continue;
    found += 1;
    const secs = (run.frame + at - run.at) / RATE;
    const off = Math.min(...events.map((event) => Math.abs(event - secs)));
    assert.ok(off < 0.001, `a click at ${secs} s is ${off} s off`);
  }
  assert.ok(found >= 6, `${found} of ${seen.clicks.length} clicks compared`);
  await done(page);
});

test("a link brings another page to the same place", async () => {
  const first = await open({ deeplinks: "" });
  await first.evaluate(() => {
    player.layers = "waveform";
    player.view.zoomTo(4, 9);
    player.playback.selection = { start: 5.25, end: 6.5 };
  });
  await first.waitForFunction(() => location.hash.includes("t=5.25,6.5"));
  const { hash, link } = await first.evaluate(() => ({ hash: location.hash, link: player.link() }));
  assert.ok(link.endsWith(hash) && hash.includes("view=4,9") && hash.includes("layers=waveform"), hash);
  await done(first);
  const second = await open({ deeplinks: "" }, { hash });
  const read = () => second.evaluate(() => ({ view: [player.view.start, player.view.end], at: player.currentTime, selection: player.playback.selection, layers: player.layers.list() }));
  const seen = await read();
  assert.deepEqual([seen.layers, seen.selection], [["waveform"], { start: 5.25, end: 6.5 }]);
  assert.ok(Math.abs(seen.at - 5.25) < 1e-4 && Math.abs(seen.view[0] - 4) < 1e-3 && Math.abs(seen.view[1] - 9) < 1e-3, JSON.stringify(seen));
  // The address is followed while the page stands; what is nonsense or an anchor of the page changes nothing.
  await second.evaluate(() => { location.hash = "t=0:12&zoom=4"; });
  await second.waitForFunction(() => Math.abs(player.currentTime - 12) < 1e-4);
  assert.ok(Math.abs((await read()).view[1] - (await read()).view[0] - SECS / 4) < 1e-3);
  await second.evaluate(async () => { location.hash = "t=nonsense&view=9,1"; await once(window, "hashchange"); });
  assert.ok(Math.abs((await read()).at - 12) < 1e-4);
  await done(second);
  const plain = await open({}, { hash });
  await plain.evaluate(() => { player.currentTime = 3; });
  assert.equal(await plain.evaluate(() => location.hash), hash, "unasked, the address is left alone");
  assert.equal(await plain.evaluate(() => player.playback.selection), null);
  await done(plain);
});

test("a box drawn on the spectrogram fills the view, in time and frequency; back undoes it", async () => {
  const page = await open();
  const box = await page.evaluate(() => {
    const lane = inside(".frequency-axis").getBoundingClientRect();
    const axis = inside(".axis").getBoundingClientRect();
    return { left: axis.left, width: axis.width, top: lane.top, height: lane.height };
  });
  const heard = () => page.evaluate(() => inside(".frequency-axis").ariaValueText);
  const whole = await heard();
  await page.keyboard.down("Control");
  await page.mouse.move(box.left + box.width * 0.25, box.top + box.height * 0.25);
  await page.mouse.down();
  await page.mouse.move(box.left + box.width * 0.5, box.top + box.height * 0.75, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Control");
  await page.waitForFunction(() => player.view.end - player.view.start < 6);
  const seen = await view(page);
  assert.ok(Math.abs(seen.start - 5) < 0.05 && Math.abs(seen.end - 10) < 0.05, JSON.stringify(seen));
  assert.notEqual(await heard(), whole);
  await focus(page);
  await page.keyboard.press("Alt+[");
  await page.waitForFunction(() => player.view.end - player.view.start > 19);
  await page.keyboard.press("Alt+]");
  await page.waitForFunction(() => player.view.end - player.view.start < 6);
  // With the tool a plain drag does the same, and along the waveform time alone.
  await page.evaluate(() => player.view.fit());
  const narrow = await heard();
  await page.keyboard.press("b");
  const lane = await page.evaluate(() => inside(".lane").getBoundingClientRect().top);
  await page.mouse.move(box.left + box.width * 0.5, lane + 20);
  await page.mouse.down();
  await page.mouse.move(box.left + box.width * 0.75, lane + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => player.view.end - player.view.start < 6);
  assert.ok(Math.abs((await view(page)).start - 10) < 0.05);
  assert.equal(await heard(), narrow);
  // The frequencies have keys, too.
  await page.keyboard.press("Shift+ArrowDown");
  await page.waitForFunction((narrow) => inside(".frequency-axis").ariaValueText !== narrow, narrow);
  await done(page);
});

test("while it plays the view turns pages, keeps the middle, or stays", async () => {
  const page = await open({ muted: "" });
  const play = (mode, from) =>
    page.evaluate(async ([mode, from]) => {
      player.view.follow = mode;
      const sought = once(player, "seeked");
      player.currentTime = from;
      await sought;
      player.view.zoomTo(from - 0.7, from + 0.3);
      const before = player.view.start;
      await player.play();
      const [seen, starts] = [[], new Set()];
      while (player.currentTime < from + 0.8) {
        await new Promise(requestAnimationFrame);
        seen.push((player.view.start + player.view.end) / 2 - player.currentTime);
        starts.add(player.view.start);
      }
      player.pause();
      return { moved: player.view.start - before, off: Math.max(...seen.slice(-10).map(Math.abs)), steps: starts.size, mode: player.view.followMode, on: player.view.follow };
    }, [mode, from]);
  const centre = await play("centre", 4);
  assert.ok(centre.moved > 0.8 && centre.off < 0.1 && centre.steps > 5, JSON.stringify(centre));
  assert.deepEqual([centre.mode, centre.on], ["centre", true]);
  const off = await play(false, 8);
  assert.deepEqual([off.moved, off.mode, off.on], [0, "off", false]);
  const pages = await play(true, 12);
  assert.ok(pages.moved > 0.5 && pages.steps <= 3, JSON.stringify(pages));
  assert.equal(pages.mode, "page");
  await done(page);
});

test("wrapped, a recording is read like text", async () => {
  const page = await open({ wrap: "2" });
  const state = () => page.evaluate(() => ({ lines: inside(".lines-all").getBoundingClientRect().height / 64, scroll: inside(".lines").scrollTop, nodes: player.shadowRoot.querySelectorAll("*").length, canvas: inside(".lines canvas").getBoundingClientRect().height }));
  const first = await state();
  assert.equal(first.lines, 10);
  assert.ok(first.canvas < first.lines * 64, "the canvas is as high as the window");
  await page.waitForFunction(() => {
    const { width, height } = inside(".lines canvas");
    if (!width) return false;
    const copy = new OffscreenCanvas(width, height).getContext("2d");
    copy.drawImage(inside(".lines canvas"), 0, 0);
    const ratio = height / inside(".lines canvas").getBoundingClientRect().height;
    // Each line seen has its waveform.
    return [0, 3, 6].every((line) => new Set(new Uint32Array(copy.getImageData(0, (line * 64 + 18) * ratio, width, 40 * ratio).data.buffer)).size > 2);
  });
  const pane = await page.evaluate(() => { const { left, top } = inside(".lines").getBoundingClientRect(); return { left, top, width: inside(".lines").clientWidth }; });
  await page.mouse.click(pane.left + pane.width * 0.25, pane.top + 2 * 64 + 30);
  await page.waitForFunction(() => Math.abs(player.currentTime - 4.5) < 0.02);
  // The end of a line leads to the begin of the next, and the window goes along.
  await page.keyboard.press("End");
  await page.waitForFunction(() => inside(".lines").scrollTop > 100);
  await page.keyboard.press("Home");
  await page.waitForFunction(() => inside(".lines").scrollTop === 0);
  await page.mouse.move(pane.left + pane.width * 0.5, pane.top + 30);
  await page.mouse.down();
  await page.mouse.move(pane.left + pane.width * 0.5, pane.top + 64 + 30, { steps: 3 });
  await page.mouse.up();
  const { start, end } = await page.evaluate(() => player.playback.selection);
  assert.ok(Math.abs(start - 1) < 0.02 && Math.abs(end - 3) < 0.02, `${start} to ${end}`);
  await page.evaluate(() => { player.playback.wrap = 0; });
  await page.waitForFunction(() => inside(".stage") && !inside(".lines"));
  await done(page);
});

test("the ruler's unit is that of the read-outs", async () => {
  const page = await open({ ruler: "frames" });
  const now = () => page.evaluate(() => inside(".time .now").textContent);
  await page.evaluate(() => { player.currentTime = 1; });
  await page.waitForFunction(() => inside(".time .now").textContent === "44\u202f100");
  await page.evaluate(() => { player.playback.setBeats([0.2, 0.7, 1.2, 1.7, 2.2], 2); player.setAttribute("ruler", "beats"); });
  await page.waitForFunction(() => inside(".time .now").textContent === "1.2");
  await page.evaluate(() => { player.playback.ruler = "nonsense"; });
  await page.waitForFunction(() => inside(".time .now").textContent === "0:01.000");
  assert.equal(await now(), "0:01.000");
  await done(page);
});

test("the system's keys and words are those of what played last", async () => {
  const page = await open({}, {
    before: () => {
      globalThis.actions = {};
      const { setActionHandler } = MediaSession.prototype;
      MediaSession.prototype.setActionHandler = function (action, handler) { actions[action] = handler; return setActionHandler.call(this, action, handler); };
    },
  });
  assert.equal(await page.evaluate(() => navigator.mediaSession.metadata), null, "nothing before it plays");
  await page.evaluate(() => player.play());
  await page.waitForFunction(() => navigator.mediaSession.metadata?.title === "coded.wav");
  const seen = await page.evaluate(async () => {
    actions.pause({ action: "pause" });
    while (!player.paused) await once(player, "pause");
    const sought = once(player, "seeked");
    actions.seekto({ action: "seekto", seekTime: 7 });
    await sought;
    const at = player.currentTime;
    const back = once(player, "seeked");
    actions.previoustrack({ action: "previoustrack" });
    await back;
    return { state: navigator.mediaSession.playbackState, at, start: player.currentTime };
  });
  assert.equal(seen.state, "paused");
  assert.ok(Math.abs(seen.at - 7) < 1e-3 && seen.start === 0, JSON.stringify(seen));
  await page.evaluate(() => player.remove());
  await page.waitForFunction(() => navigator.mediaSession.metadata === null && actions.seekto === null);
  await done(page);
});

test("two fingers zoom, and what is one's own stands in the bar", async () => {
  const page = await open({}, { context: { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }, inner: '<button slot="controls-end" id="mine">mine</button>' });
  const { axis, bar, mine, more } = await page.evaluate(() => {
    const rect = (element) => { const { left, top, width, height } = element.getBoundingClientRect(); return { left, top, width, height }; };
    const buttons = [...player.shadowRoot.querySelectorAll(".bar .button")].map(rect).filter(({ width }) => width > 0);
    return { axis: rect(inside(".axis")), bar: buttons, mine: rect(document.querySelector("#mine")), more: rect(inside("[data-panel=playback]")) };
  });
  assert.ok(mine.width > 0 && more.width >= 44);
  for (const { width, height } of bar) assert.ok(width >= 44 && height >= 44, JSON.stringify(bar));
  const client = await page.context().newCDPSession(page);
  const y = axis.top + 60;
  const middle = axis.left + axis.width / 2;
  const touch = (type, ...xs) => client.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
  await touch("touchStart", middle - 20);
  await touch("touchStart", middle - 20, middle + 20);
  for (const by of [40, 60, 80]) await touch("touchMove", middle - by, middle + by);
  await touch("touchEnd");
  const seen = await view(page);
  const span = seen.end - seen.start;
  assert.ok(span > 4 && span < 6, `four times nearer: ${JSON.stringify(seen)}`);
  assert.ok(Math.abs((seen.start + seen.end) / 2 - SECS / 2) < 0.3);
  await done(page);
});
