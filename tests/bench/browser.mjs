// Chromium for benches: started fresh, its renderer's memory read from /proc.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";

const require = createRequire(new URL("../browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--autoplay-policy=no-user-gesture-required"];

/** Of `/proc/…/stat`, on every Linux that Chromium runs on. */
const TICKS_PER_SECOND = 100;

/** Runs `work(page, renderer)` in a fresh browser and profile; `renderer` reads the page's process. */
export async function inFreshBrowser(work, viewport = { width: 1280, height: 720 }) {
  const profile = mkdtempSync(join(tmpdir(), "timeside-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS, headless: true, viewport,
  });
  try {
    const page = context.pages()[0] ?? await context.newPage();
    return await work(page, new Renderer(profile));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The largest renderer of a profile: the page under test. */
class Renderer {
  constructor(profile) { this.profile = profile; }

  #pids() {
    return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
      const line = read(`/proc/${pid}/cmdline`);
      return line.includes("--type=renderer") && this.#isOurs(pid);
    });
  }

  /** Seconds that all processes of the browser, and among them the renderers, have computed so far; 10 ms is the least step. */
  cpuSeconds() {
    const pids = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && this.#isOurs(pid));
    const seconds = pids.map((pid) => {
      // Behind the name, which may hold spaces: user and system time are fields 14 and 15 of the line.
      const fields = read(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
      return { pid, seconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND };
    });
    const sum = (list) => list.reduce((total, { seconds }) => total + seconds, 0);
    const renderers = new Set(this.#pids());
    return { browser: sum(seconds), renderers: sum(seconds.filter(({ pid }) => renderers.has(pid))) };
  }

  /** Renderers do not carry the profile's name; an ancestor does. */
  #isOurs(pid) {
    for (let at = pid; at && at !== "1" && at !== "0"; at = field(at, "PPid")) {
      if (read(`/proc/${at}/cmdline`).includes(this.profile)) return true;
    }
    return false;
  }

  /** Peak resident memory in MB since the last `reset`, of the largest renderer. */
  peakMb() {
    return Math.max(0, ...this.#pids().map((pid) => parseInt(field(pid, "VmHWM") ?? "0", 10) / 1024));
  }
}

function read(path) {
  try { return readFileSync(path, "utf8"); } catch { return ""; }
}

function field(pid, name) {
  return read(`/proc/${pid}/status`).match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1];
}
