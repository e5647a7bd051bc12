// A walk through the player in a few steps: with the keyboard, with a pointer, or not at all (Escape ends it).

/** What is shown where; a step without its place is left out. */
const STEPS = [
  { part: "overview", title: "The whole recording", words: "Drag the window to move what is shown below. Click to jump." },
  { part: "ruler", title: "Time", words: "Click or drag to move the playhead. Arrow keys move it by a second, with shift by five, with alt by one frame." },
  { part: "lane", title: "Layers", words: "Waveform, spectrogram, and whatever is analysed, on one axis. Wheel or drag to move, ctrl and wheel or pinch to zoom, + and − do so too." },
  { part: "axis", title: "Select", words: "Hold shift and drag, or press [ and ] at the playhead. Z zooms to what is selected, 0 shows the whole." },
  { part: "play-button", title: "Hear", words: "Space plays and pauses; J, K and L play slower, pause, play faster." },
  { part: "controls", title: "And more", words: "Layers, analyses and annotations open from this bar. Press ? for every key." },
];

/** Frames to wait for the first place: a recording that was just opened is drawn a little later. */
const PATIENCE_FRAMES = 120;

/** Goes through the steps; resolves when it is ended. */
export async function startTour(player) {
  for (let i = 0; i < PATIENCE_FRAMES && !place(player, STEPS[0].part); i++) await new Promise(requestAnimationFrame);
  const steps = STEPS.filter(({ part }) => place(player, part));
  const before = document.activeElement;
  const ring = document.createElement("div");
  ring.className = "tour-ring";
  const card = document.createElement("section");
  card.className = "tour";
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-labelledby", "tour-title");
  card.setAttribute("aria-describedby", "tour-words");
  const title = Object.assign(document.createElement("h2"), { id: "tour-title", tabIndex: -1 });
  const words = Object.assign(document.createElement("p"), { id: "tour-words" });
  const count = Object.assign(document.createElement("span"), { className: "count" });
  const button = (text, act) => {
    const element = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    element.addEventListener("click", act);
    return element;
  };
  const back = button("Back", () => go(-1));
  const next = button("Next", () => go(1));
  const end = button("End", () => leave());
  const acts = Object.assign(document.createElement("div"), { className: "acts" });
  acts.append(count, end, back, next);
  card.append(title, words, acts);
  document.body.append(ring, card);

  let at = 0;
  let leave;
  const ended = new Promise((resolve) => { leave = resolve; });
  const sizes = new ResizeObserver(() => put());
  const go = (by) => {
    if (at + by >= steps.length) return leave();
    at = Math.max(0, at + by);
    const { part, title: heading, words: text } = steps[at];
    title.textContent = heading;
    words.textContent = text;
    count.textContent = `${at + 1} of ${steps.length}`;
    back.disabled = at === 0;
    next.textContent = at === steps.length - 1 ? "Done" : "Next";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    place(player, part)?.scrollIntoView({ block: "nearest", behavior: still ? "instant" : "auto" });
    put();
    title.focus({ preventScroll: true });
  };

  /** Ring around the place, card below it, or above where there is no room. */
  function put() {
    const target = place(player, steps[at].part);
    if (!target) return;
    const box = target.getBoundingClientRect();
    const margin = 4;
    const px = (element, values) => { for (const [name, value] of Object.entries(values)) element.style[name] = `${value}px`; };
    px(ring, { left: box.left + scrollX - margin, top: box.top + scrollY - margin, width: box.width + 2 * margin - 4, height: box.height + 2 * margin - 4 });
    const { width, height } = card.getBoundingClientRect();
    const below = box.bottom + height + 12 < innerHeight || box.top < height + 12;
    const top = below ? Math.min(box.bottom + 10, innerHeight - height - 6) : box.top - height - 10;
    px(card, { left: Math.max(6, Math.min(box.left, innerWidth - width - 8)) + scrollX, top: Math.max(6, top) + scrollY });
  }

  const onKey = (event) => {
    if (event.key === "Escape") leave();
    else if (event.key === "ArrowRight") go(1);
    else if (event.key === "ArrowLeft") go(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  card.addEventListener("keydown", onKey);
  sizes.observe(document.body);
  sizes.observe(player);
  go(0);
  return ended.then(() => {
    sizes.disconnect();
    ring.remove();
    card.remove();
    before?.focus?.();
  });
}

const place = (player, part) => player.shadowRoot?.querySelector(`[part~="${part}"]`);
