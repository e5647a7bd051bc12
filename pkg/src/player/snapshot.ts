/** A picture of the widget's lanes, or of its wrapped lines: on a canvas, or as vectors by something that draws as a canvas does. */
import type { SnapshotOptions } from "./view-options.js";
import { TimeSideError } from "../player-sdk.js";
import { refused } from "./layer-settings.js";
import { VectorContext } from "./vector-context.js";
import type { PlayerHandle } from "./joining.js";

/** What both kinds of picture are drawn with. */
type Pen = CanvasRenderingContext2D | VectorContext;

/** Largest side of a picture; browsers make none that is larger. */
const MAX_SIDE = 16_384;

/** Draws what stands in `root`. */
export async function snapshot(root: HTMLElement, handle: PlayerHandle, options: SnapshotOptions): Promise<Blob> {
  const type = options.type ?? "image/png";
  if (type !== "image/png" && type !== "image/svg+xml") throw refused("snapshot", "type", "must be image/png or image/svg+xml");
  const stage = root.querySelector(".stage, .lines");
  const axis = root.querySelector(".axis") ?? stage;
  if (!stage || !axis) throw new TimeSideError("not-found", "There is no picture yet: wait for ready, or open a recording.");
  const whole = windowOf(stage);
  const time = axis.getBoundingClientRect();
  const hasLegend = options.legend !== false;
  const box = hasLegend ? whole : new DOMRect(time.left, whole.top, time.width, whole.height);
  const scale = scaleOf(options, box.width, type);
  const [width, height] = [Math.round(box.width * scale), Math.round(box.height * scale)];
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE)) {
    throw refused("snapshot", "width", `makes a picture of ${width} × ${height} pixels; each side may have ${MAX_SIDE} at most`);
  }
  const canvas = type === "image/png" ? new OffscreenCanvas(width, height) : undefined;
  const pen = (canvas ? canvas.getContext("2d") : new VectorContext(width, height)) as Pen | null;
  if (!pen) throw new TimeSideError("out-of-memory", `A picture of ${width} × ${height} pixels cannot be made.`);
  draw({ pen, stage, handle, box, scale, hasLegend });
  if (canvas) return canvas.convertToBlob({ type });
  return new Blob([(pen as VectorContext).toString()], { type });
}

/** Where an element is in the window, without its border and scroll bar. */
function windowOf(element: Element): DOMRect {
  const box = element.getBoundingClientRect();
  // All else may have edges between pixels.
  if (!element.matches(".lines")) return box;
  const { left, top } = box;
  return new DOMRect(left + element.clientLeft, top + element.clientTop, element.clientWidth, element.clientHeight);
}

function scaleOf({ width, scale }: SnapshotOptions, shown: number, type: string): number {
  const isGood = (value: number | undefined): boolean => value === undefined || (Number.isFinite(value) && value > 0);
  if (!isGood(width)) throw refused("snapshot", "width", "must be a number of pixels above 0");
  if (!isGood(scale)) throw refused("snapshot", "scale", "must be a number above 0");
  if (width !== undefined) return width / shown;
  return scale ?? (type === "image/png" ? devicePixelRatio : 1);
}

interface Drawing {
  pen: Pen;
  stage: Element;
  handle: PlayerHandle;
  /** What of the window is drawn. */
  box: DOMRect;
  /** Pixels in a CSS pixel. */
  scale: number;
  hasLegend: boolean;
}

function draw(drawing: Drawing): void {
  const { pen, stage, box, scale, hasLegend } = drawing;
  const place = (element: Element): DOMRect => {
    const at = element.getBoundingClientRect();
    return new DOMRect((at.left - box.left) * scale, (at.top - box.top) * scale, at.width * scale, at.height * scale);
  };
  pen.fillStyle = getComputedStyle(stage).backgroundColor;
  pen.fillRect(0, 0, box.width * scale, box.height * scale);
  for (const canvas of stage.querySelectorAll<HTMLCanvasElement>("canvas")) drawCanvas(drawing, canvas, place(canvas));
  const line = getComputedStyle(stage.closest(".player") ?? stage).borderTopColor;
  for (const lane of stage.querySelectorAll(".lane, .ruler")) {
    const at = place(lane);
    pen.fillStyle = line;
    pen.fillRect(0, at.bottom - scale, box.width * scale, scale);
    if (hasLegend) for (const entry of lane.querySelectorAll(".legend")) drawLegend(drawing, entry, place);
  }
  const tiers = stage.querySelector(".tiers");
  if (tiers && hasLegend) {
    const at = place(tiers);
    pen.save();
    pen.beginPath();
    pen.rect(at.x, at.y, at.width, at.height);
    pen.clip();
    for (const tier of tiers.querySelectorAll(".tier-legend")) drawTier(drawing, tier, place);
    pen.restore();
  }
  drawOverlays(drawing, place);
}

