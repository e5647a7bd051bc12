/** `<timeside-chart>`: the picture of one result. */
import type { AnalyzerResult } from "../types.js";
import { TOKENS_CSS } from "./shell-css.js";
import { type ChartHandle, workbench } from "./bench.js";

// Under Node there is no DOM: importing must not throw.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const CSS = `
${TOKENS_CSS}
:host{display:block;block-size:11rem;min-inline-size:0;color:var(--_text);font:0.875rem/1.4 var(--_font)}
:host([hidden]){display:none}
:host([data-kind="word"]),:host([data-kind="nothing"]){block-size:auto}
#root{position:relative;block-size:100%}
canvas{position:absolute;inset:0;inline-size:100%;block-size:100%;display:block}
#word{margin:0;font-size:2rem;line-height:1.25;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
#word small{font-size:0.9375rem;color:var(--_text-dim)}
#word.dim{font-size:inherit;color:var(--_text-dim)}
[hidden]{display:none!important}
`;

/** Said of a result without a row. */
const NOTHING = "Nothing was found in this recording.";

/**
 * Draws whatever a run gives, by its shape: one value as a number, a vector as bars, a few values per frame as curves,
 * many as a matrix of colours, events as stems, stretches as levels or, with labels, as lanes. Fills the box that it is
 * given (11 rem high unless the page says otherwise) with axes and units, in the colours of `--timeside-*`; for
 * those who do not see it, it says in words what it shows.
 *
 * ```js
 * const chart = document.createElement("timeside-chart");
 * chart.result = (await media.run("onset_detection_function")).get("onset_detection_function");
 * ```
 *
 * Attributes: `theme` (`auto`, `light`, `dark`), `colormap` (`magma inverted-grey viridis inferno cividis grey`; default
 * by the theme). Events: `draw` after each painting; `error` (with the cause in `detail`) if the drawing code cannot be
 * loaded.
 */
export class TimesideChart extends Base {
  static readonly observedAttributes: readonly string[] = ["theme", "colormap"];

  #canvas!: HTMLCanvasElement;
  #root!: HTMLDivElement;
  #word!: HTMLParagraphElement;
  #result: AnalyzerResult | null = null;
  #chart: ChartHandle | undefined;
  #frame = 0;
  #leave: AbortController | undefined;
  #sizes: ResizeObserver | undefined;

  constructor() {
    super();
    if (!this.attachShadow) return;
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
    this.#root = document.createElement("div");
    this.#root.id = "root";
    this.#canvas = document.createElement("canvas");
    this.#canvas.setAttribute("role", "img");
    this.#word = document.createElement("p");
    this.#word.id = "word";
    this.#canvas.hidden = this.#word.hidden = true;
    this.#root.append(this.#canvas, this.#word);
    shadow.append(this.#root);
  }

  connectedCallback(): void {
    if (Object.hasOwn(this, "result")) {
      // Set before the element was defined.
      const given = this.result;
      delete (this as Partial<TimesideChart>).result;
      this.result = given;
    }
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    this.#sizes = new ResizeObserver(() => this.#repaint());
    this.#sizes.observe(this);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => this.#repaint(), { signal });
    }
    this.#watchRatio(signal);
    void this.#make();
  }

  disconnectedCallback(): void {
    this.#leave?.abort();
    this.#sizes?.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#forget();
  }

  attributeChangedCallback(): void {
    this.#repaint();
  }

  /** What is drawn; `null` draws nothing. */
  get result(): AnalyzerResult | null {
    return this.#result;
  }

  set result(result: AnalyzerResult | null | undefined) {
    this.#result = result ?? null;
    this.#forget();
    if (this.isConnected) void this.#make();
  }

  /** What the picture shows, in words: what a screen reader says. Empty until it is drawn. */
  get description(): string {
    return this.#chart?.description ?? "";
  }

  /** Colours of a matrix: `magma inverted-grey viridis inferno cividis grey`, or empty for the theme's own. */
  get colormap(): string {
    return this.getAttribute("colormap") ?? "";
  }

  set colormap(name: string) {
    this.setAttribute("colormap", name);
  }

  #forget(): void {
    this.#chart?.free();
    this.#chart = undefined;
  }

  /** Reads the result and shows it. */
  async #make(): Promise<void> {
    const result = this.#result;
    if (!result) {
      this.#canvas.hidden = this.#word.hidden = true;
      delete this.dataset["kind"];
      return;
    }
    try {
      const { chart } = await workbench();
      if (!this.isConnected || this.#result !== result || this.#chart) return;
      this.#chart = chart(result);
    } catch (cause) {
      this.dispatchEvent(new CustomEvent("error", { detail: cause }));
      return;
    }
    const { word, unit, description } = this.#chart;
    this.#canvas.hidden = word !== undefined;
    this.#word.hidden = word === undefined;
    this.dataset["kind"] = word === undefined ? "picture" : word === "" ? "nothing" : "word";
    if (word === undefined) {
      this.#canvas.setAttribute("aria-label", description);
    } else {
      const small = document.createElement("small");
      small.textContent = unit;
      this.#word.classList.toggle("dim", word === "");
      this.#word.replaceChildren(...(word === "" ? [NOTHING] : unit ? [word, "\u202f", small] : [word]));
    }
    this.#repaint();
  }

  /** Paints in the next frame, once. */
  #repaint(): void {
    if (!this.#chart || this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#chart || this.clientWidth === 0) return;
      if (!this.#canvas.hidden) {
        this.#chart.paint(this.#canvas, this, this.#root, this.colormap);
      }
      this.dispatchEvent(new Event("draw"));
    });
  }

  /** A query for a ratio tells once that it is another. */
  #watchRatio(signal: AbortSignal): void {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        this.#repaint();
        this.#watchRatio(signal);
      },
      { once: true, signal },
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "timeside-chart": TimesideChart;
  }
}
