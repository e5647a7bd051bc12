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
  /** When `base` was written, milliseconds since 1970: which edition it is. */
  savedAt: number;
  records: JournalRecord[];
}

interface KeptRecord {
  key: string;
  number: number;
  record: JournalRecord;
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
  /**
   * Of the next record: they follow each other by whole numbers, each writer's with a fraction of its own. A tab that has
   * slept does not know yet that another one writes; neither may overwrite what the other has written.
   */
  #number = crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
  /** Of the records that this document has. */
  readonly #known = new Set<number>();
  #savedAt = 0;
  /** Writing has failed; what is not written is told here, once. */
  onfailure: (error: DOMException | null) => void = () => {};
  /** Something is written, and others can read it. */
  onwritten: () => void = () => {};

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

  /** Which document the records go on from; 0 is none. Another one is another edition. */
  get edition(): number {
    return this.#savedAt;
  }

  async read(): Promise<Saved | null> {
    const transaction = this.#database.transaction([DOCUMENTS, RECORDS]);
    const [document, records] = await Promise.all([
      answer(transaction.objectStore(DOCUMENTS).get(this.#key)) as Promise<Omit<Saved, "records"> | undefined>,
      answer(transaction.objectStore(RECORDS).getAll(this.#all)) as Promise<KeptRecord[]>,
    ]);
    if (!document) return null;
    this.#savedAt = document.savedAt;
    return { ...document, records: records.map((one) => this.#learn(one)) };
  }

  /** Records that others have written since. */
  async news(): Promise<JournalRecord[]> {
    const journal = this.#database.transaction(RECORDS).objectStore(RECORDS);
    const keys = (await answer(journal.getAllKeys(this.#all))) as [string, number][];
    const unknown = keys.filter(([, number]) => !this.#known.has(number));
    const records = (await Promise.all(unknown.map((key) => answer(journal.get(key))))) as KeptRecord[];
    return records.map((one) => this.#learn(one));
  }

  /**
   * Writes records on their way at once, and with the first of them `base`: what they begin with. Nothing waits for
   * another task, so that a tab that is killed after an edit has handed it over.
   */
  append(records: JournalRecord[], base: () => Kept, sourceHash: string): void {
    this.#write((documents, journal) => {
      if (!this.#savedAt) {
        this.#savedAt = Date.now();
        // Where a tab that has slept comes late, what another one began with stays.
        const adding = documents.add({ key: this.#key, savedAt: this.#savedAt, sourceHash, base: base() });
        adding.onerror = (event) => {
          event.preventDefault();
          event.stopPropagation();
        };
      }
      this.#append(journal, records);
    });
  }

  /** Puts a document, and what has been done since, in the place of all that was kept. */
  replace(base: Kept, sourceHash: string, since: JournalRecord[] = []): void {
    this.#write((documents, journal) => {
      journal.delete(this.#all);
      this.#savedAt = Date.now();
      documents.put({ key: this.#key, savedAt: this.#savedAt, sourceHash, base });
      this.#append(journal, since);
    });
  }

  /** Forgets all of it. */
  clear(): void {
    this.#write((documents, journal) => {
      journal.delete(this.#all);
      documents.delete(this.#key);
      this.#savedAt = 0;
    });
  }

  close(): void {
    this.#database.close();
  }

  get #all(): IDBKeyRange {
    return IDBKeyRange.bound([this.#key, -Infinity], [this.#key, Infinity]);
  }

  #append(journal: IDBObjectStore, records: JournalRecord[]): void {
    for (const record of records) {
      const one = { key: this.#key, number: this.#number, record };
      journal.put(one);
      this.#learn(one);
    }
  }

  /** This document has it; what comes next has a higher number. */
  #learn({ number, record }: KeptRecord): JournalRecord {
    this.#known.add(number);
    this.#number = Math.max(this.#number, Math.floor(number) + 1 + (this.#number % 1));
    return record;
  }

  #write(work: (documents: IDBObjectStore, journal: IDBObjectStore) => void): void {
    try {
      const transaction = this.#database.transaction([DOCUMENTS, RECORDS], "readwrite");
      transaction.onabort = () => this.onfailure(transaction.error);
      transaction.oncomplete = () => this.onwritten();
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
