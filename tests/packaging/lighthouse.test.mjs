// Lighthouse on the site's pages: what does not depend on the machine's speed. Times are the bench's.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before } from "node:test";
import lighthouse from "lighthouse";

import { launch, test } from "../browser/harness.mjs";
import { serve } from "../browser/server.mjs";

let server;
let browser;
let port;

before(async () => {
  server = await serve();
  port = await freePort();
  browser = await launch([`--remote-debugging-port=${port}`]);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const freePort = () =>
  new Promise((resolve) => {
    const probe = http.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const AUDITS = ["cumulative-layout-shift", "layout-shifts"];
/** Pages and the screens they are looked at on. */
const LOOKS = [["/", "mobile"], ["/", "desktop"], ["/app/", "mobile"], ["/theme/", "mobile"], ["/examples/", "mobile"]];

async function audit(where, formFactor) {
  const desktop = { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false };
  const { lhr } = await lighthouse(server.origin + where, {
    port,
    logLevel: "error",
    maxWaitForLoad: 30_000,
    output: "json",
    onlyCategories: ["accessibility", "best-practices"],
    onlyAudits: AUDITS,
    formFactor,
    ...(formFactor === "desktop" && { screenEmulation: desktop }),
    // Nothing of the machine's speed is looked at.
    throttlingMethod: "provided",
  });
  const failed = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0);
  return {
    accessibility: lhr.categories.accessibility.score * 100,
    bestPractices: lhr.categories["best-practices"].score * 100,
    shift: lhr.audits["cumulative-layout-shift"].numericValue,
    shifted: JSON.stringify(lhr.audits["layout-shifts"]?.details?.items?.map(({ node, score }) => [node?.selector, score])),
    failed: failed.map(({ id, details }) => `${id}: ${JSON.stringify(details?.items?.slice(0, 3) ?? "").slice(0, 400)}`),
  };
}

for (const [where, formFactor] of LOOKS) {
  test(`Lighthouse: ${where} on ${formFactor}`, async () => {
    const found = await audit(where, formFactor);
    const told = found.failed.join("\n");
    assert.equal(found.accessibility, 100, told);
    assert.equal(found.bestPractices, 100, told);
    assert.ok(found.shift <= 0.01, `layout shift ${found.shift}: ${found.shifted}`);
  });
}
