import type { ModelInfo } from '../../../../../core/catalog/models/model-info.ts';
import { listedModels } from '../../../../../core/catalog/names/name-index.ts';
import { resolveModel } from '../../../../../core/catalog/resolve.ts';
import { GatewayError } from '../../../../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../../../core/json/json.ts';
import { dollarsText } from '../../../../../core/money/dollars-text.ts';
import { type PriceUnit, priceOn } from '../../../../../core/money/price.ts';
import { modelsOfRoute } from '../../../../../core/routing/models-of-route.ts';
import { asked } from '../../../../admin/request-parts.ts';
import { showsModel } from '../../../../line/stages/admit.ts';
import { cut, pageAsked } from '../../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../../skin-route.ts';
import { keptDeployments } from './deployment-routes.ts';

/** A name a client may write, and the model it leads to. */
interface Offered {
  readonly name: string;
  readonly target: string;
  readonly provider: string;
  readonly info: ModelInfo | undefined;
}

const offered = ({ identity }: SkinCall, { config }: SkinTools): readonly Offered[] => {
  const current = config();
  const today = current.today();
  const own = Object.keys(current.aliases).filter(
    (name) => !name.includes('*') && current.hiddenNames?.has(name) !== true,
  );
  const shows = identity.policy?.models === undefined ? () => true : showsModel(identity);
  return [...new Set([...own, ...listedModels(current, today)])].filter(shows).flatMap((name) => {
    const found = resolveModel(name, current, { today });
    if (found.kind !== 'found') return [];
    const provider = found.provider.entry.id;
    return [{ name, target: `${provider}/${found.model}`, provider, info: found.info }];
  });
};

/** The deployments of a route, each once. */
const routed = ({ identity }: SkinCall, { config }: SkinTools): readonly Offered[] => {
  const current = config();
  const at = { today: current.today() };
  const shows = identity.policy?.models === undefined ? () => true : showsModel(identity);
  return [...current.routes].flatMap(([name, route]) => {
    if (!shows(name)) return [];
    return [...new Set(modelsOfRoute(route))].flatMap((model) => {
      const found = resolveModel(model, current, at);
      if (found.kind !== 'found') return [];
      const provider = found.provider.entry.id;
      return [{ name, target: `${provider}/${found.model}`, provider, info: found.info }];
    });
  });
};

const modes: Readonly<Record<string, string>> = {
  image: 'image_generation',
  video: 'video_generation',
  speech: 'audio_speech',
  transcription: 'audio_transcription',
};

const prices: Readonly<Partial<Record<PriceUnit, string>>> = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  'cache-read': 'cache_read_input_token_cost',
  'cache-write': 'cache_creation_input_token_cost',
  reasoning: 'output_cost_per_reasoning_token',
};

/** Facts of a model in the words of LiteLLM's list of prices. */
const modelInfo = ({ info, target, provider }: Offered, today: string): JsonObject => {
  const price = info?.price === undefined ? undefined : priceOn(info.price, today);
  const rates = Object.entries(price?.standard.rates ?? {}).flatMap(([unit, rate]) => {
    const name = prices[unit as PriceUnit];
    return name === undefined || rate === undefined ? [] : [[name, Number(dollarsText(rate, unit as PriceUnit))]];
  });
  const can = (name: ModelInfo['parameters'][number]): boolean | null =>
    info === undefined || info.parameters.length === 0 ? null : info.parameters.includes(name);
  return {
    key: target,
    mode: info === undefined ? null : (modes[info.mode] ?? info.mode),
    litellm_provider: provider,
    max_tokens: info?.maxOutputTokens ?? null,
    max_input_tokens: info?.maxInputTokens ?? info?.contextTokens ?? null,
    max_output_tokens: info?.maxOutputTokens ?? null,
    ...Object.fromEntries(rates),
    supports_function_calling: can('tools'),
    supports_response_schema: can('structured_outputs'),
    supports_tool_choice: can('tool_choice'),
    supports_parallel_function_calling: can('parallel_tool_calls'),
    supports_vision: info === undefined ? null : info.inputModalities.includes('image'),
    supports_reasoning: info === undefined ? null : info.reasoning !== undefined,
    supported_openai_params: info?.parameters ?? null,
  };
};

