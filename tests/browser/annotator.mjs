// A page with one player to annotate on, and hands for it.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";

export { bed, test };

/**
 * A page of `host` (a `bed`) with an open recording; `document` is what is said of it at first. The page gets hands:
 * `onTier(index, secs)` is a place on a lane, `picture()` the spectrogram's box, `drag`, `touch`, `press`; and ears:
 * `list`, `selected`, `hears`. `done` closes it, having said nothing bad.
 */
export async function annotator(host, attributes, document, context = {}) {
  const page = await host.open("/test/blank.html", { viewport: { width: 1000, height: 1000 }, ...context });
  await page.evaluate(
    async ([attributes, document]) => {
      await import("/timeside/player.js");
      const player = globalThis.document.createElement("timeside-player");
      globalThis.player = player;
      const given = { controls: "", muted: "", autosave: "off", layers: "waveform spectrogram", ...attributes };
      for (const [name, value] of Object.entries(given)) player.setAttribute(name, value);
      const ready = new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
      globalThis.document.body.append(player);
      await ready;
      while (!player.shadowRoot.querySelector(".playhead")) await new Promise((resolve) => setTimeout(resolve, 20));
      globalThis.heard = [];
      const region = player.shadowRoot.querySelector("[aria-live].sr-only");
      new MutationObserver(() => heard.push(region.textContent)).observe(region, { characterData: true, childList: true, subtree: true });
      if (document) await player.annotations.import(JSON.stringify({ tiers: [], annotations: [], ...document }), "json", { mode: "replace" });
    },
    [attributes, document],
  );
  const bad = page.said;
  const drawn = () => page.evaluate(async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await drawn();
  let lanes = [];
  const measure = async () => {
    await drawn();
    lanes = await page.evaluate(() =>
      [...player.shadowRoot.querySelectorAll("[role=grid].tier-grid")].map((grid) => {
        const { x, y, width, height } = grid.getBoundingClientRect();
        return { x, y, width, height, start: player.view.start, end: player.view.end };
      }),
    );
  };
  await measure();
  const axis = await page.evaluate(() => player.shadowRoot.querySelector(".axis").getBoundingClientRect().width);
  const cdp = context.hasTouch ? await page.context().newCDPSession(page) : null;
  Object.assign(page, {
    secsPerPx: (await page.evaluate(() => player.view.end - player.view.start)) / axis,
    /** A place of the window on the lane `index` from the top. */
    onTier: (index, secs, share = 0.5) => {
      const { x, y, width, height, start, end } = lanes[index];
      return [x + ((secs - start) / (end - start)) * width, y + height * share];
    },
    /** After lanes have come or the view has moved. */
    measure,
    picture: async () => {
      await drawn();
      return page.locator('timeside-player [data-layers~="spectrogram"] .lane-canvas').boundingBox();
    },
    button: (name) => page.locator(`timeside-player button[aria-label="${name}"]`).first(),
    drag: async (from, to, { end, keys = [] } = {}) => {
      await page.mouse.move(...from);
      await page.mouse.down();
      for (const share of [0.3, 0.6, 0.9]) await page.mouse.move(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share);
      for (const key of keys) await page.keyboard.down(key);
      await page.mouse.move(...to);
      await drawn();
      await end?.();
      await page.mouse.up();
      for (const key of keys) await page.keyboard.up(key);
      await drawn();
    },
    touch: async (from, to) => {
      const send = (type, point) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: point ? [{ x: point[0], y: point[1] }] : [] });
      await send("touchStart", from);
      for (const share of [0.1, 0.4, 0.7, 1]) await send("touchMove", [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
      await send("touchEnd");
      await drawn();
    },
    press: async (key) => {
      await page.keyboard.press(key);
      await drawn();
    },
    seek: async (secs) => {
      await page.evaluate((secs) => {
        player.currentTime = secs;
        if (!player.matches(":focus-within") && !player.shadowRoot.activeElement) player.focus();
      }, secs);
      await drawn();
    },
    /** By begin. */
    list: () => page.evaluate(() => player.annotations.list()),
    selected: () => page.evaluate(() => player.annotations.selected),
    drawn,
    /** Waits until the live region says so; what came before is not heard again. Gives the words. */
    hears: async (wanted) => {
      for (let look = 0; look < 100; look++) {
        const found = await page.evaluate((source) => {
          const at = heard.findIndex((text) => new RegExp(source).test(text));
          return at < 0 ? null : heard.splice(0, at + 1).at(-1);
        }, wanted.source);
        if (found !== null) return found;
        await page.waitForTimeout(50);
      }
      assert.fail(`it says “${await page.evaluate(() => heard.join("” “"))}”, not ${wanted}`);
    },
    done: async () => {
      assert.deepEqual(bad, []);
      await page.close();
    },
  });
  return page;
}
