// What those meet who see, hear or move otherwise: axe-core finds nothing in any state of the widget, and its tree of
// roles and names is the one that was meant. TIMESIDE_UPDATE=1 writes the trees anew, to be read before they are kept.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TREES = new URL("aria/", import.meta.url);

const host = bed({ setup: (server) => server.write("good.wav", sine({ seconds: 8 })) });

/** Each state: how it is reached from an empty element. */
const STATES = {
  empty: async () => {},
  loading: async (page) => {
    await page.evaluate(() => {
      // An address that never answers.
      document.querySelector("timeside-player").src = "/bad/silent/good.wav";
    });
    await page.locator("[data-phase=opening]").waitFor();
  },
  playing: async (page) => {
    await open(page);
    await page.evaluate(async () => {
      const player = document.querySelector("timeside-player");
      player.muted = true;
      await player.play();
    });
  },
  editing: async (page) => {
    await open(page);
    await page.evaluate(() => {
      const { annotations } = document.querySelector("timeside-player");
      annotations.tiers.add({ id: "words", name: "Words", kind: "spans" });
      annotations.add({ tier: "words", start: 1, end: 2, label: "one" });
      annotations.add({ tier: "words", start: 3, end: 4, label: "two" });
      annotations.select(annotations.list()[0].id);
    });
    await page.evaluate(() => document.querySelector("timeside-player").focus());
    await page.keyboard.press("F2");
  },
  dialog: async (page) => {
    await open(page);
    await page.evaluate(() => document.querySelector("timeside-player").focus());
    await page.keyboard.press("?");
    await page.locator("timeside-player kbd").first().waitFor();
  },
  error: async (page) => {
    await page.evaluate(() => {
      document.querySelector("timeside-player").src = "/nothing-here.wav";
    });
    await page.locator("[data-phase=error]").waitFor();
  },
};

async function open(page) {
  await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    await customElements.whenDefined("timeside-player");
    player.src = "/files/good.wav";
    await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
  });
  await page.locator("[data-phase=ready]").waitFor();
}

for (const [state, reach] of Object.entries(STATES)) {
  test(`${state}: axe finds nothing, and the tree is as it was meant`, async () => {
    const page = await host.open("/test/states.html", { viewport: { width: 1000, height: 800 }, reducedMotion: "reduce" });
    await page.locator("timeside-player .player").waitFor();
    await reach(page);
    const tree = await page.locator("timeside-player").ariaSnapshot();
    await page.evaluate(() => document.querySelector("timeside-player").pause());
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(readFileSync(AXE, "utf8"));
      const found = await page.evaluate(async (rules) => {
        const { violations } = await axe.run(document, { runOnly: rules });
        return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((node) => `${node.target.flat()} ${node.failureSummary}`) }));
      }, RULES);
      assert.deepEqual(found, [], `${colorScheme}: ${JSON.stringify(found, null, 1)}`);
    }
    compare(state, tree);
    await page.close();
  });
}

/** Times run on while a sound plays, and the server's port is another each time: they are not what is compared. */
function compare(state, tree) {
  const stable = `${tree.replace(/http:\/\/[\d.]+:\d+/g, "http://here").replace(/\d+:\d\d(\.\d+)?/g, "0:00").replace(/\d+(\.\d+)? seconds?/g, "0 seconds")}\n`;
  const file = new URL(`${state}.yml`, TREES);
  if (process.env.TIMESIDE_UPDATE) {
    mkdirSync(TREES, { recursive: true });
    writeFileSync(file, stable);
    return;
  }
  assert.equal(stable, readFileSync(file, "utf8"), `the tree of ${state}; TIMESIDE_UPDATE=1 writes it anew`);
}
