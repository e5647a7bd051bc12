/** `element.annotations` while there is no widget or no recording: questions find nothing, edits wait. */
import { type Annotating, kept, merged } from "./annotating.js";
import type { Annotations, NewAnnotation } from "./annotation-types.js";

type Calls = Record<string, (...args: unknown[]) => unknown>;

/** Answers of an empty document. */
const EMPTY: Record<string, () => unknown> = {
  list: () => [],
  rows: () => ({ total: 0, rows: [] }),
  rowOf: () => -1,
  get: () => undefined,
  history: () => ({ done: [], undone: [] }),
  undo: () => false,
  redo: () => false,
};
const STATE: Record<string, unknown> = { canUndo: false, canRedo: false, dirty: false, elsewhere: false, selected: [] };
const LATER = ["import", "export", "discardRestored", "editHere"];

export class EarlyAnnotations {
  #real: Annotations | undefined;
  #waiting: ((real: Annotations) => void)[] = [];
  /** As it will be, once the document is there. */
  #annotating: Annotating | undefined;
  readonly face = this.#face((real) => real as unknown as Calls);

  /** The document is there, or (`undefined`) no longer. */
  attach(real: Annotations | undefined): void {
    this.#real = real;
    this.#annotating = undefined;
    if (real) for (const call of this.#waiting.splice(0)) call(real);
  }

  #face(part: (real: Annotations) => Calls): Annotations {
    const tiers = part === TIERS ? undefined : () => this.#tiers;
    return new Proxy({} as Annotations, {
      get: (_, key) => {
        const name = String(key);
        if (name === "tiers" && tiers) return tiers();
        // A promise would ask for `then`; nobody else asks for what is no name.
        if (typeof key === "symbol" || name === "then") return undefined;
        if (!this.#real && part !== TIERS) {
          const { author, ...settings } = (this.#annotating ??= kept());
          if (name === "author") return author;
          if (name === "settings") return settings;
        }
        if (!this.#real) return name in STATE ? STATE[name] : (...args: unknown[]) => this.#wait(part, name, args);
        const target = part(this.#real);
        const member = target[name];
        return typeof member === "function" ? member.bind(target) : member;
      },
      set: (_, key, value) => {
        const name = String(key);
        if (part === TIERS || (name !== "author" && name !== "settings")) return false;
        const write = (real: Annotations): void => void Object.assign(real, { [name]: value as unknown });
        if (this.#real) write(this.#real);
        else {
          this.#annotating = merged((this.#annotating ??= kept()), name === "author" ? { author: String(value) } : value);
          this.#waiting.push(write);
        }
        return true;
      },
    });
  }

  readonly #tiers = this.#face(TIERS);

  #wait(part: (real: Annotations) => Calls, name: string, args: unknown[]): unknown {
    if (EMPTY[name]) return EMPTY[name]();
    if (LATER.includes(name)) {
      return new Promise((resolve, reject) => {
        this.#waiting.push((real) => Promise.resolve(part(real)[name]!(...args)).then(resolve, reject));
      });
    }
    let answer: unknown;
    if (name === "add" && part !== TIERS) {
      const given = args[0] as NewAnnotation;
      // Known before it stands, so that the page can speak of it.
      answer = args[0] = { label: "", end: given.start, id: `n${crypto.getRandomValues(new Uint32Array(2)).join("")}`, ...given };
    }
    this.#waiting.push((real) => {
      try {
        part(real)[name]!(...args);
      } catch (error) {
        // Nobody is left to catch it.
        reportError(error);
      }
    });
    return answer;
  }
}

const TIERS = (real: Annotations): Calls => real.tiers as unknown as Calls;
