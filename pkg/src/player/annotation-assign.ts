/** `element.annotations = […]`: a page's own state, as frameworks assign it, becomes the few edits that lead there. */
import { TimeSideError } from "../player-sdk.js";
import type { Annotation, AnnotationDocument, Tier } from "../types.js";
import type { AnnotationEdit, AnnotationPatch, Annotations } from "./annotation-types.js";

/** What a page may assign: annotations, each with an id of its own, alone or with their tiers. */
export type AssignedAnnotations = readonly Annotation[] | Partial<Pick<AnnotationDocument, "tiers" | "annotations">>;

/** An assigned value as a document. */
export function documentOf(given: AssignedAnnotations): { tiers: Tier[] | undefined; annotations: Annotation[] } {
  const { tiers, annotations = [] } = Array.isArray(given) ? { annotations: given as Annotation[] } : (given as Partial<AnnotationDocument>);
  const ids = new Set<string>();
  for (const { id } of annotations) {
    const reason = typeof id !== "string" || id === "" ? "each needs an id" : ids.has(id) ? `two of them have the id ${id}` : undefined;
    if (reason) throw new TimeSideError("bad-annotations", `annotations: ${reason}, so that the next value can be compared with this one`, { reason: "duplicate-id" });
    ids.add(id);
  }
  return { tiers, annotations };
}

const PLAIN = ["label", "low", "high", "value", "confidence", "author"] as const;
const EMPTY = { label: "" } as const;

/** The edits that make of what is there what is given. Times count as equal within `secs`. */
export function editsTowards(here: Annotations, given: AssignedAnnotations, secs: number): AnnotationEdit[] {
  const { tiers, annotations } = documentOf(given);
  const wanted = new Set(annotations.map(({ id }) => id));
  const gone = here.list().filter(({ id }) => !wanted.has(id));
  const edits: AnnotationEdit[] = gone.length ? [{ remove: gone.map(({ id }) => id) }] : [];
  const known = new Map(here.tiers.list().map((tier) => [tier.id, tier]));
  for (const tier of tiers ?? []) {
    const before = known.get(tier.id);
    known.delete(tier.id);
    if (!before) edits.push({ addTier: tier });
    else {
      const { id, ...fields } = tier;
      const patch = Object.fromEntries(Object.entries(fields).filter(([name, value]) => !same(value, before[name as keyof Tier])));
      if (Object.keys(patch).length) edits.push({ updateTier: id, patch });
    }
  }
  for (const annotation of annotations) {
    const before = here.get(annotation.id);
    if (!before) {
      edits.push({ add: annotation });
      continue;
    }
    const patch = differences(before, annotation, secs);
    if (Object.keys(patch).length) edits.push({ update: annotation.id, patch });
  }
  if (tiers) for (const id of known.keys()) edits.push({ removeTier: id });
  return edits;
}

function differences(before: Annotation, now: Annotation, secs: number): AnnotationPatch {
  const patch: AnnotationPatch = {};
  for (const name of ["start", "end"] as const) if (Math.abs((now[name] ?? now.start) - before[name]) > secs) patch[name] = now[name] ?? now.start;
  if (now.tier !== undefined && now.tier !== before.tier) patch.tier = now.tier;
  for (const name of PLAIN) {
    const usual = name in EMPTY ? "" : null;
    if ((now[name] ?? usual) !== (before[name] ?? usual)) Object.assign(patch, { [name]: now[name] ?? usual });
  }
  if (!same(now.attributes ?? {}, before.attributes ?? {})) patch.attributes = now.attributes ?? {};
  return patch;
}

/** Equal as data, whatever the order of names. */
function same(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): unknown =>
    value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1))) : value;
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}
