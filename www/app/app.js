// The full-page app: opens files of one's own from wherever they come, and works without a network.
import { startTour } from "./tour.js";

const byId = (id) => document.getElementById(id);
const show = (element, shown = true) => { element.hidden = !shown; };
const player = byId("player");
const HOUSE = new URL("../recording/timeside.mp3", import.meta.url);

// Imported here, so that a failure is told.
import("../timeside/player.js").catch((cause) => {
  notify(`The player could not be loaded (${cause.message}). Reload the page to try again.`, "Reload", () => location.reload());
});

// ---- What happens, in words

function notify(words, act, run) {
  byId("notice-words").textContent = words;
  const button = byId("notice-act");
  show(button, act !== undefined);
  button.textContent = act ?? "";
  button.onclick = run ?? null;
  show(byId("notice"));
}
byId("notice-close").addEventListener("click", () => show(byId("notice"), false));

/** What is kept of a visit; a browser may forbid it. */
const kept = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(`timeside-app-${key}`));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(`timeside-app-${key}`, JSON.stringify(value));
    } catch {
      // Then the next visit does not know it.
    }
  },
};

// ---- Opening

const ANNOTATIONS = /\.(textgrid|eaf|vtt|srt|csv|tsv|txt|lab|json|jams|svl|xml)$/i;

async function openFiles(files) {
  const all = [...files];
  const sound = all.find((file) => !ANNOTATIONS.test(file.name));
  if (sound) await openSound(sound, sound.name);
  for (const file of all) if (file !== sound && ANNOTATIONS.test(file.name)) await importAnnotations(file);
}

async function openSound(source, name) {
  show(byId("notice"), false);
  try {
    await customElements.whenDefined("timeside-player");
    await player.open(source);
  } catch (cause) {
    // The widget says what went wrong; another file may be opening by now.
    if (cause.code !== "cancelled" && cause.name !== "AbortError") document.title = "TimeSide";
    return;
  }
  byId("file-name").textContent = name;
  document.title = `${name} · TimeSide`;
  if (source instanceof Blob) remember(name);
}

async function importAnnotations(file) {
  if (!player.media) return notify(`Open the recording first, then ${file.name}.`);
  if (!player.annotations?.import) return notify(`${file.name} is no recording that can be opened.`);
  try {
    await player.annotations.import(new Uint8Array(await file.arrayBuffer()));
  } catch (cause) {
    notify(`${file.name} could not be read: ${cause.message}`);
  }
}

byId("file").addEventListener("change", (event) => {
  void openFiles(event.target.files);
  event.target.value = "";
});
byId("house").addEventListener("click", () => openSound(HOUSE, "timeside.mp3"));

const veil = byId("veil");
const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!carriesFile(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  show(veil);
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) show(veil, false); });
// Before the widget, so that the name is known here too.
addEventListener("drop", (event) => {
  show(veil, false);
  if (!carriesFile(event)) return;
  event.preventDefault();
  event.stopPropagation();
  void openFiles(event.dataTransfer.files);
}, { capture: true });

// From the file manager, once it is installed.
globalThis.launchQueue?.setConsumer(async ({ files }) => {
  if (files?.length) await openFiles(await Promise.all(files.map((handle) => handle.getFile())));
});

/** A file that another program has shared with the app. */
async function takeShared() {
  if (!new URLSearchParams(location.search).has("shared") || !globalThis.caches) return;
  history.replaceState(null, "", location.pathname);
  const store = await caches.open("timeside-shared");
  const place = new URL("./shared", location.href);
  const answer = await store.match(place);
  if (!answer) return;
  await store.delete(place);
  const name = decodeURIComponent(answer.headers.get("X-Name") ?? "");
  const blob = await answer.blob();
  await openFiles([new File([blob], name, { type: blob.type })]);
}
void takeShared().catch((cause) => notify(`The shared file could not be opened: ${cause.message}`));

// ---- Recent files: their names only

const MOST_NAMES = 10;

function remember(name) {
  const names = kept.read("recent") ?? [];
  kept.write("recent", [name, ...names.filter((other) => other !== name)].slice(0, MOST_NAMES));
  listNames();
}

function listNames() {
  const names = kept.read("recent") ?? [];
  byId("recent-names").replaceChildren(
    ...names.map((name) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = String(name);
      return item;
    }),
  );
  show(byId("recent"), names.length > 0);
}
byId("recent-clear").addEventListener("click", () => {
  kept.write("recent", []);
  byId("recent").open = false;
  listNames();
  byId("file").focus();
});
byId("recent").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  byId("recent").open = false;
  byId("recent").querySelector("summary").focus();
});
listNames();

// ---- The tour

show(byId("tour"));
byId("tour").addEventListener("click", async () => {
  if (!player.media) await openSound(HOUSE, "timeside.mp3");
  await startTour(player);
});

// ---- Without a network

if ("serviceWorker" in navigator) {
  const wasControlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker
    .register("../sw.js", { scope: "../", updateViaCache: "none" })
    .then((registration) => {
      const offer = (worker) => {
        if (worker?.state === "installed" && wasControlled) {
          notify("A new version is here.", "Use it now", () => {
            navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
            worker.postMessage("take-over");
          });
        }
      };
      offer(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker.addEventListener("statechange", () => offer(worker));
      });
    })
    // Without it everything works but being offline.
    .catch((cause) => console.warn(`The app will need the network: ${cause.message}`));
}
