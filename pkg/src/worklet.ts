/** The audio thread of exact playback: loaded by `AudioWorklet.addModule`, never imported. */
import { register } from "./exact/processor.js";

register();
