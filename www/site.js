// The first page: copy buttons, "open your own file", and one analysis to try.

const byId = (id) => document.getElementById(id);
const show = (element, shown = true) => { element.hidden = !shown; };
const player = byId("player");

// Imported here rather than in the page, so that a failure is seen and told.
import("./timeside/player.js").catch((cause) => {
  const audio = Object.assign(document.createElement("audio"), { src: player.getAttribute("src"), controls: true });
  const words = document.createElement("p");
  words.role = "alert";
  words.textContent = `The widget could not be loaded (${cause.message}). The recording plays without it; reload the page to try again.`;
  player.replaceWith(audio, words);
});

// ---- Two lines to copy

for (const button of document.querySelectorAll("[data-copy]")) {
  show(button);
  button.addEventListener("click", async () => {
    const code = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // Without the clipboard's permission, the line is selected for ctrl+C.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

// ---- Open your own file

/** A size as people say it: `34 byte`, `439 kB`, `172 MB`. */
function sizeText(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const format = new Intl.NumberFormat(undefined, { style: "unit", unit: units[power], maximumSignificantDigits: 3 });
  return format.format(bytes / 1000 ** power);
}

function openFile(file) {
  forgetResults();
  const about = `${file.name} · ${sizeText(file.size)}`;
  const say = (words) => { byId("opened-name").textContent = words; };
  say(`Opening ${about}`);
  show(byId("opened"));
  player.scrollIntoView({ block: "start" });
  player.open(file).then(
    () => say(`${about} · stays on this machine`),
    // The widget says what went wrong; another file may be opening by now.
    (cause) => { if (cause.code !== "cancelled" && cause.name !== "AbortError") say(`${about} could not be opened.`); },
  );
}

byId("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) openFile(file);
  event.target.value = "";
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
  // The widget takes what is dropped on itself.
  const taken = event.defaultPrevented;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file && !taken) openFile(file);
});

// ---- Progress of the widget's analyses of an opened file, beside its name

const working = new Map();

player.addEventListener("analysisprogress", ({ detail: { id, done } }) => {
  working.set(id, done);
  showWork();
});
// The results of a run come together, at its end; what else is running tells of itself again.
for (const end of ["analysisresult", "error", "ready"]) {
  player.addEventListener(end, () => {
    working.clear();
    showWork();
  });
}

function showWork() {
  const done = [...working.values()];
  const slowest = Math.min(...done);
  show(byId("work"), done.length > 0 && slowest < 1);
  if (!done.length) return;
  byId("work-name").textContent = `Analysing: ${[...working.keys()].join(", ")}`;
  byId("work-done").value = slowest;
}

// ---- The third recipe

const steps = ["level", "mean_dc_shift", "loudness_itu", "onset_detection_function"];
let download = null;

show(byId("analyse"));
byId("analyse").addEventListener("click", analyse);

function forgetResults() {
  show(byId("results"), false);
  show(byId("download"), false);
  show(byId("analyse-error"), false);
  if (download) URL.revokeObjectURL(download);
  download = null;
}

async function analyse() {
  forgetResults();
  const cancel = byId("cancel");
  const bar = byId("analyse-done");
  const stop = new AbortController();
  cancel.onclick = () => stop.abort();
  const busy = (on) => { show(bar, on); show(cancel, on); show(byId("analyse"), !on); };
  busy(true);
  bar.value = 0;
  try {
    const media = player.media;
    if (!media) throw new Error("No recording is open yet. Wait for the widget, or open a file.");
    const results = await media.run(steps, { signal: stop.signal, onProgress: (done) => { bar.value = done; } });
    tabulate(media, results);
  } catch (cause) {
    if (cause.code !== "cancelled") {
      byId("analyse-error").textContent = cause.message;
      show(byId("analyse-error"));
    }
  } finally {
    busy(false);
  }
}

const numberFormat = new Intl.NumberFormat(undefined, { minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "negative" });

function tabulate(media, results) {
  const rows = [...results].map(([id, result]) => {
    const one = result.data.length === 1;
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.append(Object.assign(document.createElement("code"), { textContent: id }));
    row.append(name);
    for (const text of [one ? numberFormat.format(result.data[0]) : spread(result.data), result.unit, result.shape.join(" × ")]) {
      row.insertCell().textContent = text;
    }
    return row;
  });
  byId("results-body").replaceChildren(...rows);
  byId("results-caption").textContent = media.info.name;
  const json = JSON.stringify(results.toJSON(), null, 2);
  download = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  const link = byId("download");
  link.href = download;
  link.download = `${media.info.name.replace(/\.[^.]*$/, "")}.json`;
  show(link);
  show(byId("results"));
}

/** The least and the greatest of many values. */
function spread(values) {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return `${numberFormat.format(least)} to ${numberFormat.format(greatest)}`;
}
