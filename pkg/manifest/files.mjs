// Writes dist/files.js: every file that a page may fetch, with a hash of its content. The site's service worker imports
// it, and so the browser sees that there is a new version.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export function writeFiles(dist) {
  const names = readdirSync(dist, { recursive: true })
    .map((name) => String(name).split(path.sep).join("/"))
    .filter((name) => /\.(js|wasm)$/.test(name) && name !== "files.js")
    .sort();
  const hashes = Object.fromEntries(names.map((name) => [name, createHash("sha256").update(readFileSync(path.join(dist, name))).digest("base64")]));
  writeFileSync(path.join(dist, "files.js"), `// Subresource integrity of every file (sha256), for service workers: \`importScripts\` it.\nself.timesideFiles = ${JSON.stringify(hashes, null, 2)};\n`);
}
