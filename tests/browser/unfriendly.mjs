// Ways to misbehave while a file is sent. Each gets `state`, an object of its own per address, which a test reaches by
// `server.state(path)`: `asked` counts requests; what else it holds says the way.

const RANGE = /^bytes=(\d+)-(\d*)$/;
const ETAG = '"one"';

/** Answers as a good server does: 206 to a range, else 200. `send` may send the body in its own way. */
function answer({ request, response, bytes, type }, { etag = ETAG, total = bytes.length, shift = 0, send = (body) => response.end(body) } = {}) {
  const [, first, last] = RANGE.exec(request.headers.range ?? "") ?? [];
  const isSame = (request.headers["if-range"] ?? etag) === etag;
  const headers = { "Content-Type": type, ETag: etag };
  if (first === undefined || !isSame) return whole({ request, response, bytes, type }, { etag, send });
  if (Number(first) >= bytes.length) return response.writeHead(416, { "Content-Range": `bytes */${bytes.length}` }).end();
  const [start, end] = [Number(first), Math.min(Number(last || bytes.length - 1), bytes.length - 1)];
  const range = `bytes ${start + shift}-${end + shift}/${total}`;
  response.writeHead(206, { ...headers, "Content-Range": range, "Content-Length": end + 1 - start });
  return request.method === "HEAD" ? response.end() : send(bytes.subarray(start, end + 1));
}

/** Answers 200 with all of it, whatever was asked. */
function whole({ request, response, bytes, type }, { etag = ETAG, tellsLength = true, send = (body) => response.end(body) } = {}) {
  response.writeHead(200, { "Content-Type": type, ETag: etag, ...(tellsLength && { "Content-Length": bytes.length }) });
  return request.method === "HEAD" ? response.end() : send(bytes);
}

/** Sends so much of a body, then lets the connection fall. */
const drops = (response, count) => (body) => response.write(body.subarray(0, count), () => setTimeout(() => response.destroy(), 50));

/** Sends a body piece by piece, each when `state.let(bytes)` has let so much through. */
const gated = (response, state) => (body) => {
  let sent = 0;
  const feed = () => {
    const until = Math.min(state.open ?? 0, body.length);
    if (until > sent) response.write(body.subarray(sent, until));
    sent = Math.max(sent, until);
    if (sent === body.length) response.end();
  };
  state.let = (bytes) => {
    state.open = bytes;
    feed();
  };
  feed();
};

export const ways = {
  /** The length is not told: `*` as the total. */
  star: (call) => answer(call, { total: "*" }),
  /** No ranges, no length, and no more than the test lets through. */
  gated: (call) => whole(call, { tellsLength: false, send: gated(call.response, call.state) }),
  /** Answers to a range are short. */
  short: (call) => {
    const [, first, last] = RANGE.exec(call.request.headers.range) ?? [];
    if (first !== undefined) call.request.headers.range = `bytes=${first}-${Math.min(Number(last), Number(first) + 49_999)}`;
    return answer(call);
  },
  /** Every second answer to a range breaks off after 30 kB. */
  drop: (call) => answer(call, call.state.asked % 2 === 0 ? { send: drops(call.response, 30_000) } : {}),
  /** Sends the whole at first, which breaks off; the rest only to who asks for it. */
  "drop-whole": (call) => (call.state.asked === 1 ? whole(call, { send: drops(call.response, 400_000) }) : answer(call)),
  /** Sends the whole, again and again, a bit more each time. */
  "drop-deaf": (call) => whole(call, { send: drops(call.response, 400_000 * call.state.asked) }),
  /** The same, and the second is another file. */
  "drop-changed": (call) => whole(call, { etag: `"${call.state.asked}"`, send: drops(call.response, 400_000) }),
  /** From the second answer on, other bytes than asked for. */
  "wrong-range": (call) => answer(call, { shift: call.state.asked === 1 ? 0 : 4096 }),
  /** Gives the first part, then the whole whatever is asked. */
  "deaf-midway": (call) => (call.state.asked === 1 ? answer(call) : whole(call)),
  /** Fails while `state.isBroken`. */
  "broken-midway": (call) => (call.state.isBroken ? call.response.writeHead(500).end("oops") : answer(call)),
  /** Lets in only who has the signature `state.signature`. */
  signed: (call) => {
    const { signature = "1" } = call.state;
    const given = new URL(call.request.url, "http://x").searchParams.get("signature");
    return given === signature ? answer(call) : call.response.writeHead(403).end("expired");
  },
};
