// An anywidget module: <timeside-player> in Jupyter, Colab, marimo and VS Code. Python's side is timeside_widget.py.

/** The traits that follow the player. Times in seconds. */
const round = (secs) => Math.round(secs * 1e6) / 1e6;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function render({ model, el }) {
  // Notebooks run this module from a blob, so that the package's address comes with the model.
  await import(model.get("module_url"));
  const player = document.createElement("timeside-player");
  player.controls = true;
  const leave = new AbortController();
  const { signal } = leave;
  /** What Python was told last, and what it said last: neither is an answer to itself. */
  let telling = false;

  const tell = (name, value) => {
    if (same(model.get(name), value)) return;
    telling = true;
    model.set(name, value);
    model.save_changes();
    telling = false;
  };
  const follow = (name, take) => {
    const changed = () => { if (!telling) take(model.get(name)); };
    model.on(`change:${name}`, changed);
    signal.addEventListener("abort", () => model.off(`change:${name}`, changed));
    const first = model.get(name);
    if (first !== undefined && first !== null) take(first);
  };
  const listen = (types, act) => {
    for (const type of types) player.addEventListener(type, act, { signal });
  };

  // Recordings come as an address, or as bytes (a DataView) that Python has.
  follow("src", (src) => { if (src) player.src = src; });
  follow("data", (data) => { if (data?.byteLength) void player.open(new Blob([data])).catch(() => undefined); });
  follow("layers", (layers) => { if (layers) player.layers = layers; });
  follow("annotations", (annotations) => { if (!same(player.annotations.list(), annotations)) player.annotations = annotations; });
  follow("current_time", (secs) => { if (Math.abs(player.currentTime - secs) > 1e-3) player.currentTime = secs; });

  listen(["annotationadd", "annotationchange", "annotationremove"], () => tell("annotations", player.annotations.list()));
  listen(["selectionchange"], ({ detail }) => tell("selection", detail ? [round(detail.start), round(detail.end)] : null));
  // While it plays Python hears of it a few times a second: as often as <audio> tells.
  listen(["timeupdate", "seeked"], () => tell("current_time", round(player.currentTime)));

  el.append(player);
  return () => {
    leave.abort();
    player.remove();
  };
}

export default { render };
