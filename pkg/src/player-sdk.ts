/** The player's one door to the SDK: `./index.js` stays an import of the bundle, so that a page has one worker. */
export { annotationFormats, configuration, formatAnnotations, open, parseAnnotations, processors, TimeSideError } from "./index.js";
