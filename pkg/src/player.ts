/** Defines `<timeside-player>` and `<timeside-chart>`. Importing it under Node is harmless. */
import { TimesideChart } from "./player/chart.js";
import { TimesidePlayer } from "./player/element.js";

export { addLanguage, type Words } from "./player/given-languages.js";
export { TimesideChart, TimesidePlayer };
export type {
  AnnotationChangeDetail,
  AnnotationDetail,
  PlayerEventTarget,
  TimeRange,
  TimesideEventMap,
  TimesideMediaEventMap,
  TimesidePlayerEventMap,
} from "./player/events.js";
export type {
  AnnotatingChanges, AnnotatingSettings, AnnotationChange, AnnotationEdit, AnnotationImportOptions, AnnotationPatch, AnnotationQuery, Annotations, ListedTier, NewAnnotation, SnapSettings, Tiers,
} from "./player/annotation-types.js";
export type { AssignedAnnotations } from "./player/annotation-assign.js";
export type { LayerItem, LayerKind, LayerOptions, LayerSettings, SpectrogramSettings } from "./player/layer-settings.js";
export type { LayerInfo, Layers } from "./player/layers.js";
export type { Playback, RulerUnit, Sonified, SonifyOptions } from "./player/playback.js";
export type { FollowMode, PlayerSource, View } from "./player/shown.js";
export type { EngineWish } from "./player/sound.js";
export type { AnalyzeOptions, SnapshotOptions } from "./player/view-options.js";

if (typeof customElements !== "undefined") {
  if (!customElements.get("timeside-player")) customElements.define("timeside-player", TimesidePlayer);
  if (!customElements.get("timeside-chart")) customElements.define("timeside-chart", TimesideChart);
}
