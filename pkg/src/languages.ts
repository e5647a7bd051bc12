/** The languages that come with the package; each is fetched when an element speaks it. To add one: a file in `lang`,
 * a line here, and one in the build's list of entries. */
import type { Words } from "./player/given-languages.js";

const LOADERS: Record<string, () => Promise<{ default: Words }>> = {
  ar: () => import("./lang/ar.js"),
  de: () => import("./lang/de.js"),
  es: () => import("./lang/es.js"),
  fr: () => import("./lang/fr.js"),
  zh: () => import("./lang/zh.js"),
};

/** Words of a BCP 47 tag or of its language; `null` is English. What could not be fetched is fetched anew by a later call. */
export async function packagedWords(tag: string): Promise<Words | null> {
  const load = LOADERS[tag.toLowerCase().split("-")[0]!];
  return load ? (await load()).default : null;
}
