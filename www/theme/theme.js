// Every token and part of the player, from the package's own manifest, with a live preview.

const byId = (id) => document.getElementById(id);
const player = byId("player");
const given = new Map();
const outlined = new Set();
/** Adopted rather than written into the page, which the policy forbids. */
const [look, outlines] = [new CSSStyleSheet(), new CSSStyleSheet()];
document.adoptedStyleSheets.push(look, outlines);

import("../timeside/player.js").catch((cause) => { byId("said").textContent = `The player could not be loaded: ${cause.message}`; });

const cell = (row, ...content) => row.insertCell().append(...content);
const make = (tag, fields) => Object.assign(document.createElement(tag), fields);

function heading(row, text) {
  const head = make("th", { scope: "row" });
  head.append(make("code", { textContent: text }));
  row.append(head);
}

/** What a property is now, as the theme has it: asked of a probe inside the player. */
function colourNow(name) {
  const inside = player.shadowRoot?.querySelector("#frame");
  const value = inside && getComputedStyle(inside).getPropertyValue(name.replace("--timeside-", "--_")).trim();
  return /^#[0-9a-f]{6}$/i.test(value ?? "") ? value : null;
}

function listProperties(properties) {
  for (const { name, description } of properties) {
    const row = byId("properties").insertRow();
    heading(row, name);
    cell(row, description);
    const text = make("input", { type: "text", spellcheck: false, ariaLabel: `Value of ${name}`, value: "" });
    const set = (value) => {
      if (value.trim()) given.set(name, value.trim());
      else given.delete(name);
      text.setAttribute("aria-invalid", String(value.trim() !== "" && !fits(name, value)));
      apply();
    };
    text.addEventListener("input", () => set(text.value));
    const now = colourNow(name);
    if (now) {
      const colour = make("input", { type: "color", value: now, ariaLabel: `Colour of ${name}` });
      colour.addEventListener("input", () => {
        text.value = colour.value;
        set(colour.value);
      });
      text.placeholder = now;
      text.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(text.value)) colour.value = text.value; });
      cell(row, colour, " ", text);
    } else cell(row, text);
  }
}

/** Would a style sheet take it? */
function fits(name, value) {
  if (name === "--timeside-font") return CSS.supports("font-family", value);
  if (/(radius|height|gap)$/.test(name)) return CSS.supports("width", value);
  return CSS.supports("color", value);
}

function listParts(parts) {
  for (const { name, description } of parts) {
    const row = byId("parts").insertRow();
    heading(row, name);
    cell(row, description);
    const box = make("input", { type: "checkbox", ariaLabel: `Outline ${name}` });
    box.addEventListener("change", () => {
      if (box.checked) outlined.add(name);
      else outlined.delete(name);
      outlines.replaceSync([...outlined].map((part) => `#player::part(${part}) { outline: 2px dashed var(--accent); outline-offset: -2px }`).join("\n"));
    });
    cell(row, box);
  }
}

function apply() {
  const lines = [...given].filter(([name, value]) => fits(name, value) && !/[;{}]/.test(value)).map(([name, value]) => `  ${name}: ${value};`);
  look.replaceSync(`#player {\n${lines.join("\n")}\n}`);
  byId("sheet").textContent = lines.length ? `timeside-player {\n${lines.join("\n")}\n}` : "/* Nothing is set. */";
  player.recolor();
}

byId("theme").addEventListener("change", () => player.setAttribute("theme", byId("theme").value));
byId("reset").addEventListener("click", () => {
  given.clear();
  for (const input of document.querySelectorAll("#properties input[type=text]")) input.value = "";
  for (const input of document.querySelectorAll("#properties input[type=color]")) input.value = input.nextElementSibling.placeholder;
  apply();
});
byId("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(byId("sheet").textContent);
    byId("said").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(byId("sheet"));
    byId("said").textContent = "Selected: copy it with ctrl C.";
  }
});

try {
  await customElements.whenDefined("timeside-player");
  const answer = await fetch("../timeside/custom-elements.json");
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
  const { modules } = await answer.json();
  const { cssProperties, cssParts } = modules[0].declarations.find(({ tagName }) => tagName === "timeside-player");
  listProperties(cssProperties);
  listParts(cssParts);
} catch (cause) {
  byId("said").textContent = `The list could not be loaded: ${cause.message}`;
}
