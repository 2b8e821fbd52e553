import type { JsonObject } from '../../../../core/json/json.ts';
import { modelMetadata } from '../../../doors/lists/model-metadata.ts';
import { titleOf } from '../answer/router-metadata.ts';
import type { FaceCall, FaceTools } from '../api/face-route.ts';
import { type EndpointStatistics, noStatistics, recentFacts, statisticsOf } from './endpoint-statistics.ts';
import type { ListedEndpoint, ListedModel } from './listed-models.ts';
import { architectureOf, createdSeconds, describedModel } from './model-view.ts';

/** Who serves a model, for how much, and how well of late. */
export const endpointsView = async (model: ListedModel, call: FaceCall, tools: FaceTools): Promise<JsonObject> => {
  const { config, identity } = call;
  const nowMs = tools.clock.wallMs();
  const kept = await tools.kept();
  const facts = kept === undefined ? undefined : await recentFacts(kept.facts, { orgId: identity.orgId, nowMs });
  const [{ info }] = model.endpoints;
  return {
    id: model.id,
    name: info.title,
    created: createdSeconds(info),
    description: describedModel(model, config),
    architecture: architectureOf(info, { today: config.today() }),
    endpoints: model.endpoints.map((endpoint) => {
      const target = `${endpoint.provider}/${endpoint.model}`;
      const statistics = facts === undefined ? noStatistics : statisticsOf(target, facts, nowMs);
      const open = tools.health.of(target).standing(tools.clock.monotonicMs()).state === 'open';
      return endpointView(endpoint, { model, call, statistics, open });
    }),
  };
};

interface Shown {
  readonly model: ListedModel;
  readonly call: FaceCall;
  readonly statistics: EndpointStatistics;
  /** Its calls fail, and none are sent for a while. */
  readonly open: boolean;
}

const endpointView = ({ provider, info }: ListedEndpoint, { model, call, statistics, open }: Shown): JsonObject => {
  const { config } = call;
  const title = titleOf(config, provider);
  const { pricing } = modelMetadata(info, { today: config.today(), expiresOn: undefined });
  return {
    name: `${title} | ${model.id}`,
    model_id: model.id,
    model_name: info.title,
    provider_name: title,
    tag: provider,
    quantization: 'unknown',
    context_length: info.contextTokens ?? 0,
    max_prompt_tokens: null,
    max_completion_tokens: info.maxOutputTokens ?? null,
    pricing: { ...(pricing as JsonObject), discount: 0 },
    supported_parameters: info.parameters,
    status: open ? -1 : 0,
    uptime_last_5m: statistics.uptime5m,
    uptime_last_30m: statistics.uptime30m,
    uptime_last_1d: statistics.uptime1d,
    latency_last_30m: statistics.latency,
    throughput_last_30m: statistics.throughput,
    supports_implicit_caching: false,
    supports_tool_choice: toolChoices(info.parameters),
    supports_voice_cloning: false,
  };
};

const toolChoices = (parameters: readonly string[]): JsonObject => {
  const able = parameters.includes('tool_choice');
  const tools = able || parameters.includes('tools');
  return { auto: tools, none: able, required: able, function: able };
};
