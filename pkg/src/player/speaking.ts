/** The language an element speaks. */
import { givenWords } from "./given-languages.js";
import { type PlayerHandle, widget } from "./joining.js";

/** @internal Says everything in the language of the element, or of where it stands. */
export function speak(element: HTMLElement, handle: PlayerHandle | undefined): void {
  const tagOf = () => element.closest<HTMLElement>("[lang]")?.lang ?? "";
  const tag = tagOf();
  const given = givenWords(tag);
  handle?.setLanguage(tag, given);
  if (given) return;
  // Without its words (offline) it goes on in English.
  const asked = widget().then(({ words }) => words(tag)).catch(() => null);
  void asked.then((words) => words && tagOf() === tag && handle?.setLanguage(tag, words));
}
