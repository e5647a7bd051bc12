/** Draws as a canvas's context does, and writes SVG: as much of it as the widget's painters use. */

const FRESH = {
  fillStyle: "#000",
  strokeStyle: "#000",
  lineWidth: 1,
  lineJoin: "miter",
  lineCap: "butt",
  font: "10px sans-serif",
  textAlign: "left",
  textBaseline: "alphabetic",
  globalAlpha: 1,
  globalCompositeOperation: "source-over",
  imageSmoothingEnabled: true,
};
type State = typeof FRESH;
const NAMES = Object.keys(FRESH) as (keyof State)[];

/** @internal */
export class VectorContext {
  declare fillStyle: string;
  declare strokeStyle: string;
  declare lineWidth: number;
  declare lineJoin: string;
  declare lineCap: string;
  declare font: string;
  declare textAlign: string;
  declare textBaseline: string;
  declare globalAlpha: number;
  declare globalCompositeOperation: string;
  declare imageSmoothingEnabled: boolean;

  readonly #size: string;
  readonly #out: string[] = [];
  /** States, each with how many groups have been opened since. */
  readonly #saved: { state: State; groups: number }[] = [];
  #groups = 0;
  #path: string[] = [];
  #clips = 0;
  readonly #colors = new Map<string, [color: string, opacity: number]>();
  readonly #probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  constructor(width: number, height: number) {
    this.#size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    Object.assign(this, FRESH);
  }

  /** The document. */
  toString(): string {
    const open = this.#groups + this.#saved.reduce((sum, { groups }) => sum + groups, 0);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ${this.#size}>${this.#out.join("\n")}${"</g>".repeat(open)}</svg>\n`;
  }

  // State

  save(): void {
    const state = Object.fromEntries(NAMES.map((name) => [name, this[name]])) as State;
    this.#saved.push({ state, groups: this.#groups });
    this.#groups = 0;
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (!saved) return;
    this.#out.push("</g>".repeat(this.#groups));
    this.#groups = saved.groups;
    Object.assign(this, saved.state);
  }

  translate(x: number, y: number): void {
    this.#open(`transform="translate(${short(x)} ${short(y)})"`);
  }

  clip(): void {
    const id = `clip-${++this.#clips}`;
    this.#out.push(`<clipPath id="${id}"><path d="${this.#path.join("")}"/></clipPath>`);
    this.#open(`clip-path="url(#${id})"`);
  }

  /** What `draw` draws, as a whole translucent and blended. */
  group(opacity: number, blend: string, draw: () => void): void {
    this.save();
    this.globalAlpha = 1;
    this.#open(`opacity="${short(opacity)}"${blend === "normal" ? "" : ` style="mix-blend-mode:${blend}"`}`);
    draw();
    this.restore();
  }

  #open(attributes: string): void {
    this.#out.push(`<g ${attributes}>`);
    this.#groups++;
  }

  // Paths

  beginPath(): void {
    this.#path = [];
  }

  closePath(): void {
    this.#path.push("Z");
  }

  moveTo(x: number, y: number): void {
    if (Number.isFinite(x + y)) this.#path.push(`M${short(x)} ${short(y)}`);
  }

  lineTo(x: number, y: number): void {
    if (!Number.isFinite(x + y)) return;
    this.#path.push(`${this.#path.length > 0 ? "L" : "M"}${short(x)} ${short(y)}`);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const corner = (dx: number, dy: number): string => `a${short(radius)} ${short(radius)} 0 0 1 ${short(dx * radius)} ${short(dy * radius)}`;
    const [across, down] = [width - 2 * radius, height - 2 * radius];
    this.#path.push(
      `M${short(x + radius)} ${short(y)}h${short(across)}${corner(1, 1)}v${short(down)}${corner(-1, 1)}h${short(-across)}${corner(-1, -1)}v${short(-down)}${corner(1, -1)}Z`,
    );
  }

  fill(): void {
    if (this.#path.length > 0) this.#out.push(`<path d="${this.#path.join("")}"${this.#paint("fill", this.fillStyle)}/>`);
  }

  stroke(): void {
    if (this.#path.length === 0) return;
    const ends = `${this.lineJoin === "miter" ? "" : ` stroke-linejoin="${this.lineJoin}"`}${this.lineCap === "butt" ? "" : ` stroke-linecap="${this.lineCap}"`}`;
    this.#out.push(`<path d="${this.#path.join("")}" fill="none"${this.#stroke()}${ends}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#rect(x, y, width, height, this.#paint("fill", this.fillStyle));
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#rect(x, y, width, height, ` fill="none"${this.#stroke()}`);
  }

  clearRect(): void {
    // Nothing has been drawn there yet.
  }

  #rect(x: number, y: number, width: number, height: number, paint: string): void {
    if (!(width > 0 && height > 0 && Number.isFinite(x + y))) return;
    this.#out.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${paint}/>`);
  }

  // Texts

  fillText(text: string, x: number, y: number): void {
    this.#text(text, x, y, this.#paint("fill", this.fillStyle));
  }

  strokeText(text: string, x: number, y: number): void {
    this.#text(text, x, y, ` fill="none"${this.#stroke()} stroke-linejoin="${this.lineJoin}"`);
  }

  measureText(text: string): { width: number } {
    if (!this.#probe) return { width: text.length * 7 };
    this.#probe.font = this.font;
    return this.#probe.measureText(text);
  }

  #text(text: string, x: number, y: number, paint: string): void {
    const [, weight, size, family] = /^(\d+) ([\d.]+)px (.*)$/s.exec(this.font) ?? [];
    // The middle of small letters and figures; few programs know `dominant-baseline`.
    const shift = this.textBaseline === "middle" ? Number(size ?? 10) * 0.35 : 0;
    const anchor = { center: "middle", right: "end", end: "end" }[this.textAlign];
    const face = size ? ` font-family="${escape(family!)}" font-size="${short(Number(size))}" font-weight="${weight}"` : "";
    this.#out.push(`<text x="${short(x)}" y="${short(y + shift)}"${anchor ? ` text-anchor="${anchor}"` : ""}${face}${paint} unicode-bidi="isolate">${escape(text)}</text>`);
  }

  // Pictures

  drawImage(image: HTMLCanvasElement | OffscreenCanvas, ...at: number[]): void {
    const [sx, sy, sw, sh, x, y, width, height] = at.length >= 8 ? at : [0, 0, image.width, image.height, ...at];
    const crop = document.createElement("canvas");
    crop.width = Math.max(Math.ceil(sw!), 1);
    crop.height = Math.max(Math.ceil(sh!), 1);
    crop.getContext("2d")?.drawImage(image, sx!, sy!, sw!, sh!, 0, 0, crop.width, crop.height);
    const sharp = this.imageSmoothingEnabled ? "" : ` image-rendering="pixelated"`;
    const opacity = this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : "";
    this.#out.push(
      `<image x="${short(x!)}" y="${short(y!)}" width="${short(width!)}" height="${short(height!)}" preserveAspectRatio="none"${sharp}${opacity} href="${crop.toDataURL("image/png")}"/>`,
    );
  }

  // Colours

  #stroke(): string {
    return `${this.#paint("stroke", this.strokeStyle)} stroke-width="${short(this.lineWidth)}"`;
  }

  /** As `#rrggbb` and an opacity: other programs know no newer notation. */
  #paint(what: "fill" | "stroke", css: string): string {
    let known = this.#colors.get(css);
    if (!known) {
      known = ["#000000", 1];
      const probe = this.#probe;
      if (probe) {
        probe.clearRect(0, 0, 1, 1);
        probe.fillStyle = "#000";
        probe.fillStyle = css;
        probe.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
        known = [`#${[r!, g!, b!].map((part) => part.toString(16).padStart(2, "0")).join("")}`, a! / 255];
      }
      this.#colors.set(css, known);
    }
    const opacity = known[1] * this.globalAlpha;
    return ` ${what}="${known[0]}"${opacity < 1 ? ` ${what}-opacity="${short(opacity)}"` : ""}`;
  }
}

/** Hundredths are finer than any screen. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text for XML: its signs, and what XML cannot hold. */
function escape(text: string): string {
  const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[\p{Surrogate}\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, "\ufffd").replace(/[&<>"]/g, (sign) => signs[sign]!);
}
