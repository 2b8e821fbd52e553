import type { ConfigDocument } from '../../core/access/documents.ts';
import type { DirectoryChange, DirectoryObject, DirectorySource } from '../../ports/access/directory-source.ts';
import type { SavedConfig, SavedConfigs } from '../../ports/access/saved-configs.ts';

interface Kept extends SavedConfig {
  readonly alias?: string;
}

/** Configs or presets that organisations keep, in memory: a change holds from the moment it is made. */
export class SavedTrees implements SavedConfigs {
  /** By organisation, then by id. */
  readonly #byId = new Map<string, Map<string, Kept>>();
  /** By organisation, then by alias. */
  readonly #byAlias = new Map<string, Map<string, Kept>>();

  readonly #kind: 'config' | 'preset';

  private constructor(kind: 'config' | 'preset') {
    this.#kind = kind;
  }

  static async open(source: DirectorySource, what: 'config' | 'preset'): Promise<SavedTrees> {
    const trees = new SavedTrees(what);
    const early: DirectoryChange[] = [];
    let take = (change: DirectoryChange): void => {
      early.push(change);
    };
    source.follow((change) => take(change));
    const { objects } = await source.snapshot(what);
    trees.#fill(objects);
    for (const change of early) trees.#take(change);
    take = (change) => trees.#take(change);
    return trees;
  }

  find(orgId: string, name: string): SavedConfig | undefined {
    return this.#byId.get(orgId)?.get(name) ?? this.#byAlias.get(orgId)?.get(name);
  }

  #fill(objects: readonly DirectoryObject[]): void {
    for (const object of objects) this.#take({ kind: 'written', object, hashes: [], sealed: [] });
  }

  #take(change: DirectoryChange): void {
    if (change.kind === 'everything') {
      this.#byId.clear();
      this.#byAlias.clear();
      this.#fill(change.snapshot.objects);
      return;
    }
    const { orgId, kind, id } = change.object;
    if (kind !== this.#kind) return;
    const before = this.#byId.get(orgId)?.get(id);
    if (before?.alias !== undefined) this.#byAlias.get(orgId)?.delete(before.alias);
    if (change.kind === 'removed') {
      this.#byId.get(orgId)?.delete(id);
      return;
    }
    const { alias, data } = change.object;
    const { config, blocked } = JSON.parse(data) as ConfigDocument;
    const kept = { id, tree: config, blocked: blocked === true, ...(alias === undefined ? {} : { alias }) };
    of(this.#byId, orgId).set(id, kept);
    if (alias !== undefined) of(this.#byAlias, orgId).set(alias, kept);
  }
}

const of = (maps: Map<string, Map<string, Kept>>, orgId: string): Map<string, Kept> => {
  const known = maps.get(orgId) ?? new Map<string, Kept>();
  maps.set(orgId, known);
  return known;
};
