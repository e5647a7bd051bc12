/** The language an element speaks. */
import { givenWords, tellAgain } from "./given-languages.js";
import { type PlayerHandle, widget } from "./joining.js";

/** @internal Says everything in the language of the element, or of where it stands. */
export function speak(element: HTMLElement, handle: () => PlayerHandle | undefined): void {
  const tagOf = () => element.closest<HTMLElement>("[lang]")?.lang ?? "";
  const tag = tagOf();
  const given = givenWords(tag);
  handle()?.setLanguage(tag, given);
  if (given || !handle()) return;
  widget()
    .then(({ words }) => words(tag))
    .then(
      (words) => words && tagOf() === tag && handle()?.setLanguage(tag, words),
      // Without its words (offline) it goes on in English, until they can be had.
      tellAgain,
    );
}
