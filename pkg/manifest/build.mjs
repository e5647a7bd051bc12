// Writes dist/custom-elements.json and the types for frameworks, from the declarations and `elements.mjs`; fails where
// a name of the sources is not described, or a described one is gone.
//
//   node manifest/build.mjs            after tsc; `cargo xtask build` does it
//   node manifest/build.mjs --readme   also writes the tables of README.md
//   node manifest/build.mjs --dev      only says what is amiss

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { elements } from "./elements.mjs";
import { writeFiles } from "./files.mjs";
import { frameworkTypes } from "./frameworks.mjs";

const pkg = fileURLToPath(new URL("..", import.meta.url));
const read = (...parts) => readFileSync(path.join(pkg, ...parts), "utf8");
const objections = [];

/** Comment of a declaration, as one line; references to names as code. */
const words = (comment = "") => comment.trim().replace(/^\/\*\*|\*\/$/g, "").replace(/^\s*\* ?/gm, "").replace(/\{@link (\w+)\}/g, "`$1`").split(/\n\s*\n|```/)[0].replace(/\s+/g, " ").trim();

/** Members that a class or interface of a declaration file has: kind, type, comment; by name. */
function declared(text, kind, name) {
  const body = new RegExp(`^export (?:declare )?${kind} ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, "m").exec(text)?.[1] ?? "";
  const found = new Map();
  const member = /^ {4}(\/\*\*(?:[^*]|\*(?!\/))*\*\/\n {4})?(?:(get|set|readonly) )?"?([A-Za-z][\w-]*)"?\??(\((?:[^;]|;(?!\n {4}\S))*?\))?(?:: ((?:[^;]|;(?!\n {4}[^ }]))*))?;\n/gm;
  for (const [, comment, word, key, parameters, type] of body.matchAll(member)) {
    const before = found.get(key);
    if (word === "set") {
      found.set(key, { ...before, writable: true });
      continue;
    }
    const isMethod = parameters !== undefined && word === undefined;
    found.set(key, {
      type: (isMethod ? `${parameters} => ${type}` : type)?.replace(/\s+/g, " "),
      description: words(comment),
      isMethod,
      writable: before?.writable ?? (word === undefined && !isMethod),
    });
  }
  return found;
}

/** Every `name` that a pattern finds in the files of some folders. */
function names(folders, kinds, pattern) {
  const found = new Set();
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true }).map(String)) {
      if (!kinds.includes(path.extname(file))) continue;
      for (const [, name] of readFileSync(path.join(folder, file), "utf8").matchAll(pattern)) found.add(name);
    }
  }
  return found;
}

function compare(what, real, described) {
  for (const name of real) if (!described.includes(name)) objections.push(`${what} \`${name}\` is not described in pkg/manifest/elements.mjs`);
  for (const name of described) if (!real.has(name)) objections.push(`${what} \`${name}\` is described, but not there`);
}

// Only the elements' own sources may name what is inside them.
const inside = readdirSync(path.join(pkg, "../crates"))
  .filter((crate) => crate === "timeside-workbench")
  .map((crate) => path.join(pkg, "../crates", crate, "src"))
  .concat(path.join(pkg, "../player/src"));
const realParts = names(inside, [".rs"], /\bpart="([\w-]+)"/g);
const shell = read("src/player/shell-css.ts");
const realProperties = new Set([
  ...[...shell.matchAll(/tokens\(\{([\s\S]*?)\}\)/g)].flatMap(([, block]) => [...block.matchAll(/^\s+"?([\w-]+)"?: "/gm)].map(([, name]) => name)),
  ...names([...inside, path.join(pkg, "src/player")], [".rs", ".css", ".ts"], /--timeside-([a-z][a-z0-9-]*[a-z0-9])(?![\w-])/g),
]);

const classes = await import(new URL("../dist/player.js", import.meta.url));
const contract = read("dist/player/media-contract.d.ts");
const mediaEvents = [.../MEDIA_EVENTS: readonly \[([^\]]*)\]/.exec(contract)[1].matchAll(/"(\w+)"/g)].map(([, name]) => name);
const LIFE = /^(constructor|focus|\w+Callback)$/;

function fields(of, prototype) {
  const text = read(`dist/player/${of.source}.d.ts`);
  const known = new Map([...declared(text, "interface", of.class), ...declared(text, "class", of.class)]);
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name]) => !LIFE.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, descriptor]) => {
      const { type, description, isMethod } = known.get(name) ?? {};
      const inherited = type === undefined ? { name: "HTMLMediaElement", package: "global:" } : undefined;
      const told = { name, ...(description && { description }), ...(inherited && { inheritedFrom: inherited }) };
      if (isMethod ?? typeof descriptor.value === "function") return { kind: "method", ...told, ...(type && { type: { text: type } }) };
      const text = type ?? `HTMLMediaElement["${name}"]`;
      const attribute = [name, name.toLowerCase()].find((key) => of.attributes[key]);
      return { kind: "field", ...told, type: { text }, ...(attribute && { attribute }), ...(!descriptor.set && { readonly: true }) };
    });
}

