import { isObject, type Json, type JsonDraft, type JsonObject, stringAt } from '../../core/json/json.ts';
import { groupRoutes, splitNames, takenLibrary, takenRouter } from './group-routes.ts';
import { type Deployment, readDeployments } from './read-deployments.ts';
import { type KnownNames, leaveRest, numberAt, textOf, type Work } from './work.ts';

export interface ConvertedConfig {
  /** A `sluice.yaml`. */
  readonly config: JsonObject;
  /** Every setting that is not in it, by its place, with the reason. */
  readonly left: readonly string[];
}

const takenDocument: ReadonlySet<string> = new Set([
  ...['model_list', 'credential_list', 'general_settings', 'litellm_settings', 'router_settings'],
]);

/** A config file of LiteLLM's as one of Sluice's. */
export const convertConfig = (document: JsonObject, names: KnownNames, byRow = false): ConvertedConfig => {
  const work: Work = { names, byRow, providers: [], models: [], modelSettings: [], left: [] };
  const { general_settings: general, litellm_settings: library, router_settings: router } = document;
  const settings = { router: objectOf(router), library: objectOf(library) };
  const deployments = readDeployments(document, work);
  const { aliases, routes } = splitNames(groupRoutes(deployments, settings, work), work);
  const named = { ...aliasesOf(router, work), ...aliasesOf(library, work), ...idsOf(deployments), ...aliases };
  leaveRest(takenDocument, document, { at: '', left: work.left });
  leaveRest(new Set(['master_key']), general, { at: 'general_settings', left: work.left });
  leaveRest(takenLibrary, library, { at: 'litellm_settings', left: work.left });
  leaveRest(takenRouter, router, { at: 'router_settings', left: work.left });
  leaveChecks(settings.router, work);
  takeProviderBudgets(settings.router['provider_budget_config'], work);
  const masterKey = stringAt(general, 'master_key');
  const dropParams = settings.library['drop_params'];
  const config: JsonObject = {
    ...(masterKey === undefined ? {} : { master_key: textOf(masterKey) }),
    ...(typeof dropParams === 'boolean' ? { drop_params: dropParams } : {}),
    providers: work.providers as readonly JsonObject[],
    ...(Object.keys(named).length === 0 ? {} : { aliases: named }),
    ...(Object.keys(routes).length === 0 ? {} : { routes }),
    ...(work.models.length === 0 ? {} : { models: work.models as readonly JsonObject[] }),
    ...(work.modelSettings.length === 0 ? {} : { model_settings: work.modelSettings as readonly JsonObject[] }),
  };
  return { config, left: work.left };
};

const objectOf = (settings: Json | undefined): JsonObject =>
  settings !== undefined && isObject(settings) ? settings : {};

/** Fixed ids may be written where a model is. */
const idsOf = (deployments: readonly Deployment[]): JsonDraft =>
  Object.fromEntries(
    deployments.flatMap(({ id, target }) => (id === undefined || target.includes('*') ? [] : [[id, target]])),
  );

const aliasesOf = (settings: Json | undefined, work: Work): JsonDraft => {
  const given = isObject(settings) ? settings['model_group_alias'] : undefined;
  if (!isObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, to]) => {
      const target = typeof to === 'string' ? to : stringAt(to, 'model');
      if (target === undefined) work.left.push(`model_group_alias.${name}`);
      return target === undefined ? [] : [[name, target]];
    }),
  );
};

/** A budget holds for every key of its provider: they count together. */
const takeProviderBudgets = (config: Json | undefined, { providers, names, left }: Work): void => {
  if (!isObject(config)) return;
  for (const [word, budget] of Object.entries(config)) {
    const id = names.providerOf(word);
    const limit = numberAt(budget, 'budget_limit') ?? numberAt(budget, 'max_budget');
    const window = windowOf(stringAt(budget, 'time_period') ?? stringAt(budget, 'budget_duration'));
    const own = providers.filter((one) => id !== undefined && (one['id'] === id || one['like'] === id));
    if (limit === undefined || window === undefined || own.length === 0)
      left.push(`router_settings.provider_budget_config.${word}`);
    else for (const one of own) one['budgets'] = [{ limit_usd: limit, window }];
  }
};

const windows: Readonly<Record<string, Json>> = {
  '1h': 'hour',
  '24h': 'day',
  '1d': 'day',
  '7d': 'week',
  '30d': 'month',
  '1mo': 'month',
};

const windowOf = (span: string | undefined): Json | undefined => {
  if (span === undefined) return 'lifetime';
  const days = /^([1-9]\d{0,2})d$/.exec(span)?.[1];
  return windows[span] ?? (days === undefined ? undefined : { rolling_days: Number(days) });
};

const leaveChecks = ({ optional_pre_call_checks: checks }: JsonObject, { left }: Work): void => {
  for (const check of Array.isArray(checks) ? (checks as readonly Json[]) : [])
    if (check !== 'enforce_model_rate_limits') left.push(`router_settings.optional_pre_call_checks: ${String(check)}`);
};
