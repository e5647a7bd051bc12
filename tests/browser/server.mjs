// The server of the tests: everything that `cargo xtask serve` gives, under its strict policy, and beside it, on the
// same origin, addresses under /bad/ that misbehave in every way a server can.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { ways } from "./unfriendly.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The shared material, or `null`: cases that need it are skipped then. */
export const shared = [process.env.TIMESIDE_SHARED ?? path.resolve(root, "../shared")].find(existsSync) ?? null;

/** `{ skip: reason }` for node's test runner, if the shared material is missing. */
export const needsShared = shared ? {} : { skip: "no shared material (TIMESIDE_SHARED)" };

/**
 * Starts both servers.
 * @returns `origin`; `files`, a folder served under /files/; `hits(path)`, the requests seen; `close()`.
 */
export async function serve({ isolated = false } = {}) {
  const files = mkdtempSync(path.join(tmpdir(), "timeside-files-"));
  const pages = fileURLToPath(new URL("pages", import.meta.url));
  const also = [`${files}=/files`, `${pages}=/test`];
  if (shared) also.push(`${shared}/samples=/samples`, `${shared}/reference=/reference`);
  const house = await startHouse([...also.flatMap((mount) => ["--also", mount]), ...(isolated ? ["--isolated"] : [])]);
  const refused = await closedPort();
  const seen = [];
  const states = new Map();
  const state = (target) => {
    const key = target.split("?")[0];
    if (!states.has(key)) states.set(key, { asked: 0 });
    return states.get(key);
  };
  const server = http.createServer((request, response) => {
    seen.push({ path: request.url, range: request.headers.range ?? null, headers: request.headers });
    const [, kind, rest] = /^\/bad\/([a-z-]+)(\/.*)?$/.exec(request.url) ?? [];
    if (!kind) return forward(request, response, house.port, request.url, policyWith(refused));
    if (ways[kind]) {
      state(request.url).asked += 1;
      return fetchWhole(house.port, rest).then((file) => ways[kind]({ request, response, ...file, state: state(request.url) }));
    }
    const way = misbehaviours[kind];
    if (!way) return response.writeHead(500).end(`no such misbehaviour: ${kind}`);
    way({ request, response, rest: rest ?? "/", whole: () => fetchWhole(house.port, rest), house: house.port });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** An address that nobody listens on. */
    refused: `http://127.0.0.1:${refused}/audio.wav`,
    files,
    write: (name, bytes) => writeFileSync(path.join(files, name), bytes),
    /** What a way to misbehave knows of an address, such as `/bad/gated/files/x.wav`. */
    state,
    hits: (part) => seen.filter((hit) => hit.path.includes(part)),
    async close() {
      server.close();
      server.closeAllConnections();
      house.process.kill();
      await once(house.process, "exit");
      rmSync(files, { recursive: true, force: true });
    },
  };
}

/** Bytes of a shared sample. */
export const sample = (name) => readFileSync(path.join(shared, "samples", name));

async function startHouse(options) {
  const words = ["serve", "--no-build", "--port", "0", ...options];
  const program = process.env.TIMESIDE_XTASK;
  const child = program
    ? spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "inherit"] })
    : spawn("cargo", ["xtask", ...words], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^serving http:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
    if (port) return { process: child, port: Number(port) };
  }
  throw new Error("`cargo xtask serve` did not start; `cargo xtask build` first");
}

async function closedPort() {
  const probe = http.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

/** The house's own policy, plus the host of remote media that the tests use. */
const policyWith = (port) => (policy) =>
  policy.replace(/(connect-src|media-src) 'self'/g, `$& http://127.0.0.1:${port}`);

function forward(request, response, port, target, policy = (text) => text) {
  const onward = http.request({ host: "127.0.0.1", port, path: target, method: request.method, headers: request.headers });
  onward.on("response", (answer) => {
    const headers = { ...answer.headers };
    headers["content-security-policy"] &&= policy(headers["content-security-policy"]);
    response.writeHead(answer.statusCode, headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  onward.end();
}

async function fetchWhole(port, target) {
  const answer = await fetch(`http://127.0.0.1:${port}${target}`);
  return { bytes: Buffer.from(await answer.arrayBuffer()), type: answer.headers.get("content-type") };
}

/** Ways to misbehave; `/bad/<way>/samples/x.wav` does so with that file. */
const misbehaviours = {
  "not-found": ({ response }) => response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not found</h1>"),
  gone: ({ response }) => response.writeHead(410).end(),
  forbidden: ({ response }) => response.writeHead(403).end(),
  broken: ({ response }) => response.writeHead(500).end("oops"),
  html: ({ response }) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end(`<!doctype html><title>Log in</title>${"<p>".repeat(400)}`),
  /** Ends every connection before an answer. */
  /** Never answers. */
  silent: () => {},
  hangup: ({ request }) => request.socket.destroy(),
  /** Answers 200 with the whole, whatever was asked. */
  "no-range": async ({ request, response, whole }) => {
    const { bytes, type } = await whole();
    response.writeHead(200, { "Content-Type": type, "Content-Length": bytes.length });
    response.end(request.method === "HEAD" ? undefined : bytes);
  },
  /** The same without telling the length. */
  chunked: async ({ request, response, whole }) => {
    const { bytes, type } = await whole();
    response.writeHead(200, { "Content-Type": type });
    response.end(request.method === "HEAD" ? undefined : bytes);
  },
  /** Claims without ranges a length above any limit. */
  huge: ({ request, response }) => {
    response.writeHead(200, { "Content-Type": "audio/wav", "Content-Length": String(64 * 2 ** 30) });
    if (request.method === "HEAD") return response.end();
    const feed = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65536)));
      response.once("drain", feed);
    };
    return feed();
  },
  /** Another file at every request: validators change. */
  changing: async ({ request, response, whole }) => {
    const { bytes, type } = await whole();
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const headers = { "Content-Type": type, "Accept-Ranges": "bytes", ETag: `"${Math.random()}"` };
    if (first === undefined || request.headers["if-range"]) {
      response.writeHead(200, { ...headers, "Content-Length": bytes.length });
      return response.end(request.method === "HEAD" ? undefined : bytes);
    }
    const end = Math.min(Number(last || bytes.length - 1), bytes.length - 1);
    response.writeHead(206, { ...headers, "Content-Range": `bytes ${first}-${end}/${bytes.length}`, "Content-Length": end + 1 - first });
    return response.end(bytes.subarray(Number(first), end + 1));
  },
  /** Two answers in three are 503. */
  flaky: (() => {
    let count = 0;
    return ({ request, response, rest, house }) =>
      count++ % 3 === 0 ? forward(request, response, house, rest) : response.writeHead(503, { "Retry-After": "0" }).end();
  })(),
};
