import type { ModelInfo, ModelParameter } from '../../src/core/catalog/models/model-info.ts';
import { modelParameters } from '../../src/core/catalog/models/model-info.ts';
import type { PriceSource } from '../../src/core/catalog/models/price-sources.ts';
import { authorOf } from './author-of.ts';
import { type Disagreement, judgePrice } from './judge.ts';
import { known, type Quote } from './quote.ts';
import { modeOf } from './read-models-dev.ts';

/** Facts are taken from the first of these that knows them. */
const trusted: readonly PriceSource[] = ['models.dev', 'genai-prices', 'litellm', 'portkey'];

/** All quotes of one model of one provider as one entry. */
export const mergeModel = (
  quotes: readonly Quote[],
  covered: ReadonlySet<string>,
): { readonly model: ModelInfo; readonly disagreements: readonly Disagreement[] } | undefined => {
  const ranked = quotes.toSorted((one, other) => trusted.indexOf(one.source) - trusted.indexOf(other.source));
  const [first] = ranked;
  if (first === undefined) return undefined;
  const { provider, id } = first;
  const fact = <Name extends keyof Quote['facts']>(name: Name): Quote['facts'][Name] | undefined =>
    ranked.map(({ facts }) => facts[name]).find((value) => value !== undefined);
  const outputModalities = fact('outputModalities') ?? ['text'];
  const mode = modeAmong(ranked, id);
  const { price, disagreements } = judgePrice(ranked);
  const author = authorOf(provider, id, fact('author'));
  const contextTokens = fact('contextTokens');
  const maxInputTokens = fact('maxInputTokens');
  const reasoning = reasoningOf(ranked);
  return {
    model: {
      provider,
      id,
      mode,
      title: fact('title') ?? id,
      ...known({ author, family: fact('family'), contextTokens }),
      ...(maxInputTokens === undefined || maxInputTokens === contextTokens ? {} : { maxInputTokens }),
      ...known({ maxOutputTokens: fact('maxOutputTokens') }),
      inputModalities: fact('inputModalities') ?? ['text'],
      outputModalities,
      parameters: mode === 'chat' ? parametersOf(ranked) : [],
      ...known({
        reasoning,
        releasedOn: fact('releasedOn'),
        knowledgeCutoff: fact('knowledgeCutoff'),
        retiresOn: fact('retiresOn'),
        status: fact('status'),
        openWeights: fact('openWeights'),
        unlisted: mode === 'chat' && covered.has(provider) && isStale(ranked) ? true : undefined,
        price,
      }),
    },
    disagreements,
  };
};

/** The id tells what some sources get wrong; after it the source that keeps modes apart best is asked first. */
const modeAmong = (ranked: readonly Quote[], id: string): ModelInfo['mode'] => {
  if (/realtime|native-audio|-live-|computer-use-tool/i.test(id)) return 'other';
  const byId = modeOf(id, [], undefined);
  if (byId !== 'chat') return byId;
  const own = ranked.find(({ source }) => source === 'models.dev')?.facts.mode;
  const others = ['litellm', 'portkey'].map((name) => ranked.find(({ source }) => source === name)?.facts.mode);
  return own !== undefined && own !== 'chat' ? own : (others.find((mode) => mode !== undefined) ?? own ?? 'chat');
};

/**
 * models.dev lists what a provider offers now. What it does not have is either gone or newer than it: newer when the sources that were taken
 * later both have it, and the one that was taken before does not.
 */
const isStale = (ranked: readonly Quote[]): boolean => {
  const has = (name: PriceSource): boolean => ranked.some(({ source }) => source === name);
  if (has('models.dev')) return false;
  return has('litellm') || !has('genai-prices') || !has('portkey');
};

/** What any source says is supported; sampling that models.dev says a model refuses is not. */
const parametersOf = (ranked: readonly Quote[]): readonly ModelParameter[] => {
  const all = new Set(ranked.flatMap(({ facts }) => facts.parameters ?? []));
  const fixedSampling = ranked.some((quote) => quote.fixedSampling === true);
  return modelParameters.filter(
    (name) => all.has(name) && !(fixedSampling && (name === 'temperature' || name === 'top_p' || name === 'top_k')),
  );
};

const reasoningOf = (ranked: readonly Quote[]): ModelInfo['reasoning'] => {
  const own = ranked.find(({ source }) => source === 'models.dev');
  return own === undefined
    ? ranked.map(({ facts }) => facts.reasoning).find((value) => value !== undefined)
    : own.facts.reasoning;
};
