// Bundles the workers of peers.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Bundles `name`, a script beside this one, into `folder`, where it is `peers.js`. */
export async function bundlePeers(name, folder) {
  const { build } = createRequire(join(HERE, "../../pkg/package.json"))("esbuild");
  await build({
    entryPoints: [join(HERE, name)], outfile: join(folder, "peers.js"),
    bundle: true, format: "esm", platform: "browser", logLevel: "error", define: { global: "globalThis" },
    // What peers load in Node alone.
    external: ["fs", "path"],
  });
}
