// One processor: what it is, its parameters, and what it finds in the sound.

import { element, inline, paragraphs } from "./doc.js";
import { fieldsOf } from "./form.js";
import { sound } from "./sound.js";

const format = (value, digits) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
/** Upstream says in which language it once was written. */
const plain = (name) => name.replace(/\s*\(python\)/, "");
const show = (part, shown = true) => { part.hidden = !shown; };
const MODES = { global: "one for the whole", framewise: "per frame", event: "per event", segment: "per segment" };

export class Entry {
  /** Not drawn yet from the present sound? */
  isStale = true;
  #given = {};
  #stop = null;
  #results = null;

  constructor(info) {
    this.info = info;
    this.name = plain(info.name);
    this.words = [info.id, info.name, info.description, info.family, info.doc, ...info.results.map(({ id, name }) => `${id} ${name}`)].join(" ").toLowerCase();
    this.article = element("article", this.#header(), this.#about(), this.#found());
    this.article.className = "entry";
    this.article.id = info.id;
    this.article.setAttribute("aria-labelledby", `${info.id}-name`);
    this.#expect();
  }

  /** Draws it from the present sound, with the parameters that were last run. */
  async draw() {
    this.isStale = false;
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    const { media, stretch, name } = sound;
    if (!media) return;
    this.#busy(true);
    this.#say("");
    try {
      const step = { id: this.info.id, ...this.#given };
      // An effect is seen in what comes after it.
      const steps = this.info.kind === "effect" ? [step, "waveform_analyzer"] : [step];
      const begin = performance.now();
      const results = await media.run(steps, { ...stretch, signal: stop.signal, onProgress: (done) => { this.bar.value = done; } });
      const took = performance.now() - begin;
      if (this.#stop !== stop) return;
      this.#results = results;
      this.#draw(results, took, name);
    } catch (cause) {
      if (this.#stop === stop) this.#failed(cause);
    } finally {
      if (this.#stop === stop) this.#busy(false);
    }
  }

  /** Another sound, or another stretch: what is drawn no longer holds. */
  forget() {
    this.isStale = true;
    this.#stop?.abort();
    this.figures.classList.add("stale");
    this.runs.textContent = sound.name;
  }

  #header() {
    const { id, version, description } = this.info;
    const heading = element("h3", this.name);
    heading.id = `${id}-name`;
    const link = element("a", "#");
    link.href = `#${id}`;
    link.setAttribute("aria-label", `Link to ${this.name}`);
    const about = element("span", `version ${version}`);
    about.className = "dim";
    return element("header", heading, element("code", id), about, link, element("p", ...inline(description)));
  }

  #about() {
    const { doc, results } = this.info;
    const words = element("div", ...paragraphs(doc));
    words.className = "doc";
    const column = element("div", words);
    if (results.length) {
      const list = element("ul", ...results.map((result) => this.#gives(result)));
      list.className = "gives";
      column.append(element("details", element("summary", `Results (${results.length})`), list));
    }
    column.append(this.#form());
    return column;
  }

  #gives({ id, unit, timeMode, dataMode, description }) {
    const facts = [MODES[timeMode] ?? timeMode, dataMode === "label" ? "labels" : "", unit].filter(Boolean).join(" · ");
    return element("li", element("code", id), ` ${facts}`, element("p", ...inline(description)));
  }

  #form() {
    this.fields = fieldsOf(this.info.parameters);
    const form = element("form");
    form.className = "run";
    form.noValidate = true;
    if (this.fields.count) {
      this.details = element("details", element("summary", `Parameters (${this.fields.count})`), this.fields.box);
      form.append(this.details);
    }
    this.runs = element("span", "timeside.mp3");
    this.go = element("button", "Run on ", this.runs);
    this.go.type = "submit";
    this.cancel = element("button", "Cancel");
    this.cancel.type = "button";
    this.cancel.addEventListener("click", () => this.#stop?.abort());
    const defaults = element("button", "Defaults");
    defaults.type = "button";
    defaults.hidden = !this.fields.count;
    defaults.addEventListener("click", () => {
      this.fields.reset();
      form.requestSubmit();
    });
    this.bar = element("progress");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", `Analysis by ${this.name}`);
    show(this.cancel, false);
    show(this.bar, false);
    const act = element("p", this.go, this.cancel, this.bar, defaults);
    act.className = "act";
    this.error = element("p");
    this.error.className = "error";
    this.error.setAttribute("role", "alert");
    form.append(act, this.error);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    return form;
  }

  #submit() {
    this.fields.unmark();
    try {
      this.#given = this.fields.read();
    } catch (cause) {
      this.#mark(cause.parameter, cause.message);
      return;
    }
    this.draw();
  }

  #found() {
    this.figures = element("div");
    this.figures.className = "figures";
    this.took = element("span");
    this.json = element("button", "Download JSON");
    this.json.type = "button";
    this.json.addEventListener("click", () => this.#download());
    show(this.json, false);
    this.speed = element("p", this.took, this.json);
    this.speed.className = "speed";
    const column = element("div", this.figures, this.speed);
    column.className = "found";
    return column;
  }

  /** Room for the pictures that will come. */
  #expect() {
    const expected = this.info.kind === "effect" ? [{ id: "", name: "What comes out of it", timeMode: "framewise", unit: "" }] : this.info.results;
    this.figures.replaceChildren(...expected.map((result) => figure(result, "")));
  }

  #draw(results, took, name) {
    const figures = [...results].map(([key, result]) => {
      const made = figure({ ...facts(result), id: key }, result.shape.join(" × "));
      made.querySelector("timeside-chart").result = result;
      return made;
    });
    this.figures.replaceChildren(...figures);
    this.figures.classList.remove("stale");
    const [first] = results.values();
    const length = first ? `${format(first.audio.duration, 1)}\u202fs of ` : "";
    const warned = results.warnings.length ? ` ${results.warnings.map(({ message }) => message).join(" ")}` : "";
    this.took.textContent = `${length}${name} in ${took < 1000 ? `${format(took, 0)}\u202fms` : `${format(took / 1000, 1)}\u202fs`}${warned}`;
    show(this.json);
  }

  #failed(cause) {
    if (cause.code === "cancelled") {
      this.#say(this.isStale ? "" : "Cancelled.");
      return;
    }
    const { processor, parameter } = cause.details ?? {};
    if (cause.code === "bad-parameter" && processor === this.info.id && this.#mark(parameter, cause.message)) return;
    this.#say(cause.message);
  }

  #mark(parameter, message) {
    if (this.details) this.details.open = true;
    return this.fields.mark(parameter, message);
  }

  #busy(on) {
    this.bar.value = 0;
    show(this.bar, on);
    show(this.cancel, on);
    this.article.setAttribute("aria-busy", String(on));
  }

  #say(words) {
    this.error.textContent = words;
  }

  #download() {
    const text = JSON.stringify(this.#results.toJSON(), null, 2);
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = element("a");
    link.href = url;
    link.download = `${sound.name.replace(/\.[^.]*$/, "")}.${this.info.id}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

/** What a caption says of a result. */
const facts = ({ id, name, unit, timeMode, shape }) => ({ id, name, unit, timeMode, isSmall: timeMode === "global" && shape.reduce((a, b) => a * b, 1) === 1 });

function figure({ id, name, unit, timeMode, isSmall }, shape) {
  const caption = element("figcaption", element("b", plain(name)), " ");
  isSmall ??= timeMode === "global";
  // Beside a number stands its unit, and there is nothing to say about its shape.
  const words = element("span", isSmall ? "" : [unit, shape, MODES[timeMode]].filter(Boolean).join(" · "));
  if (id) caption.append(element("code", id), " ");
  caption.append(words);
  const made = element("figure", caption, element("timeside-chart"));
  made.classList.toggle("small", isSmall);
  return made;
}
