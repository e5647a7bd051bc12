/** Files of annotations, read and written by the engine. */
import type { AnnotationDocument, AnnotationFile, AnnotationFormat, AnnotationReadOptions, AnnotationWriteOptions } from "./annotation-types.js";
import { client } from "./client.js";
import { badParameter } from "./errors.js";

/** The formats of annotations that can be read and written. */
export async function annotationFormats(): Promise<AnnotationFormat[]> {
  const { event } = await client.ask("annotation-formats", (request) => ({ type: "annotation-formats", request }), { what: "annotationFormats" });
  return event.formats;
}

/**
 * Reads a file of annotations. Without `format` (an id of {@link annotationFormats}, an extension or a MIME type) its
 * content decides, then `options.name`. What could be repaired is, and stands in `report`: ids are unique, times finite,
 * not before 0 and in order; every annotation has a tier.
 *
 * @throws {TimeSideError} `bad-annotations` with the cause, and the line where there is one; `bad-parameter` for an
 * unknown format or option; `out-of-memory` for a file of more than 128 MiB
 */
export async function parseAnnotations(bytes: Uint8Array | string, format?: string, options: AnnotationReadOptions = {}): Promise<AnnotationDocument> {
  const call = "parseAnnotations";
  if (typeof bytes !== "string" && !(bytes instanceof Uint8Array)) throw badParameter(call, "bytes", "must be a Uint8Array or a text");
  if (format !== undefined && typeof format !== "string") throw badParameter(call, "format", "must be a text, or left out");
  // A text has no lone surrogates in UTF-8: the encoder replaces them.
  const given = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const plain = plainObject(call, "options", options);
  const { event, arrays } = await client.ask(
    "annotations",
    (request) => ({ type: "parse-annotations", request, options: plain, ...(format !== undefined && { format }) }),
    { bytes: given, what: call },
  );
  return JSON.parse(new TextDecoder().decode(arrays[event.document] as Uint8Array<ArrayBuffer>)) as AnnotationDocument;
}

/**
 * Writes annotations as a file. `document` needs `annotations`; `tiers` and `report` may be missing. What the format
 * cannot hold stands in `report.lost`, counted; what had to be repaired first in `report.warnings`.
 *
 * @throws {TimeSideError} `bad-annotations` naming the annotation that is none; `bad-parameter` for an unknown format
 * or option
 */
export async function formatAnnotations(
  document: Pick<AnnotationDocument, "annotations"> & Partial<AnnotationDocument>,
  format: string,
  options: AnnotationWriteOptions = {},
): Promise<AnnotationFile> {
  const call = "formatAnnotations";
  if (typeof format !== "string") throw badParameter(call, "format", "must be a text");
  const { tiers, annotations } = Object(document) as Partial<AnnotationDocument>;
  if (!Array.isArray(annotations) || (tiers !== undefined && !Array.isArray(tiers))) {
    throw badParameter(call, "document", "must have a list `annotations`, and may have a list `tiers`");
  }
  const plain = plainObject(call, "options", options);
  const bytes = new TextEncoder().encode(jsonOf(call, "document", { tiers, annotations }));
  const { event, arrays } = await client.ask("annotation-file", (request) => ({ type: "format-annotations", request, format, options: plain }), { bytes, what: call });
  const { extension, mimeType, report } = event;
  return { bytes: arrays[event.data] as Uint8Array<ArrayBuffer>, extension, mimeType, report };
}

/** Options as data that the engine can read, whatever was passed. */
function plainObject(call: string, name: string, given: unknown): object {
  const plain: unknown = typeof given === "object" && given !== null ? JSON.parse(jsonOf(call, name, given)) : undefined;
  if (typeof plain !== "object" || plain === null || Array.isArray(plain)) throw badParameter(call, name, "must be an object");
  return plain;
}

function jsonOf(call: string, name: string, given: unknown): string {
  try {
    return JSON.stringify(given);
  } catch (cause) {
    throw badParameter(call, name, `must be plain data: ${String(cause)}`);
  }
}
