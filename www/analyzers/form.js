// A form made of the JSON schema of a processor's parameters.

import { element, inline } from "./doc.js";

let made = 0;

/** The fields of a schema. `read()` gives the parameters that differ from their defaults. */
export function fieldsOf(schema) {
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => new Field(name, property));
  const box = element("div", ...fields.map((field) => field.box));
  box.className = "fields";
  const byName = new Map(fields.map((field) => [field.name, field]));
  return {
    box,
    count: fields.length,
    /** @throws an error with `parameter` where what is typed is no number */
    read() {
      const given = {};
      for (const field of fields) {
        const value = field.read();
        if (value !== undefined) given[field.name] = value;
      }
      return given;
    },
    reset() {
      for (const field of fields) field.reset();
    },
    /** Marks a field with what is wrong about it; false if there is none of this name. */
    mark(name, message) {
      const field = byName.get(name);
      field?.mark(message);
      return field !== undefined;
    },
    unmark() {
      for (const field of fields) field.mark("");
    },
  };
}

class Field {
  constructor(name, property) {
    this.name = name;
    this.property = property;
    const types = [property.type ?? "string"].flat();
    this.type = types.find((type) => type !== "null");
    this.nullable = types.includes("null");
    this.input = this.#input();
    this.input.id = `field-${++made}`;
    this.input.name = name;
    this.error = element("p");
    this.error.className = "error";
    this.error.id = `${this.input.id}-error`;
    this.error.hidden = true;
    const words = element("p", ...inline([this.#range(), property.description].filter(Boolean).join(". ")));
    words.id = `${this.input.id}-words`;
    this.input.setAttribute("aria-describedby", words.id);
    const label = element("label");
    label.htmlFor = this.input.id;
    if (this.type === "boolean") {
      label.className = "flag";
      label.append(this.input, name);
      this.box = element("div", label, this.error, words);
    } else {
      label.append(name);
      this.box = element("div", label, this.input, this.error, words);
    }
    this.box.className = this.input instanceof HTMLTextAreaElement ? "field long" : "field";
    this.reset();
  }

  #input() {
    const { property, type } = this;
    if (property.enum) {
      const words = this.nullable ? [null, ...property.enum] : property.enum;
      return element("select", ...words.map((word) => new Option(word ?? "auto", word ?? "")));
    }
    if (type === "array" || (type === "string" && /\n/.test(property.default ?? ""))) {
      return Object.assign(document.createElement("textarea"), { rows: 4, spellcheck: false });
    }
    const input = document.createElement("input");
    if (type === "boolean") input.type = "checkbox";
    else if (type === "integer" || type === "number") {
      input.type = "number";
      input.step = type === "integer" ? "1" : "any";
      if (property.minimum !== undefined) input.min = property.minimum;
      if (property.maximum !== undefined) input.max = property.maximum;
      input.inputMode = type === "integer" ? "numeric" : "decimal";
    } else {
      input.type = "text";
      input.spellcheck = false;
    }
    input.autocomplete = "off";
    return input;
  }

  /** The range and the unit in words. */
  #range() {
    const { minimum, maximum, unit = "", default: standard } = this.property;
    const from = (value) => Number(value).toLocaleString("en", { maximumSignificantDigits: 6, useGrouping: false });
    const words = [];
    if (minimum !== undefined && maximum !== undefined) words.push(`${from(minimum)} to ${from(maximum)}`);
    else if (minimum !== undefined) words.push(`at least ${from(minimum)}`);
    else if (maximum !== undefined) words.push(`at most ${from(maximum)}`);
    if (unit) words.push(unit);
    const range = words.join("\u202f");
    const auto = this.nullable ? `empty: auto${standard === null || standard === undefined ? "" : ` (${standard})`}` : "";
    const list = this.type === "array" ? "one per line" : "";
    return [range, auto, list].filter(Boolean).join("; ");
  }

  /** What a form at rest holds: for a nullable one nothing. */
  get #standard() {
    const { default: standard } = this.property;
    return this.nullable ? null : (standard ?? null);
  }

  reset() {
    const standard = this.#standard;
    if (this.type === "boolean") this.input.checked = standard === true;
    else this.input.value = Array.isArray(standard) ? standard.join("\n") : (standard ?? "");
    if (this.nullable && "placeholder" in this.input) this.input.placeholder = "auto";
  }

  read() {
    const { input, type } = this;
    if (type === "boolean") return input.checked === (this.#standard === true) ? undefined : input.checked;
    if (input.validity.badInput) throw Object.assign(new Error("must be a number"), { parameter: this.name });
    const text = input.value;
    const standard = this.#standard;
    if (type === "array") {
      const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
      return JSON.stringify(lines) === JSON.stringify(standard ?? []) ? undefined : lines;
    }
    if (text === "" && this.nullable) return undefined;
    if (text === "" && type !== "string") throw Object.assign(new Error("must be a number"), { parameter: this.name });
    const value = type === "string" ? text : Number(text);
    return value === standard ? undefined : value;
  }

  mark(message) {
    this.error.textContent = message;
    this.error.hidden = !message;
    if (message) {
      this.input.setAttribute("aria-invalid", "true");
      this.input.setAttribute("aria-errormessage", this.error.id);
      this.input.focus();
    } else {
      this.input.removeAttribute("aria-invalid");
      this.input.removeAttribute("aria-errormessage");
    }
  }
}
