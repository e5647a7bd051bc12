/** What `<timeside-player>` tells, by type: for `addEventListener` and for the types of frameworks. */
import type { TimeSideError } from "../errors.js";
import type { AnalyzerResult, Annotation, ImportReport, Media } from "../types.js";
import type { TimesidePlayer } from "./element.js";
import type { MEDIA_EVENTS } from "./media-contract.js";

/** A stretch of time in seconds. */
export interface TimeRange {
  start: number;
  end: number;
}

/** What `annotationadd` and its like tell: the first annotation of a step, and all of them. */
export interface AnnotationDetail {
  annotation: Annotation;
  annotations: Annotation[];
}

/** What `annotationchange` tells too: the same annotations as they were. */
export interface AnnotationChangeDetail extends AnnotationDetail {
  previous: Annotation;
  previously: Annotation[];
}

/** The events of the house. All bubble and are composed. */
export interface TimesideEventMap {
  /** A recording is open: its information, samples and analyses are there. */
  ready: CustomEvent<{ media: Media }>;
  /** Another part of the recording is shown. Seconds. */
  viewchange: CustomEvent<TimeRange>;
  /** Another stretch is selected; `null` for none. Seconds. */
  selectionchange: CustomEvent<TimeRange | null>;
  /** Layers were added, removed, moved or changed: their ids, in their order. */
  layerchange: CustomEvent<{ layers: string[] }>;
  /** Annotations were added. */
  annotationadd: CustomEvent<AnnotationDetail>;
  /** Annotations were changed; how they were before is told too. */
  annotationchange: CustomEvent<AnnotationChangeDetail>;
  /** Annotations were removed. */
  annotationremove: CustomEvent<AnnotationDetail>;
  /** Other annotations are selected: the one in focus, and how many. */
  annotationselect: CustomEvent<{ annotation: Annotation | null; count: number }>;
  /** Tiers are others, stand elsewhere, or are locked, folded away or shown. */
  annotationtierschange: CustomEvent<null>;
  /** Who annotates, or how annotating behaves, is another: `annotations.author`, `annotations.settings`. */
  annotatingchange: CustomEvent<null>;
  /** What this browser kept of unsaved annotations is there again: when it was kept, and how many steps. */
  annotationsrestored: CustomEvent<{ savedAt: Date; steps: number }>;
  /** The playhead has come into an annotation. */
  annotationenter: CustomEvent<AnnotationDetail>;
  /** The playhead has left an annotation. */
  annotationleave: CustomEvent<AnnotationDetail>;
  /** An analysis goes on: its id, and how much is done, 0 to 1. */
  analysisprogress: CustomEvent<{ id: string; done: number }>;
  /** A result of an analysis has come. */
  analysisresult: CustomEvent<{ result: AnalyzerResult }>;
  /** A file of annotations was read: what was repaired, guessed or lost. */
  importreport: CustomEvent<{ report: ImportReport; count: number }>;
  /** The annotations are now edited in another tab (`true`), or here again. */
  annotationselsewhere: CustomEvent<{ elsewhere: boolean }>;
  /** What another tab has done to the annotations is shown here now. */
  annotationsrefreshed: CustomEvent<null>;
  /** The whole waveform is there, coarse. */
  "peaks-coarse": CustomEvent<unknown>;
  /** The whole waveform is there, complete. */
  "peaks-complete": CustomEvent<unknown>;
  /** Something failed: the cause, in words, with a code. */
  error: CustomEvent<TimeSideError>;
}

/** The events of `<audio>`, dispatched again on the element, and two of the exact engine. None bubbles. */
export type TimesideMediaEventMap = Record<(typeof MEDIA_EVENTS)[number] | "enginechange" | "trackchange", Event>;

/** Every event of `<timeside-player>`. */
export interface TimesidePlayerEventMap
  extends Omit<HTMLElementEventMap, keyof TimesideEventMap | keyof TimesideMediaEventMap>,
    TimesideMediaEventMap,
    TimesideEventMap {}

/** An element that tells these events; what `<timeside-player>` extends. */
export interface PlayerEventTarget extends HTMLElement {
  addEventListener<K extends keyof TimesidePlayerEventMap>(
    type: K,
    listener: (this: TimesidePlayer, event: TimesidePlayerEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof TimesidePlayerEventMap>(
    type: K,
    listener: (this: TimesidePlayer, event: TimesidePlayerEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}
