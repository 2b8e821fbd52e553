import type { ActiveProvider } from '../active-provider.ts';
import type { ModelInfo } from '../models/model-info.ts';
import { authorNamed, providersOfAuthor } from './authors.ts';
import { nameForm } from './name-form.ts';
import { indexOf, type Naming } from './name-index.ts';
import { isRetired } from './retirement.ts';

export interface LatestModel {
  readonly provider: ActiveProvider;
  readonly model: string;
}

/** `~author/family-latest` → author and family; undefined for other names. */
export const latestAsked = (name: string): { readonly author: string; readonly family: string } | undefined => {
  const match = /^~([^/]+)\/(.+)-latest$/.exec(name);
  const [, author = '', family = ''] = match ?? [];
  return match === null ? undefined : { author, family };
};

/**
 * The newest model of a family that a ready provider offers: of its maker if it is ready, else of the first host that names models by their
 * author. The words of its name are the family's, whatever the version; `preview` and a date may stand there too.
 */
export const latestModel = (
  { author, family }: { readonly author: string; readonly family: string },
  naming: Naming,
  today: string,
): LatestModel | undefined => {
  const maker = authorNamed(author) ?? author.toLowerCase();
  const index = indexOf(naming);
  const own = providersOfAuthor(maker).flatMap((id) => index.byId.get(id) ?? []);
  const hosts = naming.providers.filter((provider) => !own.includes(provider));
  for (const provider of [...own, ...hosts].filter(({ ready }) => ready)) {
    const [newest] = familyOf(provider, { maker, family, isOwn: own.includes(provider) }, naming, today);
    if (newest !== undefined) return { provider, model: newest.id };
  }
  return undefined;
};

const familyOf = (
  { entry }: ActiveProvider,
  asked: { readonly maker: string; readonly family: string; readonly isOwn: boolean },
  { models }: Naming,
  today: string,
): readonly ModelInfo[] => {
  const words = nameForm(asked.family);
  const found: ModelInfo[] = [];
  for (const { id, mode } of models.modelsOf(entry.id)) {
    if (mode !== 'chat' || id.startsWith('~') || !(asked.isOwn || id.includes('/'))) continue;
    const form = nameForm(id);
    if (form.words !== words.words && form.words !== withPreview(words.words)) continue;
    if (words.numbers !== '' && !`${form.numbers} `.startsWith(`${words.numbers} `)) continue;
    const info = models.find(entry.id, id);
    if (info === undefined || info.releasedOn === undefined || info.author !== asked.maker) continue;
    if (info.releasedOn <= today && info.status !== 'deprecated' && !isRetired(entry.id, id, { info, today }))
      found.push(info);
  }
  return found.sort(newestFirst);
};

const withPreview = (words: string): string => [...words.split(' '), 'preview'].sort().join(' ');

/** By day; on one day the plain name before the dated one. */
const newestFirst = (one: ModelInfo, other: ModelInfo): number => {
  if (one.releasedOn !== other.releasedOn) return (one.releasedOn ?? '') < (other.releasedOn ?? '') ? 1 : -1;
  return one.id.length - other.id.length;
};
