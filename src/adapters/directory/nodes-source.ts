import type { ObjectKind } from '../../core/access/object-kind.ts';
import type { DirectoryChange, DirectorySnapshot, DirectorySource } from '../../ports/access/directory-source.ts';
import { readSnapshot, type SnapshotText } from '../../ports/access/snapshot-text.ts';
import { placeName } from '../../ports/store/object-questions.ts';
import type { ObjectsTold } from '../../ports/store/objects-told.ts';

export interface NodesStore {
  snapshot(kind?: ObjectKind): Promise<SnapshotText>;
  catchUp(): Promise<void>;
  listen(topic: 'objects' | 'changes', listener: (payload: unknown) => void): void;
  /** Whether the thread that asks the database is there. */
  readable(): boolean;
}

export interface NodesSourceParts {
  readonly store: NodesStore;
  /** What is known goes on to be used for so long without word from the database. */
  readonly staleAfterMs: number;
  /** Milliseconds since any moment. */
  monotonicMs(): number;
  /** Told when a change could not be taken in (a secret does not open), and when everything could not be read again, which is tried again. */
  failed(error: unknown): void;
}

type Numbered = Pick<Extract<ObjectsTold, { readonly kind: 'change' }>, 'number' | 'change'>;

const againMs = 1000;
/** Of so many objects it is remembered which change was told last. */
const mostRemembered = 10_000;

/** What the directory follows where many nodes share a store: their own changes and those of others, each object's in order. */
export class NodesSource implements DirectorySource {
  readonly #parts: NodesSourceParts;
  readonly #followers: ((change: DirectoryChange) => void)[] = [];
  /** The number of the last change that was told of an object, of those told lately. */
  readonly #told = new Map<string, number>();
  /** What was told while everything is read again, to be told once more after it. */
  #meanwhile: Numbered[] | undefined;
  #currentMs: number;

  constructor(parts: NodesSourceParts) {
    this.#parts = parts;
    this.#currentMs = parts.monotonicMs();
    parts.store.listen('objects', (payload) => this.#take(payload as ObjectsTold));
    parts.store.listen('changes', () => {
      this.#currentMs = parts.monotonicMs();
    });
  }

  async snapshot(kind?: ObjectKind): Promise<DirectorySnapshot> {
    return readSnapshot(await this.#parts.store.snapshot(kind));
  }

  follow(changed: (change: DirectoryChange) => void): void {
    this.#followers.push(changed);
  }

  readable(): boolean {
    return this.#parts.store.readable();
  }

  stale(): boolean {
    return this.#parts.monotonicMs() - this.#currentMs > this.#parts.staleAfterMs;
  }

  async catchUp(): Promise<void> {
    await this.#parts.store.catchUp();
    // What was missed is not known before everything was read again.
    if (this.#meanwhile !== undefined) throw new Error('Changes of other nodes were missed, and are being read.');
  }

  #take(told: ObjectsTold): void {
    if (told.kind === 'missed') {
      if (this.#meanwhile === undefined) void this.#readAgain();
      return;
    }
    const { number, change } = told;
    if (change.kind === 'everything') return;
    const name = placeName(change.object);
    // A node hears of its own changes at once, and again with those of others, perhaps behind a later one.
    if ((this.#told.get(name) ?? 0) >= number) return;
    this.#told.delete(name);
    this.#told.set(name, number);
    this.#forgetOldest();
    this.#meanwhile?.push({ number, change });
    this.#tell(change);
  }

  #forgetOldest(): void {
    if (this.#told.size <= mostRemembered) return;
    const [oldest] = this.#told.keys();
    if (oldest !== undefined) this.#told.delete(oldest);
  }

  /** Never rejects: it goes on until it was read. */
  async #readAgain(): Promise<void> {
    const meanwhile: Numbered[] = [];
    this.#meanwhile = meanwhile;
    for (;;)
      try {
        const text = await this.#parts.store.snapshot();
        this.#tell({ kind: 'everything', snapshot: readSnapshot(text) });
        const since = meanwhile.filter(({ number }) => number > (text.number ?? 0));
        this.#meanwhile = undefined;
        for (const { change } of since) this.#tell(change);
        return;
      } catch (error) {
        this.#parts.failed(error);
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
  }

  #tell(change: DirectoryChange): void {
    // One that another node wrote and this one cannot use must not keep the others from being told.
    for (const follower of this.#followers)
      try {
        follower(change);
      } catch (error) {
        this.#parts.failed(error);
      }
  }
}
