import path from "node:path";
import { fileURLToPath } from "node:url";

// Nothing to configure for the package: webpack follows `new URL("./worker.js", import.meta.url)`.
export default {
  mode: "production",
  context: fileURLToPath(new URL(".", import.meta.url)),
  entry: "./main.js",
  output: { path: path.join(fileURLToPath(new URL(".", import.meta.url)), "dist"), filename: "main.js", publicPath: "auto" },
  performance: false,
};
