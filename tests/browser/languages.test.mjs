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
