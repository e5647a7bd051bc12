// What a user writes whose bundler leaves `new URL(…, import.meta.url)` alone: the files are copied, their places told.
import { configure, open } from "timeside";
import "timeside/player";
import { report } from "./report.js";

const place = (name) => new URL(`./${name}`, import.meta.url);
configure({ workerUrl: place("worker.js"), wasmUrl: place("timeside.wasm"), playerWasmUrl: place("player.wasm"), workbenchWasmUrl: place("workbench.wasm") });
report(open);
