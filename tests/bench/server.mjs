// The server of benches in a browser.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".mp3": "audio/mpeg" };

/**
 * Serves pages by the text of their bodies, the build, the audio and, for the peers, node modules, and `more` folders by
 * their prefixes; counts the audio's bytes.
 */
export function serve(audio, pages, more = {}) {
  const sent = { bytes: 0 };
  const roots = { "/timeside/": join(ROOT, "pkg/dist"), "/audio/": audio, "/modules/": join(ROOT, "tests/bench/node_modules"), ...more };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (path in pages) {
      const page = `<!doctype html><meta charset="utf-8"><title>bench</title><body>${pages[path]}`;
      return response.writeHead(200, { "content-type": "text/html" }).end(page);
    }
    const root = Object.keys(roots).find((prefix) => path.startsWith(prefix));
    const file = root && join(roots[root], normalize(path.slice(root.length)));
    if (!file || !existsSync(file)) return response.writeHead(404).end();
    const size = statSync(file).size;
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    const from = range ? Number(range[1]) : 0;
    const to = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
    response.writeHead(range ? 206 : 200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream", "accept-ranges": "bytes",
      "content-length": to - from + 1, ...(range && { "content-range": `bytes ${from}-${to}/${size}` }),
    });
    const stream = createReadStream(file, { start: from, end: to });
    if (root === "/audio/") stream.on("data", (data) => { sent.bytes += data.length; });
    stream.pipe(response);
    response.on("close", () => stream.destroy());
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () =>
    resolve({ at: `http://127.0.0.1:${server.address().port}`, sent, close: () => server.close() })));
}