function declaration(tag, of) {
  const { [of.class]: Class } = classes;
  const described = Object.keys(of.attributes);
  compare(`<${tag}>: attribute`, new Set([...Class.observedAttributes, ...described.filter((name) => of.attributes[name].late)]), described);
  const properties = of.properties ?? elements[of.propertiesOf].properties;
  if (of.properties) {
    compare(`<${tag}>: property --timeside-`, realProperties, Object.keys(properties));
    compare(`<${tag}>: part`, realParts, Object.keys(of.parts));
  }
  const own = of.events
    ? Object.entries(of.events).map(([name, [type, description]]) => ({ name, type: { text: type }, description }))
    : [...declared(read("dist/player/events.d.ts"), "interface", "TimesideEventMap")].map(([name, { type, description }]) => ({ name, type: { text: type }, description }));
  const media = of.events ? [] : [...mediaEvents, "enginechange", "trackchange"].map((name) => ({ name, type: { text: "Event" }, description: MEDIA[name] ?? "As on `<audio>`; does not bubble." }));
  return {
    kind: "class",
    customElement: true,
    name: of.class,
    tagName: tag,
    summary: of.summary,
    superclass: { name: "HTMLElement", package: "global:" },
    attributes: Object.entries(of.attributes).map(([name, { type, description, default: usual }]) => ({
      name,
      type: { text: type },
      description,
      ...(usual && { default: JSON.stringify(usual) }),
    })),
    members: fields(of, Class.prototype),
    events: [...own, ...media],
    slots: Object.entries(of.slots).map(([name, description]) => ({ name, description })),
    cssParts: Object.entries(of.parts).map(([name, description]) => ({ name, description })),
    cssProperties: Object.entries(properties).map(([name, description]) => ({ name: `--timeside-${name}`, description })),
  };
}

const MEDIA = { enginechange: "Another engine plays.", trackchange: "The exact engine has come to the next recording." };

export const manifest = {
  schemaVersion: "2.1.0",
  readme: "README.md",
  modules: [
    {
      kind: "javascript-module",
      path: "dist/player.js",
      declarations: Object.entries(elements).map(([tag, of]) => declaration(tag, of)),
      exports: Object.entries(elements).flatMap(([tag, of]) => [
        { kind: "js", name: of.class, declaration: { name: of.class, module: "dist/player.js" } },
        { kind: "custom-element-definition", name: tag, declaration: { name: of.class, module: "dist/player.js" } },
      ]),
    },
  ],
};

const cell = (text) => String(text).replaceAll("|", "\\|");
const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

/** The tables of README.md, by the name of their place. */
export function tables() {
  const [player] = manifest.modules[0].declarations;
  const house = player.events.filter(({ description }) => !description.startsWith("As on"));
  const own = player.members.filter((member) => !member.inheritedFrom && !member.attribute);
  return {
    attributes: table(["attribute", "type", "does"], player.attributes.map((a) => [`\`${a.name}\``, `\`${a.type.text}\``, a.description + (a.default ? ` Default \`${JSON.parse(a.default)}\`.` : "")])),
    members: table(["property, method", "does"], own.map((m) => [`\`${m.name}${m.kind === "method" ? "()" : ""}\``, m.description])),
    events: table(["event", "tells"], house.map((e) => [`\`${e.name}\``, e.description])),
    slots: table(["slot", "takes"], player.slots.map((s) => [s.name ? `\`${s.name}\`` : "(default)", s.description])),
    parts: table(["part", "is"], player.cssParts.map((p) => [`\`${p.name}\``, p.description])),
    properties: table(["custom property", "colours, sets"], player.cssProperties.map((p) => [`\`${p.name}\``, p.description])),
  };
}

/** README.md with these tables in their places. */
export function readme(text) {
  return Object.entries(tables()).reduce(
    (result, [name, content]) => result.replace(new RegExp(`(<!-- table: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`), `$1\n${content}\n\n$2`),
    text,
  );
}

for (const { name, members } of manifest.modules[0].declarations) {
  for (const member of members) if (!member.inheritedFrom && !member.description && !member.attribute) objections.push(`${name}: ${member.name} has no comment where it is declared`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path.join(pkg, "dist/custom-elements.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [file, content] of Object.entries(frameworkTypes(manifest))) writeFileSync(path.join(pkg, "dist", file), content);
  writeFiles(path.join(pkg, "dist"));
  if (process.argv.includes("--readme")) writeFileSync(path.join(pkg, "README.md"), readme(read("README.md")));
  for (const objection of objections) console.error(`custom-elements.json: ${objection}`);
  process.exitCode = objections.length && !process.argv.includes("--dev") ? 1 : 0;
}
