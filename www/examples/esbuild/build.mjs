import { cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
await build({ entryPoints: [path.join(here, "main.js")], bundle: true, format: "esm", minify: true, outdir: path.join(here, "dist") });
// esbuild leaves `new URL(…, import.meta.url)` alone: what the package looks for beside itself is copied.
const dist = path.dirname(fileURLToPath(import.meta.resolve("timeside/worker")));
const LOOKED_FOR = /^(worker|worklet|capture)\.js$|\.wasm$/;
await cp(dist, path.join(here, "dist"), { recursive: true, filter: (file) => file === dist || LOOKED_FOR.test(path.basename(file)) });
