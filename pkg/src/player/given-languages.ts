/** Languages that the page brings itself. */

/** Words of one language by their names, as in `src/lang/fr.ts`; what is missing is said in English. */
export interface Words {
  /** Of the player. */
  player?: Record<string, string>;
  /** Of the panels. */
  workbench?: Record<string, string>;
}

const given = new Map<string, Words>();
const told = new Set<() => void>();

const FIRST_WAIT_MS = 2_000;
const LAST_WAIT_MS = 300_000;
let waitMs = FIRST_WAIT_MS;
let waiting: ReturnType<typeof setTimeout> | undefined;

/**
 * Adds a language, or other words for one that is there: `addLanguage("oc", { player: { play: "Legir" } })`. Elements
 * whose `lang` (their own, or that of the part of the page they stand in) is `tag` speak it at once.
 */
export function addLanguage(tag: string, words: Words): void {
  given.set(tag.toLowerCase(), words);
  for (const tell of told) tell();
}

/** @internal Words that the page gave. */
export const givenWords = (tag: string): Words | undefined => given.get(tag.toLowerCase());

/** @internal Words could not be fetched: all are told again after a while, ever more seldom, or when the network is back. */
export function tellAgain(): void {
  if (waiting !== undefined) return;
  const again = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    removeEventListener("online", again);
    for (const tell of told) tell();
  };
  waiting = setTimeout(again, waitMs);
  waitMs = Math.min(2 * waitMs, LAST_WAIT_MS);
  addEventListener("online", again);
}

/** @internal Tells `tell` of added languages until the answer is called. */
export function watchLanguages(tell: () => void): () => void {
  told.add(tell);
  return () => void told.delete(tell);
}
