// The catalogue: every processor of the engine by family, each drawn when it comes into view.

import { processors } from "../timeside/index.js";
import { element } from "./doc.js";
import { Entry } from "./entry.js";
import { sound } from "./sound.js";

const byId = (id) => document.getElementById(id);
const ORDER = ["Level", "Waveform", "Spectrum", "Timbre", "Pitch", "Rhythm", "Tonality", "Loudness", "Silence", "Identity", "Host", "Effect"];

/** Shown in this order: those of a family together, in the engine's own order. */
const entries = [];
const families = new Map();
const visible = new Set();
let isDrawing = false;

function tell(words) {
  byId("count").textContent = words;
  byId("count").classList.add("error");
}

function build(all) {
  for (const info of all) {
    if (!families.has(info.family)) families.set(info.family, []);
    families.get(info.family).push(new Entry(info));
  }
  const rank = (family) => (ORDER.includes(family) ? ORDER.indexOf(family) : ORDER.length);
  const ordered = [...families].sort(([a], [b]) => rank(a) - rank(b));
  for (const [family, members] of ordered) {
    entries.push(...members);
    const heading = element("h2", family);
    heading.id = `family-${family.toLowerCase()}`;
    const section = element("section", heading, ...members.map(({ article }) => article));
    section.setAttribute("aria-labelledby", heading.id);
    byId("catalogue").append(section);
    byId("family").append(new Option(`${family} (${members.length})`, family));
    byId("links").append(element("section", element("h2", family), element("ul", ...members.map((entry) => (entry.link = linkTo(entry))))));
  }
  byId("filter").hidden = false;
  byId("index").open = matchMedia("(min-width: 64rem)").matches;
  byId("search").value = new URLSearchParams(location.search).get("q") ?? "";
  filter();
  // The hash was looked for before its target was there.
  const target = decodeURIComponent(location.hash.slice(1));
  if (target) document.getElementById(target)?.scrollIntoView();
  for (const { article } of entries) watcher.observe(article);
}

function linkTo({ info, name }) {
  const link = element("a", name);
  link.href = `#${info.id}`;
  link.title = info.id;
  return element("li", link);
}

// ---- Search

function filter() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const family = byId("family").value;
  let found = 0;
  for (const entry of entries) {
    const fits = (!family || entry.info.family === family) && words.every((word) => entry.words.includes(word));
    entry.article.hidden = entry.link.hidden = !fits;
    found += fits;
  }
  for (const section of document.querySelectorAll("#catalogue > section, #links > section")) {
    section.hidden = !section.querySelector("article:not([hidden]), li:not([hidden])");
  }
  byId("count").textContent = found ? `${found} of ${entries.length}` : "None is described by these words.";
}

byId("filter").addEventListener("input", filter);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", () => {
  const entry = entries.find(({ info }) => `#${info.id}` === decodeURIComponent(location.hash));
  // A link to what the filter hides shows it.
  if (!entry?.article.hidden) return;
  byId("search").value = byId("family").value = "";
  filter();
  entry.article.scrollIntoView();
});

// ---- Pictures of what is in view, one after the other, top to bottom

const watcher = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) visible.add(target);
      else visible.delete(target);
    }
    draw();
  },
  { rootMargin: "200px" },
);

sound.addEventListener("change", () => {
  for (const entry of entries) entry.forget();
  draw();
});

async function draw() {
  if (isDrawing || !sound.media) return;
  isDrawing = true;
  for (let next; (next = entries.find(({ article, isStale }) => isStale && visible.has(article))); ) await next.draw();
  isDrawing = false;
}

// ---- Begin

import("../timeside/player.js").catch((cause) => tell(`The pictures cannot be drawn: ${cause.message}`));

try {
  // Decoders are processors too, and find nothing.
  build((await processors()).filter(({ kind }) => kind === "analyzer" || kind === "effect"));
  await sound.open();
} catch (cause) {
  tell(`The engine could not be started. ${cause.message}`);
}
