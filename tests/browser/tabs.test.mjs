// One recording in several tabs of a browser: one edits, the others see it at once; one that sleeps loses nothing.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({
  setup: (server) => {
    server.write("tone.wav", sine({ seconds: 8 }));
    server.write("words.txt", "0.5\t1.0\tone\n2.0\t2.5\ttwo\n");
  },
});

/** A tab with the recording and the file of its annotations; `labels()` are what is shown, in their order. */
async function tab(context) {
  const page = await context.newPage();
  page.said = [];
  page.on("pageerror", (error) => page.said.push(String(error)));
  await page.goto(`${host.server.origin}/test/blank.html`);
  await page.evaluate(async () => {
    await import("/timeside/player.js");
    const player = (globalThis.player = document.createElement("timeside-player"));
    for (const [name, value] of Object.entries({ src: "/files/tone.wav", annotations: "/files/words.txt", controls: "", layers: "waveform" })) player.setAttribute(name, value);
    globalThis.refreshed = 0;
    player.addEventListener("annotationsrefreshed", () => (refreshed += 1));
    const ready = new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    document.body.append(player);
    await ready;
    player.muted = true;
    globalThis.labels = () => player.annotations.list().map(({ label }) => label).join();
  });
  return page;
}

const labels = (page) => page.evaluate(() => labels());
const shows = (page, wanted) => page.waitForFunction((wanted) => labels() === wanted, wanted, { timeout: 10_000 }).catch(async () => assert.fail(`${await labels(page)}, not ${wanted}`));

test("what one tab edits the other shows at once, where it is and with what it has selected; it edits nothing", async () => {
  const context = await host.browser.newContext();
  const first = await tab(context);
  await first.evaluate(() => player.annotations.add({ start: 3, end: 3.5, label: "three" }));
  const second = await tab(context);
  await shows(second, "one,two,three");
  await second.locator("timeside-player button[aria-label=Annotate]").click();
  const before = await second.evaluate(() => {
    player.view.zoomTo(1.5, 4.5);
    player.annotations.select(player.annotations.list({ text: "two" }).map(({ id }) => id));
    return [player.view.start, player.view.end, player.annotations.selected];
  });
  await first.evaluate(() => player.annotations.add({ start: 4, end: 4.2, label: "four" }));
  await shows(second, "one,two,three,four");
  await first.evaluate(() => player.annotations.update(player.annotations.list()[2].id, { label: "3" }));
  await shows(second, "one,two,3,four");
  await first.evaluate(() => player.annotations.remove(player.annotations.list()[0].id));
  await shows(second, "two,3,four");
  await first.evaluate(() => player.annotations.undo());
  await shows(second, "one,two,3,four");
  // As it is seen, and as it is heard.
  await second.waitForFunction(() => player.shadowRoot.querySelector("[role=grid]").getAttribute("aria-label").includes("4 annotations"));
  assert.deepEqual(await second.evaluate(() => [player.view.start, player.view.end, player.annotations.selected]), before);
  const state = await second.evaluate(() => {
    const reason = (act) => {
      try {
        act();
      } catch (error) {
        return error.details.reason;
      }
    };
    const { annotations } = player;
    return [annotations.elsewhere, reason(() => annotations.add({ start: 5 })), reason(() => annotations.undo()), refreshed >= 4, annotations.history()];
  });
  assert.deepEqual(state, [true, "read-only", "read-only", true, await first.evaluate(() => player.annotations.history())]);
  assert.equal(await second.evaluate(() => player.annotations.discardRestored().catch((error) => error.details.reason)), "read-only");
  // Many at a time, and all of it away.
  await first.evaluate(() => {
    for (let n = 0; n < 300; n++) player.annotations.add({ start: 5 + n / 200, end: 5 + n / 200 + 0.002, label: "" });
  });
  await second.waitForFunction(() => player.annotations.list().length === 304);
  await first.evaluate(() => player.annotations.discardRestored());
  await shows(second, "one,two");
  await first.evaluate(() => player.annotations.add({ start: 6, end: 6.5, label: "six" }));
  await shows(second, "one,two,six");
  // Its turn: it goes on from there, and is followed in its turn.
  await second.evaluate(() => player.annotations.editHere());
  await second.waitForFunction(() => !player.annotations.elsewhere);
  await second.evaluate(() => player.annotations.add({ start: 7, end: 7.5, label: "seven" }));
  await shows(first, "one,two,six,seven");
  assert.deepEqual([first.said, second.said], [[], []]);
  await context.close();
});

