import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [react()],
  // The package finds its worker and its wasm beside itself.
  optimizeDeps: { exclude: ["timeside"] },
});
