// Lets the app work without a network. Asked for by /app/ alone.
//
// The package's files come from a store of their version, whole: `files.js` names them with hashes, and another one is
// another version, which takes over when every page of the old one is closed, or a page says so. The site's own pages are
// fetched, and kept for when there is no network. Recordings and other origins are none of its business.

importScripts("timeside/files.js");

const here = new URL("./", self.location.href);
const files = Object.keys(self.timesideFiles);
const PACKAGE = "timeside-package-";
const SITE = "timeside-site";
const SHARED = "timeside-shared";
/** What the app needs of the site, fetched at once. */
const APP = ["app/", "app/app.js", "app/app.css", "app/tour.js", "app/manifest.webmanifest", "site.css", "favicon.svg", "images/icon-192.png"];

const version = versionOf(self.timesideFiles);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => {
  if (data === "take-over") void self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== here.origin || !url.pathname.startsWith(here.pathname)) return;
  const name = url.pathname.slice(here.pathname.length);
  if (request.method === "POST" && name === "app/" && url.searchParams.has("share")) event.respondWith(share(request));
  else if (request.method !== "GET" || request.headers.has("range") || name.startsWith("recording/")) return;
  else if (name.startsWith("timeside/") && Object.hasOwn(self.timesideFiles, name.slice(9))) event.respondWith(ofPackage(request, url));
  else if (request.mode === "navigate" || ["script", "style", "image", "manifest"].includes(request.destination)) event.respondWith(ofSite(event));
});

/** A name for this set of hashes. */
function versionOf(hashes) {
  let sum = 0xcbf29ce484222325n;
  for (const char of JSON.stringify(hashes)) sum = BigInt.asUintN(64, (sum ^ BigInt(char.codePointAt(0))) * 0x100000001b3n);
  return PACKAGE + sum.toString(36);
}

async function install() {
  const [store, site] = await Promise.all([caches.open(version), caches.open(SITE)]);
  const ofVersion = files.map((name) => new Request(new URL(`timeside/${name}`, here), { integrity: `sha256-${self.timesideFiles[name]}`, cache: "no-cache" }));
  await Promise.all([store.addAll(ofVersion), site.addAll(APP.map((name) => new Request(new URL(name, here), { cache: "no-cache" })))]);
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PACKAGE) && name !== version).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function ofPackage(request, url) {
  const store = await caches.open(version);
  return (await store.match(url.href, { ignoreSearch: true })) ?? fetch(request);
}

async function ofSite(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") {
      const copy = answer.clone();
      event.waitUntil(caches.open(SITE).then((store) => store.put(request, copy)).catch(() => undefined));
    }
    return answer;
  } catch (cause) {
    const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
    if (kept) return kept;
    throw cause;
  }
}

/** A file that another program shares: kept until the page takes it. */
async function share(request) {
  const form = await request.formData();
  const file = form.get("file");
  if (file instanceof File) {
    const store = await caches.open(SHARED);
    const headers = { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) };
    await store.put(new URL("app/shared", here), new Response(file, { headers }));
  }
  return Response.redirect(new URL("app/?shared", here), 303);
}
