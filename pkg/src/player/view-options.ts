/** What methods of `<timeside-player>` take. */

/** The part of a recording that `analyze()` reads. */
export interface AnalyzeOptions {
  /** Begin in seconds; default 0. */
  start?: number;
  /** Length in seconds; default to the end. */
  duration?: number;
}

/** What `element.snapshot()` takes. */
export interface SnapshotOptions {
  /** `image/png` (default) or `image/svg+xml`. */
  type?: "image/png" | "image/svg+xml";
  /** Width of the picture in its own pixels; default as shown. Sets the scale. */
  width?: number;
  /** Pixels of the picture in a CSS pixel; default that of the screen (of an SVG: 1). */
  scale?: number;
  /** With the legends at the left? Default true. */
  legend?: boolean;
}
