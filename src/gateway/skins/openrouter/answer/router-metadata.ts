import type { JsonObject } from '../../../../core/json/json.ts';
import type { DecisionEntry } from '../../../../core/routing/decision.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import type { Settlement } from '../../../line/settlement.ts';
import { publicName } from './public-name.ts';

interface Place {
  readonly provider: string;
  readonly model: string;
}

/** Why a request went where it went, for clients that ask by `X-OpenRouter-Metadata`; undefined for the others. */
export const routerMetadata = (
  settlement: Settlement,
  config: CompiledConfig,
  status: number,
): JsonObject | undefined => {
  const { face, facts } = settlement;
  if (face === undefined || !face.wantsMetadata) return undefined;
  const { tried = [], provider, model, decision } = facts;
  const requestedModel = face.requested ?? facts.requestedModel ?? '';
  const sent = facts.attempts ?? 0;
  const shown = ({ provider: id, model: name }: Place): JsonObject => ({
    provider: titleOf(config, id),
    model: publicName(config, id, name),
  });
  const served = provider === undefined || model === undefined ? undefined : { provider, model };
  const places = decision === undefined ? (served === undefined ? [] : [served]) : able(decision.candidates);
  const attempts = [...tried.map(({ target, status }) => ({ ...shown(placeOf(target)), status: status ?? 0 }))];
  if (served !== undefined && sent > 0) attempts.push({ ...shown(served), status });
  return {
    requested: requestedModel,
    strategy: strategyOf(settlement, requestedModel),
    region: null,
    summary: summaryOf(places.length, served, sent),
    attempt: sent,
    is_byok: isByok(settlement, config),
    endpoints: {
      total: places.length,
      available: places.map((place) => ({
        ...shown(place),
        selected: place.provider === served?.provider && place.model === served.model,
      })),
    },
    ...(attempts.length === 0 ? {} : { attempts }),
    ...(face.stages.length === 0 ? {} : { pipeline: face.stages }),
  };
};

/** Whether the provider was called with the organisation's own key. */
export const isByok = ({ facts }: Settlement, { providers }: CompiledConfig): boolean =>
  providers.some(({ entry, keyOwner }) => keyOwner !== undefined && entry.id === facts.provider);

export const titleOf = ({ providers }: CompiledConfig, id: string): string =>
  providers.find(({ entry }) => entry.id === id)?.entry.title ?? id;

/** `provider/model`, as decisions name targets. */
export const placeOf = (target: string): Place => {
  const slash = target.indexOf('/');
  return slash < 0
    ? { provider: target, model: target }
    : { provider: target.slice(0, slash), model: target.slice(slash + 1) };
};

const able = (candidates: readonly DecisionEntry[]): readonly Place[] =>
  candidates.filter(({ verdict }) => verdict !== 'dropped').map(({ target }) => placeOf(target));

const routers: Readonly<Record<string, string>> = {
  'openrouter/auto': 'auto',
  'openrouter/auto-beta': 'auto',
  'openrouter/free': 'free',
  'openrouter/pareto-code': 'pareto',
};

const strategyOf = ({ facts: { tried = [], notices = [] } }: Settlement, requested: string): string => {
  const router = routers[requested];
  if (router !== undefined) return router;
  if (requested.startsWith('~')) return 'latest';
  if (tried.length > 0) return 'fallback';
  return notices.length > 0 ? 'alias' : 'direct';
};

const summaryOf = (candidates: number, served: Place | undefined, sent: number): string => {
  if (served === undefined || sent === 0) return `none of ${candidates} endpoints was asked`;
  return `${candidates} endpoint${candidates === 1 ? '' : 's'} available, ${served.provider} answered at attempt ${sent}`;
};