function drawCanvas({ pen, stage, handle, scale }: Drawing, canvas: HTMLCanvasElement, at: DOMRect): void {
  if (at.width < 1 || at.height < 1) return;
  let opacity = 1;
  let blend = "normal";
  const clip = new DOMRect(at.x, at.y, at.width, at.height);
  const polygons: [number, number][][] = [];
  for (let element: Element | null = canvas; element && element !== stage; element = element.parentElement) {
    const style = getComputedStyle(element);
    opacity *= Number(style.opacity);
    if (style.mixBlendMode !== "normal") blend = style.mixBlendMode;
    const corners = /^polygon\((.*)\)$/.exec(style.clipPath)?.[1];
    if (corners !== undefined) polygons.push(cornersOf(corners, at, scale));
    const right = /^inset\(\S+ ([\d.]+)px/.exec(style.clipPath)?.[1];
    if (right !== undefined) clip.width = Math.max(at.width - Number(right) * scale, 0);
  }
  if (opacity === 0 || clip.width === 0) return;
  pen.save();
  pen.globalCompositeOperation = (blend === "normal" ? "source-over" : blend) as GlobalCompositeOperation;
  pen.beginPath();
  pen.rect(clip.x, clip.y, clip.width, clip.height);
  pen.clip();
  for (const corners of polygons) {
    pen.beginPath();
    for (const [x, y] of corners) pen.lineTo(x, y);
    pen.closePath();
    pen.clip();
  }
  pen.translate(at.x, at.y);
  if (opacity === 1 && blend === "normal" && handle.paintInto(canvas, pen, scale)) {
    pen.restore();
    return;
  }
  // A painter sets its own opacity: what is translucent as a whole is drawn apart.
  pen.globalAlpha = opacity;
  if (pen instanceof VectorContext) {
    pen.group(opacity, blend, () => {
      if (!handle.paintInto(canvas, pen, scale)) pen.drawImage(canvas, 0, 0, canvas.width, canvas.height, 0, 0, at.width, at.height);
    });
  } else {
    const apart = new OffscreenCanvas(Math.max(Math.round(at.width), 1), Math.max(Math.round(at.height), 1));
    const context = apart.getContext("2d");
    const isPainted = context !== null && handle.paintInto(canvas, context, scale);
    pen.drawImage(isPainted ? apart : canvas, 0, 0, at.width, at.height);
  }
  pen.restore();
}

/** Corners of a `polygon()` of CSS on a box. */
function cornersOf(corners: string, box: DOMRect, scale: number): [number, number][] {
  return corners.split(",").map((corner) => {
    const [x = 0, y = 0] = corner.trim().split(/\s+/).map((side, i) => {
      const value = Number.parseFloat(side);
      return side.endsWith("%") ? (value / 100) * (i === 0 ? box.width : box.height) : value * scale;
    });
    return [box.x + x, box.y + y];
  });
}

/** Name and colour of a tier, on the ground that it has over a narrow picture. */
function drawTier(drawing: Drawing, tier: Element, place: (element: Element) => DOMRect): void {
  const { pen, scale } = drawing;
  const at = place(tier);
  const style = getComputedStyle(tier);
  pen.fillStyle = style.backgroundColor;
  pen.fillRect(at.x, at.y, at.width, at.height);
  if (Number.parseFloat(style.borderBottomWidth) > 0) {
    pen.fillStyle = style.borderBottomColor;
    pen.fillRect(at.x, at.bottom - scale, at.width, scale);
  }
  drawLegend(drawing, tier, place);
}

function drawLegend({ pen, scale }: Drawing, legend: Element, place: (element: Element) => DOMRect): void {
  const room = place(legend);
  pen.save();
  pen.beginPath();
  pen.rect(room.x, room.y, room.width, room.height);
  pen.clip();
  for (const swatch of legend.querySelectorAll<HTMLElement>(".swatch:not(.none)")) {
    const at = place(swatch);
    pen.fillStyle = getComputedStyle(swatch).backgroundColor;
    pen.fillRect(at.x, at.y, at.width, at.height);
  }
  for (const text of legend.querySelectorAll<HTMLElement>(".legend-name, .legend-value, .legend-detail, .tier-name, .tier-nature")) {
    if (!text.textContent) continue;
    const at = place(text);
    if (at.width < 1) continue;
    const style = getComputedStyle(text);
    const size = Number.parseFloat(style.fontSize) * scale;
    pen.fillStyle = style.color;
    pen.font = `${style.fontWeight} ${size}px ${style.fontFamily}`;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    const line = Number.parseFloat(style.lineHeight) * scale || size * 1.4;
    linesOf(pen, text.textContent, at.width, Math.max(Math.round(at.height / line), 1))
      .forEach((words, i) => pen.fillText(words, at.x, at.y + line * (i + 0.5)));
  }
  pen.restore();
}

/** Words broken into lines as the legend does; the last line ends in … where there is more. */
function linesOf(pen: Pen, text: string, width: number, most: number): string[] {
  const fits = (words: string): boolean => pen.measureText(words).width <= width + 1;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const shown = lines.slice(0, most);
  let last = shown.at(-1) ?? "";
  const isCut = lines.length > most || !fits(last);
  if (isCut) {
    while (last && !fits(`${last}…`)) last = [...last].slice(0, -1).join("");
    shown[shown.length - 1] = `${last}…`;
  }
  return shown;
}

/** Selection and playhead. */
function drawOverlays({ pen, stage, scale }: Drawing, place: (element: Element) => DOMRect): void {
  const axis = stage.querySelector(".axis");
  pen.save();
  if (axis) {
    const at = place(axis);
    pen.beginPath();
    pen.rect(at.x, at.y, at.width, at.height);
    pen.clip();
  }
  const selection = stage.querySelector(".selection");
  if (selection) {
    const at = place(selection);
    const style = getComputedStyle(selection);
    pen.fillStyle = style.backgroundColor;
    pen.fillRect(at.x, at.y, at.width, at.height);
    pen.fillStyle = style.borderInlineStartColor;
    pen.fillRect(at.x, at.y, scale, at.height);
    pen.fillRect(at.right - scale, at.y, scale, at.height);
  }
  const playhead = stage.querySelector(".playhead:not(.away)");
  if (playhead) {
    const at = place(playhead);
    const line = getComputedStyle(playhead, "::before");
    const top = (Number.parseFloat(line.top) || 0) * scale;
    pen.fillStyle = line.backgroundColor;
    pen.fillRect(at.x + at.width / 2 - scale / 2, at.y + top, scale, at.height - top);
  }
  pen.restore();
}
