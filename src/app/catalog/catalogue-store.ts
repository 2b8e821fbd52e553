import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CatalogueText,
  checkedText,
  joinCatalogue,
  splitCatalogue,
} from '../../core/catalog/models/catalogue-file.ts';
import { ModelCatalogue } from '../../core/catalog/models/model-catalogue.ts';
import shippedPath from '../../core/catalog/models/models.tsv' with { type: 'file' };

export interface LoadedModels {
  readonly models: ModelCatalogue;
  /** Why a kept catalogue was passed over. */
  readonly notes: readonly string[];
}

/** Reads a catalogue file and checks that it is whole. Throws an `Error` that says what is wrong with it. */
export const readCatalogueFile = (bytes: Uint8Array): ModelCatalogue => {
  // One byte a character: the format is ASCII, and anything else fails the checksum.
  const text = Buffer.from(bytes).toString('latin1');
  const { header, body } = splitCatalogue(text);
  if (checksum({ header, body }) !== header.sha256 || joinCatalogue({ header, body }) !== text) {
    throw new Error('Its checksum does not fit its content: it was cut or changed. Get it again.');
  }
  return new ModelCatalogue({ header, body });
};

/** The SHA-256 a catalogue's header should hold. */
export const checksum = (text: CatalogueText): string =>
  new Bun.CryptoHasher('sha256').update(Buffer.from(checkedText(text), 'latin1')).digest('hex');

/** The catalogues of models: the one that came with the program, the one that is in force, and the one before it. */
export class CatalogueStore {
  readonly folder: string;

  constructor(dataDirectory: string) {
    this.folder = join(dataDirectory, 'catalogue');
  }

  /** The catalogue in force: the kept one unless it is broken or the program came with a newer one. */
  load(): LoadedModels {
    const shipped = this.shipped();
    const notes: string[] = [];
    for (const name of ['current', 'previous'] as const) {
      const kept = this.#read(name);
      if (kept === undefined) continue;
      if (typeof kept === 'string') {
        notes.push(`The catalogue ${this.#path(name)} is not used. ${kept}`);
        continue;
      }
      const newer = (kept.header?.made ?? '') >= (shipped.header?.made ?? '');
      return { models: newer ? kept : shipped, notes };
    }
    return { models: shipped, notes };
  }

  /** The file an update replaces, for those who watch it. Its folder is made; undefined when it cannot be. */
  fileToWatch(): string | undefined {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      return this.#path('current');
    } catch {
      return undefined;
    }
  }

  shipped(): ModelCatalogue {
    return new ModelCatalogue(splitCatalogue(readFileSync(shippedPath, 'latin1')));
  }

  /** Where the catalogue stands that came with the program. */
  get shippedPath(): string {
    return shippedPath;
  }

  /** Puts a catalogue in force and keeps the one before it. */
  put(text: string): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const draft = join(this.folder, `draft.${crypto.randomUUID()}`);
    try {
      writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
      // A copy, so that there is a current one at every moment.
      if (typeof this.#read('current') === 'object') copyFileSync(this.#path('current'), this.#path('previous'));
      renameSync(draft, this.#path('current'));
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Puts the catalogue before this one in force, or the program's own when there is none. False when nothing was kept. */
  rollback(): boolean {
    if (!existsSync(this.#path('current'))) return false;
    if (existsSync(this.#path('previous'))) renameSync(this.#path('previous'), this.#path('current'));
    else rmSync(this.#path('current'));
    return true;
  }

  /** A kept catalogue, or why it cannot be used. */
  #read(name: 'current' | 'previous'): ModelCatalogue | string | undefined {
    try {
      return readCatalogueFile(readFileSync(this.#path(name)));
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'ENOENT') return undefined;
      return error instanceof Error ? error.message : String(error);
    }
  }

  #path(name: 'current' | 'previous'): string {
    return join(this.folder, `${name}.tsv`);
  }
}
