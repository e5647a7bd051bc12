/** What has been said of a recording, kept in this browser: the document it began with, and a journal. */
import type { AnnotationDocument } from "../annotation-types.js";

/** One step, as the widget tells it: opaque here. */
export type JournalRecord = object;

type Kept = Pick<AnnotationDocument, "tiers" | "annotations">;

/** What was found. */
export interface Saved {
  base: Kept;
  /** Of the file it began with; another one now is another file. */
  sourceHash: string;
  /** When it was last written, milliseconds since 1970. */
  savedAt: number;
  records: JournalRecord[];
}

const DATABASE = "timeside-annotations";
const DOCUMENTS = "documents";
const RECORDS = "records";
/** A database that does not answer is none. Milliseconds. */
const PATIENCE_MS = 3000;

/** The place of one recording's annotations. */
export class AnnotationStore {
  readonly #database: IDBDatabase;
  readonly #key: string;
  #number = 0;
  #hasBase = false;
  /** Writing has failed; what is not written is told here, once. */
  onfailure: (error: DOMException | null) => void = () => {};

  private constructor(database: IDBDatabase, key: string) {
    this.#database = database;
    this.#key = key;
  }

  /** Rejects where this browser keeps nothing: blocked, private, none. */
  static async open(key: string): Promise<AnnotationStore> {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(DOCUMENTS, { keyPath: "key" });
      opening.result.createObjectStore(RECORDS, { keyPath: ["key", "number"] });
    };
    const database = await Promise.race([
      answer(opening),
      new Promise<never>((_, reject) => setTimeout(() => reject(new DOMException("no answer", "TimeoutError")), PATIENCE_MS)),
    ]);
    // Another tab may bring a newer version.
    database.onversionchange = () => database.close();
    return new AnnotationStore(database, key);
  }

  async read(): Promise<Saved | null> {
    const transaction = this.#database.transaction([DOCUMENTS, RECORDS]);
    const range = IDBKeyRange.bound([this.#key, -Infinity], [this.#key, Infinity]);
    const [document, records] = await Promise.all([
      answer(transaction.objectStore(DOCUMENTS).get(this.#key)) as Promise<Omit<Saved, "records"> | undefined>,
      answer(transaction.objectStore(RECORDS).getAll(range)) as Promise<{ number: number; record: JournalRecord }[]>,
    ]);
    if (!document) return null;
    this.#hasBase = true;
    this.#number = (records.at(-1)?.number ?? -1) + 1;
    return { ...document, records: records.map(({ record }) => record) };
  }

  /**
   * Writes records on their way at once, and with the first of them `base`: what they begin with. Nothing waits for
   * another task, so that a tab that is killed after an edit has handed it over.
   */
  append(records: JournalRecord[], base: () => Kept, sourceHash: string): void {
    this.#write((documents, journal) => {
      const head = { key: this.#key, savedAt: Date.now(), sourceHash };
      if (!this.#hasBase) documents.put({ ...head, base: base() });
      this.#hasBase = true;
      for (const record of records) journal.put({ key: this.#key, number: this.#number++, record });
    });
  }

  /** Puts a document, and what has been done since, in the place of all that was kept. */
  replace(base: Kept, sourceHash: string, since: JournalRecord[] = []): void {
    this.#write((documents, journal) => {
      journal.delete(IDBKeyRange.bound([this.#key, -Infinity], [this.#key, Infinity]));
      documents.put({ key: this.#key, savedAt: Date.now(), sourceHash, base });
      this.#hasBase = true;
      for (const record of since) journal.put({ key: this.#key, number: this.#number++, record });
    });
  }

  /** Forgets all of it. */
  clear(): void {
    this.#write((documents, journal) => {
      journal.delete(IDBKeyRange.bound([this.#key, -Infinity], [this.#key, Infinity]));
      documents.delete(this.#key);
      this.#hasBase = false;
    });
  }

  close(): void {
    this.#database.close();
  }

  #write(work: (documents: IDBObjectStore, journal: IDBObjectStore) => void): void {
    try {
      const transaction = this.#database.transaction([DOCUMENTS, RECORDS], "readwrite");
      transaction.onabort = () => this.onfailure(transaction.error);
      work(transaction.objectStore(DOCUMENTS), transaction.objectStore(RECORDS));
      transaction.commit();
    } catch (error) {
      this.onfailure(error as DOMException);
    }
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
