/** Annotations and the files that hold them. */
import type { Warning } from "./types.js";

/** Something said of a place in a recording. */
export interface Annotation {
  /** Unique in its document. */
  id: string;
  /** The id of its tier; without it the first. */
  tier?: string;
  /** Begin in seconds. */
  start: number;
  /** End in seconds; equal to `start` for a point. */
  end: number;
  /** What is said: text, never markup. */
  label: string;
  /** Lower edge of a box in Hz. */
  low?: number;
  /** Upper edge of a box in Hz. */
  high?: number;
  /** A measured value, such as a note's pitch. */
  value?: number;
  /** How sure its author is, 0 to 1. */
  confidence?: number;
  /** A person, or a processor's id. */
  author?: string;
  /** Whatever else is known, by name. */
  attributes?: Record<string, string>;
}

/** A row of annotations of one kind. */
export interface Tier {
  /** Unique in its document. */
  id: string;
  /** As shown. */
  name: string;
  kind: "spans" | "points" | "boxes" | "notes" | "text";
  /** What its annotations may not do; without it they are free. */
  rule?: "free" | "no-overlap" | "partition";
  /** The id of the tier that it divides further. */
  parent?: string;
  /** A CSS colour; without it the player chooses. */
  color?: string;
  /** The labels it admits, in the order of their keys; without it any. */
  vocabulary?: string[];
}

/** What reading a file, or writing one, changed. */
export interface ImportReport {
  /** The format's id. */
  format: string;
  /** What was wrong and has been repaired, or was left out. */
  warnings: Warning[];
  /** What the file did not say and the reader decided. */
  guessed: Warning[];
  /** What the other side cannot hold. */
  lost: Warning[];
}

/** The annotations of one recording. */
export interface AnnotationDocument {
  /** Top down. */
  tiers: Tier[];
  /** In no particular order. */
  annotations: Annotation[];
  /** How reading went. */
  report: ImportReport;
}

/** A file format of annotations. */
export interface AnnotationFormat {
  /** Word for it in calls. */
  id: string;
  /** Its full name. */
  name: string;
  /** What it holds, and who reads it. */
  description: string;
  /** File name extensions without the dot, the usual one first. */
  extensions: string[];
  /** MIME types, the usual one first. */
  mimeTypes: string[];
  canRead: boolean;
  canWrite: boolean;
}

/** What is known of a file of annotations before it is read. */
export interface AnnotationReadOptions {
  /** File name: its extension helps to tell the format, its stem names the tier where the file names none. */
  name?: string;
  /** Length of the medium in seconds: what lies past it is clipped. */
  duration?: number;
  /** Rate of the medium in Hz, for files whose times are samples. */
  sampleRate?: number;
  /** Keep the intervals of a TextGrid that have no text; without it they are gaps. */
  keepEmpty?: boolean;
  /** Labels of an Audacity file are `tier|label`. */
  tierPrefix?: boolean;
}

/** How a file of annotations is to be written. */
export interface AnnotationWriteOptions {
  /** Length of the medium in seconds: where the tiers of a TextGrid end. */
  duration?: number;
  /** Rate of the medium in Hz: JSON then has frames. */
  sampleRate?: number;
  /** Name or address of the medium, for JSON. */
  media?: string;
  /** Only the tiers of these ids; without it all. */
  tiers?: string[];
  /** TextGrid in its short form. */
  short?: boolean;
  /** Audacity's labels as `tier|label`. */
  tierPrefix?: boolean;
  /** WebVTT with `Kind: metadata`: the text of a cue is JSON, and only the tiers' settings are lost. */
  metadata?: boolean;
  /** CSV between `;`, with decimal commas. */
  decimalComma?: boolean;
  /** CSV in which no cell begins a formula: where one would, an apostrophe stands before it. */
  guardFormulas?: boolean;
  /** CSV and SRT begin with a byte order mark, which some programs need to see UTF-8. */
  byteOrderMark?: boolean;
}

/** Annotations as a file. */
export interface AnnotationFile {
  bytes: Uint8Array<ArrayBuffer>;
  /** File name extension, without the dot. */
  extension: string;
  mimeType: string;
  /** What was repaired, and what the format cannot hold. */
  report: ImportReport;
}
