/** Files that were dropped or chosen: the sound is opened, annotations are taken in. */
import { annotationFormats, parseAnnotations } from "../player-sdk.js";
import type { TimesidePlayer } from "./element.js";

/** What `Media` itself can tell from the name. */
const SOUND = /\.(wav|wave|flac|mp[34]|m4[ab]|aac|og[ga]|opus|aiff?|caf|au|snd|mk[av]|webm|mov)$/i;

export class Received {
  readonly #element: TimesidePlayer;
  readonly #warn: (error: unknown) => void;
  #files: File[] = [];

  constructor(element: TimesidePlayer, warn: (error: unknown) => void) {
    this.#element = element;
    this.#warn = warn;
  }

  /** One of several that come together, in one task. */
  add(file: File): void {
    if (this.#files.push(file) === 1) queueMicrotask(() => void this.#sort(this.#files.splice(0)));
  }

  /** The text of a file of annotations, in whatever format; what is none is told. */
  paste(text: string): void {
    this.#element.annotations.import(text).catch(this.#warn);
  }

  /** The sound first: annotations belong to what is open then. Of several sounds the first is opened. */
  async #sort(files: File[]): Promise<void> {
    const readable = files.every(isSound) ? [] : await this.#extensions();
    const isAnnotation = (file: File): boolean => !isSound(file) && readable.some((ending) => file.name.toLowerCase().endsWith(`.${ending}`));
    const annotations = files.filter(isAnnotation);
    const others = files.filter((file) => !annotations.includes(file));
    const sound = others.find(isSound) ?? (await this.#firstThatIsNone(others));
    // A failure to open is told by the element.
    if (sound) await this.#element.open(sound).catch(() => undefined);
    for (const file of annotations) await this.#element.annotations.import(file).catch(this.#warn);
  }

  /** Names say nothing here: what reads as annotations is taken in, the first that does not is opened as a sound. */
  async #firstThatIsNone(files: File[]): Promise<File | undefined> {
    for (const file of files) {
      if (file.type && !file.type.startsWith("text/")) return file;
      try {
        // Read for the answer alone: to take it in would wait for a recording.
        await parseAnnotations(new Uint8Array(await file.arrayBuffer()), undefined, { name: file.name });
      } catch {
        return file;
      }
      this.#element.annotations.import(file).catch(this.#warn);
    }
    return undefined;
  }

  async #extensions(): Promise<string[]> {
    try {
      const formats = await annotationFormats();
      return formats.filter(({ canRead }) => canRead).flatMap(({ extensions }) => extensions);
    } catch (error) {
      this.#warn(error);
      return [];
    }
  }
}

function isSound(file: File): boolean {
  return /^(audio|video)\//.test(file.type) || SOUND.test(file.name);
}
