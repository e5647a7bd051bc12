import type { InfoData, Source } from "./protocol.js";

/** RFC 6381 names of codecs, where a browser tells them apart within a container. */
const CODECS: Readonly<Record<string, string>> = { aac: "mp4a.40.2", opus: "opus", vorbis: "vorbis", flac: "flac", alac: "alac" };
/** What WAV may hold and no browser plays. */
const UNPLAYABLE = /^pcm_f64/;

/** Whether this browser's `<audio>` says it can play a medium. It only ever says perhaps. */
export function playable(source: Source, { mimeType, codec, container, decodedBy }: InfoData): boolean {
  if ((source.kind === "samples" && decodedBy !== "browser") || source.kind === "live" || typeof document === "undefined" || !mimeType || UNPLAYABLE.test(codec)) return false;
  const name = container === "mp4" || container === "ogg" ? CODECS[codec] : undefined;
  const type = mimeType.split(";")[0] ?? "";
  return document.createElement("audio").canPlayType(name ? `${type}; codecs="${name}"` : type) !== "";
}
