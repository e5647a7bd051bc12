// Lighthouse on the site's pages: scores for accessibility and good practice, what moves while a page loads, and how
// long it blocks the main thread. On a busy machine the last two are another machine's numbers: `load` tells.
//
//   cargo xtask bench lighthouse
//
// Prints JSON, one object a page and screen.
import http from "node:http";
import { loadavg } from "node:os";
import lighthouse from "lighthouse";

import { launch } from "../browser/harness.mjs";
import { serve } from "../browser/server.mjs";

const AUDITS = ["cumulative-layout-shift", "layout-shifts", "total-blocking-time"];
/** Pages and the screens they are looked at on. */
const LOOKS = [["/", "mobile"], ["/", "desktop"], ["/app/", "mobile"], ["/app/", "desktop"], ["/theme/", "mobile"], ["/examples/", "mobile"]];
const DESKTOP = { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false };

const freePort = () =>
  new Promise((resolve) => {
    const probe = http.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const server = await serve();
const port = await freePort();
const browser = await launch([`--remote-debugging-port=${port}`]);

async function audit(where, formFactor) {
  const { lhr } = await lighthouse(server.origin + where, {
    port,
    logLevel: "error",
    maxWaitForLoad: 60_000,
    output: "json",
    onlyCategories: ["accessibility", "best-practices"],
    onlyAudits: AUDITS,
    formFactor,
    ...(formFactor === "desktop" && { screenEmulation: DESKTOP }),
    throttlingMethod: "provided",
  });
  const failed = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0);
  return {
    accessibility: lhr.categories.accessibility.score * 100,
    bestPractices: lhr.categories["best-practices"].score * 100,
    layoutShift: lhr.audits["cumulative-layout-shift"].numericValue,
    blockingMs: lhr.audits["total-blocking-time"].numericValue,
    moved: lhr.audits["layout-shifts"]?.details?.items?.map(({ node, score }) => [node?.selector, score]),
    failed: failed.map(({ id, details }) => [id, details?.items?.slice(0, 3)]),
  };
}

const report = { load: loadavg()[0] };
for (const [where, formFactor] of LOOKS) {
  report[`${where} ${formFactor}`] = await audit(where, formFactor).catch((error) => ({ failed: String(error) }));
}
await browser.close();
await server.close();
console.log(JSON.stringify(report, null, 1));
