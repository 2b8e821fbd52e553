import type { DeploymentReader } from '../../adapters/seal/opened-deployments.ts';
import type { Environment } from '../../contract/expand-environment.ts';
import { catalogueNames } from '../../contract/litellm/catalogue-names.ts';
import { catalogue } from '../../core/catalog/catalogue.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { AddedModels, Deployment } from '../../ports/access/deployments.ts';

/** Reads deployments as the config file is read: by the same contracts, which are loaded with the first of them. */
export const deploymentReader = (environment: Environment): DeploymentReader => ({
  read: async (deployments) => {
    const [{ convertConfig }, { parseConfig }, { compileProviders }, { modelsOfLike }] = await Promise.all([
      import('../../contract/litellm/convert-config.ts'),
      import('../../contract/parse-config.ts'),
      import('../../contract/compile-providers.ts'),
      import('../../contract/models/models-of-like.ts'),
    ]);
    const read = (rows: readonly Deployment[]): Read => {
      const { config, left } = convertConfig({ model_list: rows.map(rowOf) }, catalogueNames, true);
      if (config['aliases'] === undefined && config['routes'] === undefined)
        return { problem: left[0] ?? 'it names no model' };
      const parsed = parseConfig(JSON.stringify(config), environment);
      if ('problems' in parsed)
        return { problem: parsed.problems.map(({ path, message }) => `${path} ${message}`)[0] ?? '' };
      const own = new Set((parsed.config.providers ?? []).map(({ id }) => id));
      const providers = compileProviders(parsed.config, catalogue, environment).filter(({ entry }) =>
        own.has(entry.id),
      );
      const unready = providers.find(({ ready }) => !ready);
      if (unready !== undefined) return { problem: unready.reason ?? 'its provider is not set up' };
      const { aliases, routes, modelSettings, models } = parsed.config;
      return {
        added: {
          ...{ providers, aliases, routes, modelSettings, models },
          sharing: modelsOfLike(parsed.config, catalogue),
          ids: new Set(rows.map(({ id }) => id)),
        },
      };
    };
    const all = read(deployments);
    if ('added' in all) return { added: all.added, problems: [] };
    // One that cannot be served any more (a variable is gone) does not take the others with it.
    const single = deployments.map((one) => ({ one, read: read([one]) }));
    const able = read(single.flatMap(({ one, read: own }) => ('added' in own ? [one] : [])));
    const problems = single.flatMap(({ read: own }) => ('problem' in own ? [own.problem] : []));
    return {
      added: 'added' in able ? able.added : nothing,
      problems: problems.length === 0 ? [all.problem] : problems,
    };
  },
});

type Read = { readonly added: AddedModels } | { readonly problem: string };

const rowOf = ({ id, name, params }: Deployment): JsonObject => ({
  model_name: name,
  litellm_params: params as JsonObject,
  model_info: { id },
});

const nothing: AddedModels = {
  providers: [],
  aliases: {},
  routes: new Map(),
  modelSettings: [],
  models: [],
  sharing: new Map(),
  ids: new Set(),
};
