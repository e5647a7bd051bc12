// The tarball of `npm pack`, installed once; a folder in which every example finds it and the tools of this one.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const root = path.resolve(here, "../..");
export const tool = (name) => path.join(here, "node_modules/.bin", name);

/** Packs into `folder`; what npm says of the tarball. */
export function pack(folder) {
  const said = execFileSync("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", folder], { cwd: path.join(root, "pkg"), encoding: "utf8" });
  const parsed = JSON.parse(said);
  return Array.isArray(parsed) ? parsed[0] : Object.values(parsed)[0];
}

/** A folder with `node_modules`: the package as it is installed, and links to everything else. */
export function workshop() {
  const folder = mkdtempSync(path.join(tmpdir(), "timeside-examples-"));
  const { filename } = pack(folder);
  const options = ["--no-audit", "--no-fund", "--loglevel=error", "--no-package-lock", "--no-save"];
  execFileSync("npm", ["install", ...options, path.join(folder, filename)], { cwd: folder });
  const linked = (names, inside) => {
    mkdirSync(path.join(folder, "node_modules", inside), { recursive: true });
    for (const name of names) {
      const place = path.join(folder, "node_modules", inside, name);
      if (!existsSync(place)) symlinkSync(path.join(here, "node_modules", inside, name), place);
    }
  };
  const all = readdirSync(path.join(here, "node_modules")).filter((name) => !name.startsWith("."));
  linked(all.filter((name) => !name.startsWith("@")), "");
  for (const scope of all.filter((name) => name.startsWith("@"))) linked(readdirSync(path.join(here, "node_modules", scope)), scope);
  return {
    folder,
    dist: path.join(folder, "node_modules/timeside/dist"),
    /** A copy of `www/examples/<name>` beside that. */
    example(name) {
      const place = path.join(folder, name);
      cpSync(path.join(root, "www/examples", name), place, { recursive: true });
      return place;
    },
  };
}
