import { catalogue } from '../core/catalog/catalogue.ts';
import { nearestWords } from '../core/catalog/edit-distance.ts';
import { entryNamed } from '../core/catalog/entry-named.ts';
import { inProcessScheme, type ProviderEntry } from '../core/catalog/provider.ts';
import { checkCloud } from './cloud/check-cloud.ts';
import type { Finding } from './config-problem.ts';
import type { ConfigDocument } from './config-schema.ts';
import type { Environment } from './expand-environment.ts';
import type { ProviderDocument } from './provider-schema.ts';

const known: ReadonlyMap<string, ProviderEntry> = new Map(catalogue.map((entry) => [entry.id, entry]));

/** What the schema cannot see: names used twice, patterns that are not there, new providers without an address. */
export const checkProviders = (document: ConfigDocument, environment: Environment): readonly Finding[] => {
  const names = new NamesTaken();
  return (document.providers ?? []).flatMap((provider, index): readonly Finding[] => {
    const taken = names.take(provider, index);
    if (taken.length > 0) return taken;
    const place = ['providers', index] as const;
    const like = checkLike(provider, index);
    if (like.length > 0) return like;
    const entry =
      known.get(provider.id) ?? (provider.like === undefined ? undefined : entryNamed(provider.like, catalogue));
    if (provider.base_url !== undefined || hasAddress(entry, provider, environment))
      return checkCloud(provider, entry, place);
    return [withoutAddress(provider, index, entry)];
  });
};

const hasAddress = (entry: ProviderEntry | undefined, { id }: ProviderDocument, environment: Environment): boolean => {
  if (entry === undefined) return false;
  const given = entry.id === id && entry.baseUrlEnv?.some((name) => (environment[name] ?? '') !== '') === true;
  return entry.baseUrl !== '' || given;
};

const withoutAddress = (provider: ProviderDocument, index: number, entry: ProviderEntry | undefined): Finding => {
  const path = ['providers', index, 'id'];
  if (entry !== undefined) {
    const message = `"${provider.id}" stands for any host of its format, so it needs a base_url`;
    return { path, part: 'value', message, fix: 'add base_url' };
  }
  const [nearest] = nearestWords(provider.id, [...known.keys()], 1);
  const message = `"${provider.id}" is not in the catalogue, so it needs a base_url`;
  return {
    path,
    part: 'value',
    message,
    fix: `add base_url, or use an id that \`sluice providers\` lists, such as ${nearest}`,
  };
};

const checkLike = ({ id, like }: ProviderDocument, index: number): readonly Finding[] => {
  if (like === undefined) return [];
  const path = ['providers', index, 'like'];
  const finding = (message: string, fix: string): readonly Finding[] => [{ path, part: 'value', message, fix }];
  if (known.has(id))
    return finding(`"${id}" is in the catalogue and has a shape of its own`, 'leave `like` out, or give it another id');
  const pattern = entryNamed(like, catalogue);
  if (pattern === undefined) {
    const nearest = nearestWords(like, [...known.keys()], 3);
    return finding(
      `"${like}" is not a provider of the catalogue`,
      `write one that \`sluice providers\` lists; nearest: ${nearest.join(', ')}`,
    );
  }
  if (pattern.baseUrl.startsWith(inProcessScheme))
    return finding(`"${like}" answers inside Sluice and cannot be copied`, 'write another provider');
  return [];
};

/** Which names the entries of the file have taken so far; the catalogue's belong to its own entries. */
class NamesTaken {
  readonly #takenBy = new Map<string, string>();

  take(provider: ProviderDocument, index: number): readonly Finding[] {
    const own = [
      { name: provider.id, path: ['providers', index, 'id'], what: 'id' },
      ...(provider.aliases ?? []).map((name, place) => ({
        name,
        path: ['providers', index, 'aliases', place],
        what: 'alias',
      })),
    ];
    return own.flatMap(({ name, path, what }): readonly Finding[] => {
      const message = this.#conflict(name, provider.id);
      this.#takenBy.set(name, `${what === 'id' ? 'the id' : 'an alias'} of providers[${index}]`);
      if (message === undefined) return [];
      const fix =
        what === 'id' ? 'give it another id, or merge the two entries' : 'write another alias, or leave it out';
      return [{ path, part: 'value', message, fix }];
    });
  }

  #conflict(name: string, id: string): string | undefined {
    const taken = this.#takenBy.get(name);
    if (taken !== undefined) return `"${name}" is already ${taken}`;
    const owner = entryNamed(name, catalogue);
    if (owner === undefined || owner.id === id) return undefined;
    return owner.id === name
      ? `"${name}" is the id of a provider of the catalogue`
      : `"${name}" is another name of "${owner.id}" in the catalogue`;
  }
}
