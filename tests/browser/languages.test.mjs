// The widget speaks the language of the element or of where it stands, with that language's plurals; what a page adds is
// spoken at once, and what nobody translated is English.

import assert from "node:assert/strict";

import { bed, test } from "./harness.mjs";
import { sine } from "./wav.mjs";

const host = bed({ setup: (server) => server.write("good.wav", sine({ seconds: 130 })) });

const PLAY = { en: "Play", fr: "Lire", de: "Abspielen", es: "Reproducir", zh: "播放", ar: "تشغيل" };
const SPOKEN = { en: "2 minutes", fr: "2 minutes", de: "2 Minuten", es: "2 minutos", zh: "2分钟", ar: "دقيقتان" };

test("six languages, their plurals and directions", async () => {
  const page = await host.open("/test/states.html");
  await page.evaluate(async () => {
    const player = document.querySelector("timeside-player");
    await customElements.whenDefined("timeside-player");
    player.src = "/files/good.wav";
    await new Promise((resolve) => player.addEventListener("ready", resolve, { once: true }));
    player.view.zoomTo(100, 130);
  });
  for (const [lang, play] of Object.entries(PLAY)) {
    await page.evaluate((lang) => (document.querySelector("timeside-player").lang = lang), lang);
    await page.locator(`timeside-player .player[lang=${lang}]`).waitFor();
    assert.equal(await page.getByRole("button", { name: play, exact: true }).count(), 1, lang);
    const window = await page.locator("timeside-player .window").getAttribute("aria-valuetext");
    // 100 seconds to 130: one minute 40 seconds to two minutes 10 seconds.
    assert.ok(window.includes(SPOKEN[lang]), `${lang}: ${window}`);
    const dir = await page.locator("timeside-player .player").getAttribute("dir");
    assert.equal(dir, lang === "ar" ? "rtl" : "ltr");
  }
  assert.deepEqual(page.said, []);
  await page.close();
});

test("a language that cannot be fetched is spoken as soon as it can be", async () => {
  const page = await host.open("/test/states.html");
  let asked = 0;
  let isCut = true;
  await page.route(/\/lang\/fr\.js/, (route) => {
    asked += 1;
    return isCut ? route.abort("internetdisconnected") : route.continue();
  });
  await page.evaluate(async () => {
    await customElements.whenDefined("timeside-player");
    document.querySelector("timeside-player").lang = "fr";
  });
  await page.waitForFunction(() => document.querySelector("timeside-player").shadowRoot.querySelector(".player[lang]"));
  while (asked < 2) await page.waitForTimeout(20);
  assert.equal(await page.getByRole("button", { name: PLAY.en, exact: true }).count(), 1, "meanwhile it is spoken in English");
  isCut = false;
  // Nobody has to wait until it is time to try again.
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.getByRole("button", { name: PLAY.fr, exact: true }).waitFor();
  // Other elements have it at once, and nothing goes on asking.
  const before = asked;
  await page.evaluate(() => {
    const player = document.createElement("timeside-player");
    player.controls = true;
    player.lang = "fr";
    document.body.append(player);
  });
  await page.getByRole("button", { name: PLAY.fr, exact: true }).nth(1).waitFor();
  await page.waitForTimeout(2500);
  assert.ok(asked <= before + 1, `${asked - before} requests`);
  await page.close();
});

test("of the page's own language, added by the page, and English where a word is missing", async () => {
  const page = await host.open("/test/states.html");
  await page.evaluate(() => (document.documentElement.lang = "oc"));
  await page.evaluate(async () => {
    await customElements.whenDefined("timeside-player");
    const { addLanguage } = await import("/timeside/player.js");
    const player = document.querySelector("timeside-player");
    // Away and back: it looks where it stands.
    const main = player.parentElement;
    player.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
    main.append(player);
    addLanguage("oc", { player: { play: "Legir" } });
  });
  await page.getByRole("button", { name: "Legir", exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Mute", exact: true }).count(), 1);
  await page.evaluate(async () => (await import("/timeside/player.js")).addLanguage("oc", { player: { play: "Jogar" } }));
  await page.getByRole("button", { name: "Jogar", exact: true }).waitFor();
  await page.close();
});
