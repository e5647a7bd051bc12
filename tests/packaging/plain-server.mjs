// A static server without opinions: other origins may read it, and a page has the policy that the test says.

import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".mp3": "audio/mpeg", ".json": "application/json" };

/** Serves folders under prefixes, such as `{ "/timeside/": dist }`; `policy` is the content security policy. */
export async function plainServer(folders, policy) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    const prefix = Object.keys(folders).find((prefix) => pathname.startsWith(prefix));
    const file = prefix && path.join(folders[prefix], path.normalize(pathname.slice(prefix.length) || "index.html"));
    const facts = file && file.startsWith(folders[prefix]) && statSync(file, { throwIfNoEntry: false });
    const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Range, Content-Length, ETag", "Accept-Ranges": "bytes" };
    if (policy) headers["Content-Security-Policy"] = policy();
    // A range is no simple header for every browser.
    if (request.method === "OPTIONS") return response.writeHead(204, { ...headers, "Access-Control-Allow-Headers": "Range" }).end();
    if (!facts?.isFile()) return response.writeHead(404, headers).end();
    headers["Content-Type"] = TYPES[path.extname(file)] ?? "application/octet-stream";
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const [start, end] = [Number(from ?? 0), Math.min(Number(to || facts.size - 1), facts.size - 1)];
    if (from !== undefined) headers["Content-Range"] = `bytes ${start}-${end}/${facts.size}`;
    response.writeHead(from === undefined ? 200 : 206, { ...headers, "Content-Length": end + 1 - start });
    if (request.method === "HEAD") return response.end();
    return createReadStream(file, { start, end }).pipe(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