test("who listens while another begins to edit sees it too", async () => {
  const context = await host.browser.newContext();
  const [first, second] = [await tab(context), await tab(context)];
  assert.equal(await second.evaluate(() => player.annotations.elsewhere), false);
  await first.evaluate(() => player.annotations.add({ start: 3, end: 3.5, label: "three" }));
  await shows(second, "one,two,three");
  assert.equal(await second.evaluate(() => player.annotations.elsewhere), true);
  await context.close();
});

/** Ways to be asleep; each gives how to wake up. */
const SLEEP = {
  // As a tab is that the browser has frozen, which headless it does to none: nothing is delivered.
  "stopped by the browser": async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Debugger.enable");
    const paused = new Promise((resolve) => session.once("Debugger.paused", resolve));
    await session.send("Debugger.pause");
    await paused;
    return async () => {
      await session.send("Debugger.resume");
      await session.send("Debugger.disable");
    };
  },
  "busy with a script": async (page) => {
    await page.evaluate(() =>
      setTimeout(() => {
        const end = performance.now() + 8000;
        while (performance.now() < end);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    return () => page.evaluate(() => "awake");
  },
};

for (const [way, sleep] of Object.entries(SLEEP)) {
  test(`a tab ${way} gives way, and finds out when it wakes; what it had in hand is kept`, async () => {
    const context = await host.browser.newContext();
    const sleeper = await tab(context);
    await sleeper.evaluate(() => {
      player.annotations.add({ start: 3, end: 3.5, label: "three" });
      player.annotations.select(player.annotations.list({ text: "three" })[0].id);
    });
    const taker = await tab(context);
    await shows(taker, "one,two,three");
    // A text that is not committed yet.
    await sleeper.evaluate(() => player.focus());
    await sleeper.keyboard.press("F2");
    await sleeper.locator("timeside-player .tier-field").fill("in hand");
    await sleeper.evaluate(() => {
      globalThis.slept = 0;
      let last = performance.now();
      setInterval(() => {
        const now = performance.now();
        slept = Math.max(slept, now - last);
        last = now;
      }, 20);
    });
    const wake = await sleep(sleeper);
    await taker.evaluate(() => player.annotations.editHere());
    assert.equal(await taker.evaluate(() => player.annotations.elsewhere), false, "nobody waits for one who sleeps");
    await taker.evaluate(() => {
      player.annotations.add({ start: 4, end: 4.5, label: "four" });
      player.annotations.add({ start: 5, end: 5.5, label: "five" });
      player.annotations.update(player.annotations.list()[0].id, { label: "1" });
    });
    assert.equal(await labels(taker), "1,two,three,four,five");
    await wake();
    // Only then was it asleep.
    await sleeper.waitForFunction(() => slept > 1000, null, { timeout: 10_000 }).catch(async () => assert.fail(`it slept ${await sleeper.evaluate(() => slept)} ms`));
    for (const page of [sleeper, taker]) await shows(page, "1,two,in hand,four,five");
    const state = (page) => page.evaluate(() => [player.annotations.elsewhere, /another tab/.test(player.shadowRoot.querySelector(".offer")?.textContent ?? "")]);
    assert.deepEqual([await state(sleeper), await state(taker)], [[true, true], [false, false]]);
    // It goes on, and the next visit finds all of it.
    await taker.evaluate(() => player.annotations.add({ start: 6, end: 6.5, label: "six" }));
    await shows(sleeper, "1,two,in hand,four,five,six");
    assert.deepEqual([sleeper.said, taker.said], [[], []]);
    await sleeper.close();
    await taker.close();
    const next = await tab(context);
    assert.equal(await labels(next), "1,two,in hand,four,five,six");
    await context.close();
  });
}
