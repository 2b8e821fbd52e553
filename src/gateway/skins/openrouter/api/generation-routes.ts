import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { AttemptFact, ExchangeFact } from '../../../../core/facts/exchange-fact.ts';
import { isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { Identity } from '../../../../ports/key-ring.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import { finishReason } from '../answer/finish-reason.ts';
import { publicName } from '../answer/public-name.ts';
import { placeOf, titleOf } from '../answer/router-metadata.ts';
import { exchangeOf, generationId } from '../openrouter-face.ts';
import type { FaceCall, FaceRoute, FaceTools } from './face-route.ts';
import { keptTools } from './kept-tools.ts';

const generation = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { identity } = call;
  const id = asked(call, 'id');
  if (id === undefined) throw invalid('id', 'is missing: the id of an answer, such as "gen-…"');
  const { facts } = await keptTools(tools);
  const fact = await facts.find(identity.orgId, exchangeOf(id));
  // A key for calls reads about its own calls only, and cannot find out about others.
  if (fact === undefined || !maySee(fact, identity))
    throw new GatewayError('not_found', `Generation ${id.slice(0, 200)} not found`);
  return { data: generationView(fact, call.config) };
};

const maySee = ({ keyId, teamId }: ExchangeFact, { role, keyId: own, grant }: Identity): boolean => {
  if (role === 'member') return keyId === own;
  return grant?.of !== 'team' || teamId === grant.teamId;
};

const apiTypes: Readonly<Record<string, string>> = { chat: 'completions', embeddings: 'embeddings', rerank: 'rerank' };

const generationView = (fact: ExchangeFact, config: CompiledConfig): JsonObject => {
  const { provider, model, nanoUsd = 0n, listNanoUsd, metadata = {}, stop, inputTokens, outputTokens } = fact;
  const known = provider !== undefined && model !== undefined;
  const word = (name: string): string | null => (isString(metadata[name]) ? metadata[name] : null);
  return {
    id: generationId(fact.exchangeId),
    api_type: apiTypes[fact.operation] ?? null,
    app_id: null,
    created_at: new Date(fact.atMs - fact.durationMs).toISOString(),
    model: known ? publicName(config, provider, model) : (fact.requestedModel ?? ''),
    provider_name: provider === undefined ? null : titleOf(config, provider),
    router: word('router'),
    preset_id: word('preset_id'),
    request_id: fact.exchangeId,
    session_id: fact.sessionId ?? null,
    workspace_id: fact.projectId ?? fact.teamId ?? fact.orgId,
    upstream_id: null,
    external_user: word('external_user'),
    http_referer: word('http_referer'),
    origin: word('http_referer') ?? '',
    user_agent: word('user_agent'),
    data_region: 'global',
    streamed: fact.stream,
    cancelled: fact.end === 'client-gone' || fact.end === 'client-stalled',
    is_byok: false,
    service_tier: null,
    finish_reason: finishOf(fact),
    native_finish_reason: stop ?? null,
    latency: Math.round(fact.firstByteMs ?? fact.durationMs),
    moderation_latency: null,
    generation_time: Math.round(fact.durationMs),
    tokens_prompt: inputTokens ?? null,
    tokens_completion: outputTokens ?? null,
    native_tokens_prompt: inputTokens ?? null,
    native_tokens_completion: outputTokens ?? null,
    native_tokens_reasoning: fact.reasoningTokens ?? 0,
    native_tokens_cached: fact.cacheReadTokens ?? 0,
    native_tokens_completion_images: null,
    num_media_prompt: null,
    num_media_completion: null,
    num_input_audio_prompt: null,
    num_search_results: null,
    num_fetches: null,
    web_search_engine: null,
    usage: usdNumber(nanoUsd),
    total_cost: usdNumber(nanoUsd),
    cache_discount: null,
    upstream_inference_cost: listNanoUsd === undefined ? null : usdNumber(listNanoUsd),
    response_cache_source_id: null,
    provider_responses: fact.attempts.map((attempt) => attemptView(attempt, fact, config)),
  };
};

const finishOf = ({ stop, end, status }: ExchangeFact): string | null => {
  if (status >= 400 || end === 'failed') return 'error';
  return stop === undefined ? null : finishReason(stop);
};

const attemptView = (attempt: AttemptFact, { durationMs }: ExchangeFact, config: CompiledConfig): JsonObject => {
  const { provider, model } = placeOf(attempt.target);
  return {
    id: attempt.attemptId,
    endpoint_id: attempt.target,
    provider_name: titleOf(config, provider),
    model_permaslug: publicName(config, provider, model),
    status: attempt.status ?? null,
    latency: Math.round(attempt.durationMs ?? durationMs),
    is_byok: false,
  };
};

export const generationRoutes: readonly FaceRoute[] = [
  { method: 'GET', path: '/generation', who: 'key', about: 'caller', run: generation },
];
