// The sound that everything is drawn from: ours at first, then whatever is chosen or dropped.

import { open } from "../timeside/index.js";

const OURS = new URL("../recording/timeside.mp3", import.meta.url);
const byId = (id) => document.getElementById(id);
const show = (element, shown = true) => { element.hidden = !shown; };
const secs = (value) => `${value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })}\u202fs`;

/** Tells `change` when there is another sound, or another stretch of it. */
class Sound extends EventTarget {
  media = null;
  #opening = 0;

  /** Which stretch of the sound to analyse: options of a run. */
  get stretch() {
    const start = Number(byId("sound-start").value) || 0;
    const duration = byId("sound-duration").value;
    return duration === "" ? { start } : { start, duration: Number(duration) };
  }

  get name() {
    return this.media?.info.name ?? "";
  }

  /** Opens a file, or our recording; what was open stays if it cannot be. */
  async open(file) {
    const opening = ++this.#opening;
    say("");
    byId("sound").setAttribute("aria-busy", "true");
    byId("sound-facts").textContent = file ? `opening ${file.name}` : "opening";
    let problem = "";
    try {
      const media = await open(file ?? OURS);
      if (opening !== this.#opening) return media.close();
      this.media?.close();
      this.media = media;
      byId("sound-start").value = 0;
      const long = (media.info.duration ?? Infinity) > 10;
      byId("sound-duration").value = long ? 10 : "";
      show(byId("example"), Boolean(file));
    } catch (cause) {
      if (opening !== this.#opening) return;
      problem = `${file?.name ?? "Our recording"} could not be opened. ${cause.message}`;
    } finally {
      if (opening === this.#opening) byId("sound").removeAttribute("aria-busy");
    }
    this.#tell();
    say(problem);
    if (!problem) this.#changed();
  }

  /** Takes the stretch as it is typed; says what is wrong with it. */
  restrict() {
    const { duration = Infinity } = this.media?.info ?? {};
    const start = byId("sound-start");
    const length = byId("sound-duration");
    const wrong = new Map();
    if (start.validity.badInput || !(Number(start.value) >= 0)) wrong.set(start, "The start must be a number of seconds from 0.");
    else if (Number(start.value) >= duration) wrong.set(start, `The recording ends at ${secs(duration)}.`);
    if (length.validity.badInput || !(length.value === "" || Number(length.value) > 0)) wrong.set(length, "The length must be more than 0 seconds, or empty for all.");
    for (const input of [start, length]) {
      if (wrong.has(input)) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    say([...wrong.values()].join(" "));
    if (!wrong.size) this.#changed();
  }

  #tell() {
    if (!this.media) return;
    const { name, codec, sampleRate, channels, duration } = this.media.info;
    byId("sound-name").textContent = name;
    const parts = [codec, `${sampleRate / 1000}\u202fkHz`, channels === 1 ? "mono" : channels === 2 ? "stereo" : `${channels} channels`];
    if (duration !== null) parts.push(secs(duration));
    byId("sound-facts").textContent = parts.join(" · ");
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function say(problem) {
  byId("sound-error").textContent = problem;
  show(byId("sound-error"), problem !== "");
}

export const sound = new Sound();

// ---- Choosing, dropping, typing

show(byId("sound"));
byId("sound").addEventListener("submit", (event) => event.preventDefault());
byId("sound").addEventListener("change", ({ target }) => { if (target.id !== "file") sound.restrict(); });
byId("file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  if (file) sound.open(file);
  target.value = "";
});
byId("example").addEventListener("click", () => {
  byId("file").focus();
  sound.open();
});

const veil = byId("veil");
const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!carriesFile(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  show(veil);
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) show(veil, false); });
addEventListener("drop", (event) => {
  show(veil, false);
  if (!carriesFile(event)) return;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) sound.open(file);
});
