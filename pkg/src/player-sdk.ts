/**
 * The door to the SDK of what comes with the widget: `./index.js` stays an import of the bundles, so that a page has one
 * worker. The element itself, which plays before any of that has arrived, asks `player-lazy`.
 */
export { annotationFormats, configuration, formatAnnotations, parseAnnotations, processors, TimeSideError } from "./index.js";
