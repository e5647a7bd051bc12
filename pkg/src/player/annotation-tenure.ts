/** Who edits: of all documents of this origin that show one recording's annotations, one keeps them. */

/** What whoever may edit is asked and told. */
export interface Tenant {
  /** Another one has written; `edition` tells which document it goes on from. */
  written(edition: number): void;
  /** Finishes what is in hand; what it has that the storage has not (or nothing) is given to the next. */
  finish(): unknown;
  /** Another one edits now. */
  lost(): void;
  /** It is this one's turn, with what the one before has given. */
  gained(given: unknown): Promise<void>;
}

/** One that does not answer in this time sleeps. Milliseconds. */
const PATIENCE_MS = 1500;

/** A place in the line of those who would edit: a lock of the browser, and a way to ask for it. */
export class Tenure {
  readonly #name: string;
  readonly #tenant: Tenant;
  readonly #channel: BroadcastChannel | undefined;
  readonly #own = crypto.getRandomValues(new Uint32Array(2)).join("");
  #release: (() => void) | undefined;
  #waiting: AbortController | undefined;
  #hasGiven = false;
  #left = false;

  constructor(name: string, tenant: Tenant) {
    this.#name = name;
    this.#tenant = tenant;
    if ("BroadcastChannel" in globalThis) {
      this.#channel = new BroadcastChannel(name);
      this.#channel.addEventListener("message", ({ data }) => this.#asked(data));
    }
  }

  /** False where another one edits; its turn is told when that one leaves. Without locks there is nobody to ask. */
  async begin(): Promise<boolean> {
    const isFree = await this.#request({ ifAvailable: true });
    if (!isFree && !this.#left) this.#wait();
    return isFree;
  }

  /** Tells the others that this one has written. */
  announce(edition: number): void {
    if (!this.#left) this.#channel?.postMessage({ kind: "written", edition });
  }

  /** Makes it this one's turn. The one before finishes first, unless it sleeps. */
  async take(): Promise<void> {
    if (this.#release || this.#left) return;
    this.#waiting?.abort();
    const given = await this.#ask();
    // Whoever else waits in line goes on waiting.
    if (await this.#request({ steal: true })) await this.#tenant.gained(given);
  }

  leave(): void {
    this.#left = true;
    this.#waiting?.abort();
    this.#channel?.close();
    this.#release?.();
  }

  /** Resolves when the lock is held or refused; what is held is held until left or taken away. */
  #request(options: LockOptions): Promise<boolean> {
    const locks = (navigator as Partial<Navigator>).locks;
    if (!locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = locks.request(this.#name, options, (lock) => {
        if (!lock || this.#left) return resolve(false);
        resolve(true);
        return new Promise<void>((release) => (this.#release = release));
      });
      held.catch((error: unknown) => {
        // Asked in vain: no locks here, or this one waits no longer.
        if (!this.#release) return resolve((error as DOMException).name !== "AbortError");
        this.#release = undefined;
        if (this.#left) return;
        if (!this.#hasGiven) this.#tenant.finish();
        this.#hasGiven = false;
        this.#tenant.lost();
        this.#wait();
      });
    });
  }

  #wait(): void {
    const waiting = (this.#waiting = new AbortController());
    void this.#request({ signal: waiting.signal }).then((isHeld) => {
      if (isHeld && this.#release) void this.#tenant.gained(undefined);
    });
  }

  #asked({ kind, from, edition }: { kind: string; from: string; edition: number }): void {
    if (kind === "written") this.#tenant.written(edition);
    if (kind !== "take" || !this.#release) return;
    this.#hasGiven = true;
    this.#channel?.postMessage({ kind: "given", to: from, given: this.#tenant.finish() });
    setTimeout(() => {
      // Whoever asked has gone.
      if (this.#hasGiven && this.#release && !this.#left) void this.#tenant.gained(undefined);
      this.#hasGiven = false;
    }, 2 * PATIENCE_MS);
  }

  #ask(): Promise<unknown> {
    const channel = this.#channel;
    if (!channel) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(undefined), PATIENCE_MS);
      const hear = ({ data }: MessageEvent): void => {
        if (data.kind === "given" && data.to === this.#own) answer(data.given);
      };
      const answer = (given: unknown): void => {
        clearTimeout(timer);
        channel.removeEventListener("message", hear);
        resolve(given);
      };
      channel.addEventListener("message", hear);
      channel.postMessage({ kind: "take", from: this.#own });
    });
  }
}
