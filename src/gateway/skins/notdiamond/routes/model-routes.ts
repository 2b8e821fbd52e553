import { listedModels } from '../../../../core/catalog/names/name-index.ts';
import { retirementOf } from '../../../../core/catalog/names/retirement.ts';
import type { Json } from '../../../../core/json/json.ts';
import { showsModel } from '../../../line/stages/admit.ts';
import { pricesOf } from '../../../routers/candidate.ts';
import type { NotDiamondAnswer, NotDiamondCall, NotDiamondRoute, NotDiamondTools } from '../notdiamond-route.ts';

/** Lists models that answer in text and of which price and context are known: a client reckons with both. */
const list = async ({ identity, query }: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  const config = tools.config();
  const today = config.today();
  // Some clients repeat the name, others join the values with commas.
  const providers = (query.get('provider') ?? query.get('provider[]') ?? []).flatMap((value) => value.split(','));
  const onlyNamed = query.get('openrouter_only')?.[0] === 'true';
  const shows = showsModel(identity);
  const models = listedModels(config, today).flatMap((name) => {
    const slash = name.indexOf('/');
    const [provider, model] = [name.slice(0, slash), name.slice(slash + 1)];
    if ((providers.length > 0 && !providers.includes(provider)) || !shows(name)) return [];
    const info = config.models.find(provider, model);
    const { inputPerMillion, outputPerMillion } = pricesOf(info, today);
    if (info === undefined || info.mode !== 'chat' || info.contextTokens === undefined) return [];
    if (inputPerMillion === undefined || outputPerMillion === undefined) return [];
    const named = info.author === undefined ? undefined : `${info.author}/${model.split('/').at(-1)}`;
    if (onlyNamed && named === undefined) return [];
    const row = {
      provider,
      model,
      context_length: info.contextTokens,
      input_price: inputPerMillion,
      output_price: outputPerMillion,
      openrouter_model: named ?? null,
    };
    return [{ row, deprecated: info.status === 'deprecated' || retirementOf(provider, model, info) !== undefined }];
  });
  const rows = (deprecated: boolean): readonly Json[] =>
    models.filter((one) => one.deprecated === deprecated).map(({ row }) => row);
  const active = rows(false);
  return {
    body: { models: active, deprecated_models: rows(true), total: active.length },
    headers: { 'cache-control': 'private, max-age=3600' },
  };
};

export const modelRoutes: readonly NotDiamondRoute[] = [
  { method: 'GET', path: '/v2/models', takes: 'nothing', run: list },
];
