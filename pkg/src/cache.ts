/**
 * Finished waveforms from one visit to the next, in the origin's private file system, or in IndexedDB where that is
 * missing. What is kept can be made again: whatever fails is left out, and read bytes are the engine's to check.
 */

const FOLDER = "timeside-pictures";
const DATABASE = "timeside";
const STORE = "pictures";

/** Hands out what is to be kept, piece by piece; false if there is nothing. */
export type Fill = (take: (piece: Uint8Array<ArrayBuffer>) => void) => boolean;

/** The part of a synchronous access handle that is used; the DOM library describes a window's. */
interface AccessHandle {
  read(to: Uint8Array, options: { at: number }): number;
  write(from: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

interface Entry {
  key: string;
  bytes: number;
  usedMs: number;
}

/** Somewhere to keep things by name. */
interface Shelf {
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** How many bytes were kept; 0 if nothing was. */
  write(key: string, fill: Fill): Promise<number>;
  remove(key: string): Promise<void>;
  entries(): Promise<Entry[]>;
}

/** The cache of a worker. */
export class PictureCache {
  readonly #limitBytes: number;
  #shelf: Promise<Shelf | undefined> | undefined;
  #hasWarned = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isOn(): boolean {
    return this.#limitBytes > 0;
  }

  /** What is kept under `key`, which makes it the one used last. */
  async read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      return await (await this.#open())?.read(key);
    } catch {
      return undefined;
    }
  }

  /** Keeps what `fill` hands out; what was not used for longest makes room. */
  async write(key: string, fill: Fill): Promise<void> {
    const shelf = await this.#open();
    if (!shelf) return;
    try {
      if ((await shelf.write(key, fill)) > 0) await this.#evict(shelf, key);
    } catch (cause) {
      await shelf.remove(key).catch(() => {});
      if (!this.#hasWarned) console.warn(`timeside: a waveform could not be kept for the next visit: ${String(cause)}`);
      this.#hasWarned = true;
    }
  }

  async #evict(shelf: Shelf, latest: string): Promise<void> {
    const entries = (await shelf.entries()).sort((a, b) => Number(a.key === latest) - Number(b.key === latest) || a.usedMs - b.usedMs);
    let held = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of entries) {
      if (held <= this.#limitBytes) return;
      await shelf.remove(entry.key);
      held -= entry.bytes;
    }
  }

  #open(): Promise<Shelf | undefined> {
    this.#shelf ??= this.isOn ? openFolder().catch(() => openDatabase()).catch(() => undefined) : Promise.resolve(undefined);
    return this.#shelf;
  }
}

/** Removes all that was kept. What another page is writing at this moment may stay. */
export async function clear(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(FOLDER, { recursive: true });
  } catch {
    // There is none.
  }
  if (typeof indexedDB === "undefined") return;
  await new Promise<void>((done) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
}

async function openFolder(): Promise<Shelf> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const access = async (key: string, create: boolean): Promise<AccessHandle> => {
    const file = await folder.getFileHandle(key, { create });
    return (file as unknown as { createSyncAccessHandle(): Promise<AccessHandle> }).createSyncAccessHandle();
  };
  if (typeof FileSystemFileHandle === "undefined" || !("createSyncAccessHandle" in FileSystemFileHandle.prototype)) {
    throw new Error("no synchronous access");
  }
  return {
    async read(key) {
      const bytes = new Uint8Array(await (await (await folder.getFileHandle(key)).getFile()).arrayBuffer());
      // Writing tells the time of use.
      try {
        const handle = await access(key, false);
        if (bytes.length > 0) handle.write(bytes.subarray(0, 1), { at: 0 });
        handle.close();
      } catch {
        // Another page has it open: it is in use.
      }
      return bytes;
    },
    async write(key, fill) {
      const handle = await access(key, true);
      let at = 0;
      let failure: unknown;
      let isThere = false;
      try {
        handle.truncate(0);
        isThere = fill((piece) => {
          try {
            const written = handle.write(piece, { at });
            if (written < piece.length) throw new Error("the storage is full");
            at += written;
          } catch (cause) {
            failure = cause;
            throw cause;
          }
        });
        handle.flush();
      } finally {
        handle.close();
      }
      if (failure !== undefined) throw failure;
      if (!isThere) await folder.removeEntry(key);
      return isThere ? at : 0;
    },
    remove: (key) => folder.removeEntry(key),
    async entries() {
      const found: Entry[] = [];
      for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
        if (handle.kind !== "file") continue;
        const file = await (handle as FileSystemFileHandle).getFile();
        found.push({ key: handle.name, bytes: file.size, usedMs: file.lastModified });
      }
      return found;
    },
  };
}

async function openDatabase(): Promise<Shelf> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
  const database = await settled(opening);
  // Whoever clears the cache need not wait for us.
  database.onversionchange = () => database.close();
  const store = (mode: IDBTransactionMode) => database.transaction(STORE, mode).objectStore(STORE);
  type Row = Entry & { blob: Blob };
  return {
    async read(key) {
      const row = (await settled(store("readonly").get(key))) as Row | undefined;
      if (!row) return undefined;
      await settled(store("readwrite").put({ ...row, usedMs: Date.now() }));
      return new Uint8Array(await row.blob.arrayBuffer());
    },
    async write(key, fill) {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      if (!fill((piece) => pieces.push(piece))) return 0;
      const blob = new Blob(pieces);
      await settled(store("readwrite").put({ key, blob, bytes: blob.size, usedMs: Date.now() } satisfies Row));
      return blob.size;
    },
    remove: async (key) => void (await settled(store("readwrite").delete(key))),
    entries: async () => (await settled(store("readonly").getAll())) as Row[],
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB refused"));
  });
}
