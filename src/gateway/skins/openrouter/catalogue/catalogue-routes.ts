import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../../core/json/json.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { showsModel } from '../../../line/stages/admit.ts';
import { askedCount, type FaceCall, type FaceRoute, type FaceTools } from '../api/face-route.ts';
import { endpointsView } from './endpoint-view.ts';
import { type ListedModel, listedByName, modelNamed } from './listed-models.ts';
import { modelOrder, modelTests } from './model-filter.ts';
import { modelView, routerViews } from './model-view.ts';

const usualPage = 500;
const longestPage = 1000;

/** The models a caller may use, in the order that was asked for. */
const fitting = (call: FaceCall, tools: FaceTools, usual: string | undefined): readonly ListedModel[] => {
  const nowMs = tools.clock.wallMs();
  const tests = [...modelTests(call, usual, nowMs), ...allowedTest(call)];
  const found = [...listedByName(call.config).values()].filter((model) => tests.every((test) => test(model)));
  const measure = modelOrder(call, tools.health, tools.clock.monotonicMs());
  if (measure === undefined) return found;
  const last = Number.MAX_VALUE;
  return found
    .map((model) => ({ model, value: measure(model) ?? last }))
    .toSorted((one, other) => one.value - other.value)
    .map(({ model }) => model);
};

/** A list of models in a key's policy holds for every list it is shown. */
const allowedTest = ({ identity }: FaceCall): readonly ((model: ListedModel) => boolean)[] => {
  if (identity.policy?.models === undefined) return [];
  const shows = showsModel(identity);
  return [({ id, endpoints }) => shows(id) || endpoints.some(({ provider, model }) => shows(`${provider}/${model}`))];
};

const listing =
  (usual: string | undefined) =>
  (call: FaceCall, tools: FaceTools): Json => {
    const models = fitting(call, tools, usual);
    const views = models.map((model) => modelView(model, call.config));
    return paged(call, asksNothing(call) && usual === 'text' ? [...views, ...routerViews] : views);
  };

/** Names that choose stand in the whole list only: no filter tells anything about them. */
const asksNothing = ({ query, identity }: FaceCall): boolean =>
  identity.policy?.models === undefined && [...query.keys()].every((name) => name === 'offset' || name === 'limit');

const paged = (call: FaceCall, all: readonly JsonObject[]): JsonObject => {
  const [offset, limit] = [askedCount(call, 'offset'), askedCount(call, 'limit')];
  if (limit !== undefined && (limit < 1 || limit > longestPage)) throw invalid('limit', `must be 1 to ${longestPage}`);
  if (offset === undefined && limit === undefined) return { data: all, total_count: all.length, links: { next: null } };
  const [from, size] = [offset ?? 0, limit ?? usualPage];
  const more = from + size < all.length;
  const next = more ? `${call.path}?${nextQuestion(call, from + size, size)}` : null;
  return { data: all.slice(from, from + size), total_count: all.length, links: { next } };
};

const nextQuestion = ({ query }: FaceCall, offset: number, limit: number): string => {
  const kept = [...query].filter(([name]) => name !== 'offset' && name !== 'limit' && name !== 'key');
  const parts = kept.flatMap(([name, values]) => values.map((value) => `${name}=${encodeURIComponent(value)}`));
  return [...parts, `offset=${offset}`, `limit=${limit}`].join('&');
};

const count = (call: FaceCall, tools: FaceTools): Json => ({ data: { count: fitting(call, tools, 'text').length } });

const known = (call: FaceCall): ListedModel => {
  const name = call.named[0] ?? '';
  const model = modelNamed(name, call.config);
  if (model === undefined || !allowedTest(call).every((test) => test(model)))
    throw new GatewayError('not_found', `There is no model "${name.slice(0, 200)}" here.`);
  return model;
};

const one = (call: FaceCall): Json => ({ data: modelView(known(call), call.config) });

const endpoints = async (call: FaceCall, tools: FaceTools): Promise<Json> => ({
  data: await endpointsView(known(call), call, tools),
});

/** Nobody says of a provider here that it keeps nothing. */
const zdr = (): Json => ({ data: [] });

const providers = ({ config }: FaceCall): Json => ({
  data: config.providers
    .filter(({ ready }) => ready)
    .map(({ entry }) => ({
      name: entry.title,
      slug: entry.id,
      privacy_policy_url: null,
      terms_of_service_url: null,
      status_page_url: null,
      headquarters: null,
      datacenters: null,
    })),
});

export const catalogueRoutes: readonly FaceRoute[] = [
  { method: 'GET', path: '/models', who: 'key', run: listing('text') },
  { method: 'GET', path: '/models/count', who: 'key', run: count },
  { method: 'GET', path: '/models/user', who: 'key', run: listing('text') },
  { method: 'GET', path: '/models/{model...}/endpoints', who: 'key', run: endpoints },
  { method: 'GET', path: '/model/{model...}', who: 'key', run: one },
  { method: 'GET', path: '/embeddings/models', who: 'key', run: listing('embeddings') },
  { method: 'GET', path: '/endpoints/zdr', who: 'key', run: zdr },
  { method: 'GET', path: '/providers', who: 'key', run: providers },
];