const info = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const today = tools.config().today();
  const id = asked(call, 'litellm_model_id');
  const data = [...routed(call, tools), ...offered(call, tools)]
    .filter(({ name, target }) => id === undefined || id === target || id === name)
    .map((model) => ({
      model_name: model.name,
      litellm_params: { model: model.target },
      model_info: { id: model.target, db_model: false, ...modelInfo(model, today) },
    }));
  const kept = (await keptDeployments(call, tools)).filter(({ model_id: one }) => id === undefined || id === one);
  return {
    data: [
      ...kept.map(({ model_name, litellm_params, model_info }) => ({ model_name, litellm_params, model_info })),
      ...data,
    ],
  };
};

const pagedInfo = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'size', usual: 50 });
  const { data } = (await info(call, tools)) as { readonly data: readonly JsonObject[] };
  const [model, search] = [asked(call, 'model'), asked(call, 'search')?.toLowerCase()];
  const fitting = data.filter(({ model_name: name }) => {
    const text = String(name);
    return (model === undefined || text === model) && (search === undefined || text.toLowerCase().includes(search));
  });
  const { items, total, pages } = cut(fitting, at);
  return { data: items, total_count: total, current_page: at.page, total_pages: pages, size: at.size };
};

const groupInfo = (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const today = tools.config().today();
  const group = asked(call, 'model_group');
  const groups = new Map<string, Offered[]>();
  for (const one of [...routed(call, tools), ...offered(call, tools)])
    if (group === undefined || one.name === group) groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  const data = [...groups].flatMap(([name, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { key: _, litellm_provider: __, ...facts } = modelInfo(first, today);
    return [{ model_group: name, providers: [...new Set(members.map(({ provider }) => provider))], ...facts }];
  });
  return Promise.resolve({ data });
};

/** What is set up and may be called; nobody is called for it. */
const health = (_: SkinCall, { config }: SkinTools): Promise<Json> => {
  const { providers } = config();
  const healthy = providers.filter(({ ready }) => ready).map(({ entry }) => ({ model: `${entry.id}/*` }));
  const chosen = providers.filter(({ ready, keySource }) => !ready && keySource.kind !== 'none');
  const unhealthy = chosen.map(({ entry, reason }) => ({ model: `${entry.id}/*`, error: reason ?? null }));
  return Promise.resolve({
    healthy_endpoints: healthy,
    unhealthy_endpoints: unhealthy,
    healthy_count: healthy.length,
    unhealthy_count: unhealthy.length,
  });
};

const alive = (): Promise<Json> => Promise.resolve("I'm alive!");

const readiness = async (_: SkinCall, { version, draining }: SkinTools): Promise<Json> => {
  if (draining()) throw new GatewayError('draining', 'This Sluice is shutting down.');
  return {
    status: 'healthy',
    db: 'connected',
    cache: null,
    litellm_version: version,
    success_callbacks: [],
    log_level: 'INFO',
  };
};

export const modelRoutes: readonly SkinRoute[] = [
  { method: 'GET', path: '/model/info', who: 'key', run: info },
  { method: 'GET', path: '/v1/model/info', who: 'key', run: info },
  { method: 'GET', path: '/v2/model/info', who: 'key', run: pagedInfo },
  { method: 'GET', path: '/model_group/info', who: 'key', run: groupInfo },
  { method: 'GET', path: '/health', who: 'key', run: health },
  { method: 'GET', path: '/health/liveliness', who: 'open', run: alive },
  { method: 'GET', path: '/health/liveness', who: 'open', run: alive },
  { method: 'GET', path: '/health/readiness', who: 'open', run: readiness },
  { method: 'GET', path: '/health/readiness/details', who: 'open', run: readiness },
];
