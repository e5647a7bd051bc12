/** The workbench: the panels of the widget and the pictures of results, fetched when they are first needed. */
import type { AnalyzeOptions } from "./view-options.js";
import { loadWorkbench } from "../player-lazy.js";
import type { AnalyzerResult, AnnotationFile, AnnotationFormat, AnnotationWriteOptions, ProcessorInfo, Results, Step } from "../types.js";
import type { ChartHandle, WorkbenchHandle } from "../../build/workbench/timeside_workbench.js";
import type { TimesidePlayer } from "./element.js";

/** @internal */
export type { ChartHandle, WorkbenchHandle };

/** @internal One call of `analyze()`, or of the `analyzers` attribute. */
export interface RunInfo {
  /** Names it in {@link WorkbenchHost.cancelRun} and the like. */
  key: number;
  /** What was asked for. */
  steps: Step[];
  /** The stretch in seconds, as it was asked for. */
  options: AnalyzeOptions;
  state: "running" | "done" | "cancelled" | "failed";
  /** Share done, 0..1. */
  done: number;
  /** Why it failed. */
  error: unknown;
  /** How long it took, in seconds; `null` until it ends. */
  secs: number | null;
  /** What it gave, once it is done. */
  results: Results | null;
}

/** @internal Something that can be done with a key. */
export interface CommandInfo {
  /** Firm. */
  id: string;
  group: "playback" | "view" | "selection" | "annotation";
  /** In the element's language. */
  name: string;
  /** Its chords now, as `shift+arrowleft` or `mod+z`. */
  keys: string[];
  /** Its chords unless they are changed. */
  own: string[];
}

/**
 * @internal What the panels see of the widget: the element, whose public API and events serve almost everything, and
 * the little that only its own panels may call. `crates/timeside-workbench/src/host.rs` is its mirror.
 */
export interface WorkbenchHost {
  /** Public API and events. */
  readonly element: TimesidePlayer;
  /** The shown panel goes away, and the focus back to what opened it. */
  closePanel(): void;
  /** Another panel, by its id; `subject` is what of it is asked for. */
  openPanel(panel: string, subject?: string): void;
  /** Says a text in the live region. */
  announce(text: string): void;
  /** Every command. Changes are told as `keys`. */
  commands(): CommandInfo[];
  /** Changes keys (ids of commands to chords between spaces), and keeps them in this browser. */
  setKeys(changed: Record<string, string>): void;
  /** A pressed key as commands spell it. */
  chordOf(event: KeyboardEvent): string;
  /** What is selected, in seconds. */
  selection(): { start: number; end: number } | null;
  /** Analyses in the order they were asked for. Changes are told as `runs`. */
  runs(): RunInfo[];
  /** What they gave or will give, as the player's lanes and lists have it. Changes are told as `runs`. */
  results(): { values: ShownValue[]; curves: ShownCurve[] };
  cancelRun(key: number): void;
  removeRun(key: number): void;
  /** What can be run. */
  processors(): Promise<ProcessorInfo[]>;
  /** Formats of annotation files. */
  annotationFormats(): Promise<AnnotationFormat[]>;
  /** The element's annotations as a file, and what the format loses of them. */
  formatAnnotations(format: string, options: AnnotationWriteOptions): Promise<AnnotationFile>;
}

/** @internal A result that is one number, or a few; `here` is false while only room is kept for it. */
export interface ShownValue {
  run: number;
  id: string;
  name: string;
  unit: string;
  text: string;
  here: boolean;
}

/** @internal A result that has a lane. */
export interface ShownCurve {
  run: number;
  id: string;
  name: string;
  unit: string;
}

/** @internal The workbench's code, ready to mount. */
export interface Workbench {
  sheet: CSSStyleSheet;
  mount(root: HTMLElement, host: WorkbenchHost): WorkbenchHandle;
  chart(result: AnalyzerResult): ChartHandle;
}

let loading: Promise<Workbench> | undefined;

/** @internal The workbench; a failure is not kept, so that a later wish tries again. */
export function workbench(): Promise<Workbench> {
  loading ??= loadWorkbench().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
