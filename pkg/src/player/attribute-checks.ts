/** Says on the console, once, which attribute of an element makes no sense. Comes with the widget: nothing hurries. */
import { processors } from "../player-sdk.js";

/** What is expected, if the text is not that. */
type Check = (text: string, unknownLayers: (text: string) => string) => string | undefined | Promise<string | undefined>;

const oneOf =
  (...words: string[]): Check =>
  (text) =>
    words.includes(text.toLowerCase()) ? undefined : `is one of ${words.filter(Boolean).join(", ")}`;

const number =
  (fits: (value: number) => boolean, expected: string): Check =>
  (text) =>
    text.trim() !== "" && Number.isFinite(Number(text)) && fits(Number(text)) ? undefined : expected;

const address: Check = (text) => (URL.canParse(text, document.baseURI) ? undefined : "is an address");
const secs = number((value) => value >= 0, "is a time in seconds from 0");
const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

const CHECKS: Record<string, Check> = {
  src: address,
  peaks: address,
  annotations: address,
  preload: oneOf("none", "metadata", "auto", ""),
  crossorigin: oneOf("anonymous", "use-credentials", ""),
  engine: oneOf("auto", "media", "exact"),
  theme: oneOf("auto", "light", "dark"),
  autosave: oneOf("on", "off", ""),
  ruler: oneOf("time", "frames", "clock", "beats"),
  wrap: (text) => (text === "" || Number(text) > 0 ? undefined : "is a number of seconds above 0"),
  volume: number((value) => value >= 0 && value <= 1, "is a number from 0 to 1"),
  playbackrate: number((value) => value >= 0.0625 && value <= 16, "is a number from 0.0625 to 16"),
  start: secs,
  end: secs,
  zoom: number((value) => value > 0, "is a number above 0"),
  hotkeys: (text) => (wordsOf(text).every((word) => /^no./i.test(word)) ? undefined : "is a list of keys, each after `no`, such as `nospace nok`"),
  lang: (text) => {
    try {
      Intl.getCanonicalLocales(text || "en");
      return undefined;
    } catch {
      return "is a language tag, such as `fr` or `zh-Hant`";
    }
  },
  layers: (text, unknownLayers) => (unknownLayers(text) ? `names layers; there is none called ${unknownLayers(text)}` : undefined),
  async analyzers(text) {
    const known = new Set((await processors().catch(() => [])).map(({ id }) => id));
    const unknown = wordsOf(text).filter((id) => !known.has(id));
    return known.size > 0 && unknown.length > 0 ? `names analyzers; there is none called ${unknown.join(", ")}` : undefined;
  },
};

/** Looks at one attribute of an element, and warns of it. */
export async function checkAttribute(element: Element, name: string, unknownLayers: (text: string) => string): Promise<void> {
  const text = element.getAttribute(name);
  // A processor's id stands for its results, which are layers once they have come.
  const steps = wordsOf(element.getAttribute("analyzers") ?? "");
  const unknown = (words: string): string => wordsOf(unknownLayers(words)).filter((word) => !steps.includes(word)).join(" ");
  const expected = text === null ? undefined : await CHECKS[name]?.(text, unknown);
  if (expected === undefined) return;
  const shown = text!.length > 40 ? `${text!.slice(0, 40)}…` : text;
  console.warn(`<${element.localName} ${name}="${shown}">: ${name} ${expected}. What does not fit is left out.`);
}
