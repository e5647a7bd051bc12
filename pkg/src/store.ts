/** Where a file is kept while it arrives: a temporary one of the origin's private file system, or blobs. */
import { TimeSideError } from "./errors.js";

/** Bytes that are appended, and read anywhere. All but closing is synchronous: the worker reads while it decodes. */
export interface Store {
  append(bytes: Uint8Array): void;
  /** Fills `into` from byte `start` on; all of it has been appended before. */
  read(start: number, into: Uint8Array): void;
  close(): Promise<void>;
}

/** What the DOM library leaves to workers. */
interface SyncAccessHandle {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  close(): void;
}
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Folder of temporary files. */
const FOLDER = "timeside-arriving";
/** So little is not worth a file. */
const SMALL_BYTES = 4 * 2 ** 20;
const PART_BYTES = 2 ** 20;

/** Told the number of temporary files that exist. */
let onfiles: (count: number) => void = () => {};
let fileCount = 0;
const count = (by: number) => onfiles((fileCount += by));

/** Removes what an earlier worker that was killed has left, and tells from now on how many files there are. */
export function watchStores(told: (count: number) => void): void {
  onfiles = told;
  void sweep().catch(() => {});
}

/** A place for a file of `expected` bytes, where that is known. */
export async function openStore(url: string, expected: number | undefined, maxMemory: number): Promise<Store> {
  const fitsMemory = expected !== undefined && expected <= maxMemory;
  if (fitsMemory && expected <= SMALL_BYTES) return new BlobStore(url, maxMemory);
  const free = await freeBytes();
  if (free !== undefined && (expected ?? 0) <= free) {
    try {
      return await FileStore.create(url);
    } catch {
      // Private windows of some browsers have a folder but no file in it.
    }
  }
  if (expected === undefined || fitsMemory) return new BlobStore(url, maxMemory);
  throw tooLarge(url, expected, maxMemory, free);
}

function tooLarge(url: string, bytes: number, maxMemory: number, free?: number): TimeSideError {
  const mib = (n: number) => `${(n / 2 ** 20).toFixed(1)} MiB`;
  const disk = free === undefined ? "" : `, and above the ${mib(free)} that the browser would store`;
  return new TimeSideError(
    "no-range",
    `${url}: the server gives no parts of files (Range), and the whole has ${mib(bytes)}, above the limit of ${mib(maxMemory)}${disk}: ` +
      "serve it with ranges, raise maxMemory, or open it as a File",
    { byteLen: bytes, limitBytes: maxMemory },
  );
}

/** What the browser would still store for this origin; undefined where it has no private file system. */
async function freeBytes(): Promise<number | undefined> {
  const storage = (navigator as Partial<Navigator>).storage;
  if (typeof storage?.getDirectory !== "function") return undefined;
  try {
    const { quota = 0, usage = 0 } = await storage.estimate();
    return Math.max(0, quota - usage);
  } catch {
    return undefined;
  }
}

async function sweep(): Promise<void> {
  const storage = (navigator as Partial<Navigator>).storage;
  const root = await storage?.getDirectory?.();
  const folder = await root?.getDirectoryHandle(FOLDER);
  if (!folder) return;
  // One that another page still uses is locked, and stays.
  for await (const name of folder.keys()) await folder.removeEntry(name).catch(() => {});
}

/** A temporary file, gone when it is closed. */
class FileStore implements Store {
  readonly #url: string;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #name: string;
  readonly #file: SyncAccessHandle;
  #size = 0;
  #isClosed = false;

  private constructor(url: string, folder: FileSystemDirectoryHandle, name: string, file: SyncAccessHandle) {
    this.#url = url;
    this.#folder = folder;
    this.#name = name;
    this.#file = file;
    count(1);
  }

  static async create(url: string): Promise<FileStore> {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const name = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const file = (await folder.getFileHandle(name, { create: true })) as unknown as { createSyncAccessHandle(): Promise<SyncAccessHandle> };
    return new FileStore(url, folder, name, await file.createSyncAccessHandle());
  }

  append(bytes: Uint8Array): void {
    let written = 0;
    try {
      while (written < bytes.length) {
        const more = this.#file.write(bytes.subarray(written), { at: this.#size + written });
        if (more === 0) throw new DOMException("nothing was written", "QuotaExceededError");
        written += more;
      }
    } catch (cause) {
      const kept = `${(this.#size / 2 ** 20).toFixed(1)} MiB`;
      throw new TimeSideError(
        "out-of-memory",
        `${this.#url}: the server gives no parts of files (Range), and the browser's storage for this site is full after ${kept}: ` +
          "what has come can be used; free storage, serve the file with ranges, or open it as a File",
        { keptBytes: this.#size },
        cause,
      );
    }
    this.#size += bytes.length;
  }

  read(start: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const more = this.#file.read(into.subarray(done), { at: start + done });
      if (more === 0) throw new TimeSideError("conflict", `${this.#url}: its temporary copy was removed from the browser's storage: open it again`);
      done += more;
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
    await this.#folder.removeEntry(this.#name).catch(() => {});
    count(-1);
  }
}

/** Blobs: the browser may move them out of the worker's memory. */
class BlobStore implements Store {
  readonly #url: string;
  readonly #limit: number;
  readonly #parts: Blob[] = [];
  #last = new Uint8Array(PART_BYTES);
  #filled = 0;

  constructor(url: string, limit: number) {
    this.#url = url;
    this.#limit = limit;
  }

  append(bytes: Uint8Array): void {
    const size = this.#parts.length * PART_BYTES + this.#filled + bytes.length;
    if (size > this.#limit) throw tooLarge(this.#url, size, this.#limit);
    for (let used = 0; used < bytes.length; ) {
      const count = Math.min(bytes.length - used, PART_BYTES - this.#filled);
      this.#last.set(bytes.subarray(used, used + count), this.#filled);
      [used, this.#filled] = [used + count, this.#filled + count];
      if (this.#filled === PART_BYTES) {
        this.#parts.push(new Blob([this.#last]));
        this.#filled = 0;
      }
    }
  }

  read(start: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const [part, from] = [Math.floor((start + done) / PART_BYTES), (start + done) % PART_BYTES];
      const count = Math.min(into.length - done, PART_BYTES - from);
      const blob = this.#parts[part];
      const bytes = blob ? new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob.slice(from, from + count))) : this.#last.subarray(from, from + count);
      into.set(bytes, done);
      done += count;
    }
  }

  async close(): Promise<void> {
    this.#parts.length = 0;
    this.#last = new Uint8Array(0);
  }
}
