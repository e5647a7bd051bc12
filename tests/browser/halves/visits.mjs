// Visits that shall get along with the first half of the widget's wasm: somebody comes, looks and listens.

/** Drawn, and read. */
async function drawn(page, ms = 1500) {
  await page.waitForFunction(() => document.querySelector("timeside-player")?.media, null, { timeout: 60_000 });
  await page.waitForTimeout(ms);
}

const call = (page, work) => page.evaluate(work);

async function listen(page) {
  await call(page, async () => {
    const player = document.querySelector("timeside-player");
    await player.play();
    await new Promise((done) => setTimeout(done, 1200));
    player.pause();
    player.currentTime = 2;
    player.volume = 0.5;
    player.muted = true;
    player.playbackRate = 1.5;
    player.loop = true;
  });
  await page.waitForTimeout(300);
}

async function lookCloser(page) {
  await call(page, async () => {
    const { view } = document.querySelector("timeside-player");
    view.zoomTo(1, 3);
    await new Promise((done) => setTimeout(done, 600));
    view.zoomTo(1, 1.01);
    await new Promise((done) => setTimeout(done, 600));
    view.fit();
  });
  await page.waitForTimeout(300);
}

async function otherTheme(page) {
  for (const theme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForTimeout(150);
  }
  await page.setViewportSize({ width: 420, height: 800 });
  await page.waitForTimeout(400);
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.waitForTimeout(400);
}

/** As a page has it: a recording, its waveform and spectrogram, no analyses, no annotations. */
const element = (attributes = "controls") => `<timeside-player src="/recording/timeside.mp3" ${attributes}></timeside-player>`;

/** Every visit: what the page holds, and what is done there. */
export const visits = {
  "waveform and spectrogram": {
    html: element('controls layers="waveform spectrogram"'),
    async visit(page) {
      await drawn(page);
      await listen(page);
      await lookCloser(page);
      await otherTheme(page);
    },
  },
  "waveform alone, in French": {
    html: element('controls lang="fr"'),
    async visit(page) {
      await drawn(page);
      await listen(page);
    },
  },
  "right to left, without controls": {
    html: element('lang="ar"'),
    async visit(page) {
      await drawn(page);
    },
  },
  "nothing to open": {
    html: "<timeside-player controls></timeside-player>",
    visit: (page) => page.waitForTimeout(800),
  },
  "what cannot be opened": {
    html: '<timeside-player controls src="/nowhere.mp3"></timeside-player>',
    visit: (page) => page.waitForTimeout(1500),
  },
  "opened, closed, removed": {
    html: element(),
    async visit(page) {
      await drawn(page);
      await call(page, async () => {
        const player = document.querySelector("timeside-player");
        player.removeAttribute("src");
        await new Promise((done) => setTimeout(done, 300));
        player.remove();
      });
      await page.waitForTimeout(300);
    },
  },
};

/** What a hand does first: by then the later half is on its way, but it may not have come. */
export async function firstTouch(page) {
  const box = await page.locator("timeside-player").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 3];
  await page.mouse.move(x, y);
  await page.mouse.move(x + 5, y + 2);
  await page.mouse.wheel(0, -300);
  await page.waitForTimeout(300);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await page.waitForTimeout(300);
  await page.mouse.click(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 80, y + 5, { steps: 5 });
  await page.mouse.up();
  await page.waitForTimeout(300);
}

/** What somebody without a pointer does first. */
export async function firstKeys(page) {
  await page.keyboard.press("Tab");
  await page.locator("timeside-player [role=slider]").first().focus();
  for (const key of ["Space", "Space", "ArrowRight", "ArrowLeft", "Shift+ArrowRight", "+", "-", "f", "Home", "Escape"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(120);
  }
}

/** A page with nothing else on it. */
export async function show(page, origin, html) {
  await page.goto(`${origin}/test/blank.html`);
  await page.evaluate(async (html) => {
    await import("/timeside/player.js");
    document.body.insertAdjacentHTML("beforeend", html);
  }, html);
}
