// As much of a notebook as the widget sees: a model that Python changes (`receive`), and that the widget changes and saves.
import widget from "./timeside_widget.js";

class Model {
  saves = 0;
  #values;
  #heard = new Map();

  constructor(values) {
    this.#values = values;
  }

  get listeners() {
    return [...this.#heard.values()].reduce((sum, set) => sum + set.size, 0);
  }

  get(name) {
    return structuredClone(this.#values[name]);
  }

  set(name, value) {
    this.#values[name] = structuredClone(value);
    for (const act of this.#heard.get(`change:${name}`) ?? []) act();
  }

  on(type, act) {
    if (!this.#heard.has(type)) this.#heard.set(type, new Set());
    this.#heard.get(type).add(act);
  }

  off(type, act) {
    this.#heard.get(type)?.delete(act);
  }

  save_changes() {
    this.saves += 1;
  }

  receive(values) {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }
}

globalThis.model = new Model({
  module_url: new URL("/timeside/player.js", location.href).href,
  src: "/recording/timeside.mp3",
  layers: "waveform",
  annotations: [],
  current_time: 0,
  selection: null,
});
globalThis.leave = await widget.render({ model: globalThis.model, el: document.getElementById("output") });
