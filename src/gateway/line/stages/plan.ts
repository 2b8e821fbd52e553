import { mannersOf } from '../../../core/catalog/model-manners.ts';
import { type Resolution, resolveModel, type Shows } from '../../../core/catalog/resolve.ts';
import { servedBy } from '../../../core/catalog/served-by.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId, Operation } from '../../../core/ir/index.ts';
import { freePrice } from '../../../core/money/price.ts';
import { settingsOf } from '../../../core/policy/model-settings.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Target } from '../records.ts';

const rememberedModels = 2000;

// Names repeat, and finding one runs the catalogue's patterns. The memory goes with the configuration it was made for.
const memory = new WeakMap<CompiledConfig, TargetMemory>();

interface Found {
  readonly operation: Operation;
  readonly door: DialectId;
  readonly target: Target;
}

/** Targets by model name, then by operation and door: there are only a few of those. */
class TargetMemory {
  /** What a name leads to may change with the day. */
  readonly today: string;
  readonly #byModel = new Map<string, Found[]>();

  constructor(today: string) {
    this.today = today;
  }

  find({ model, operation, door }: Asked): Target | undefined {
    for (const found of this.#byModel.get(model) ?? [])
      if (found.operation === operation && found.door === door) return found.target;
    return undefined;
  }

  keep({ model, operation, door }: Asked, target: Target): void {
    const known = this.#byModel.get(model);
    if (known !== undefined) {
      known.push({ operation, door, target });
      return;
    }
    if (this.#byModel.size >= rememberedModels) this.#byModel.clear();
    this.#byModel.set(model, [{ operation, door, target }]);
  }
}

const memoryOf = (config: CompiledConfig): TargetMemory => {
  const today = config.today();
  const known = memory.get(config);
  if (known?.today === today) return known;
  const made = new TargetMemory(today);
  memory.set(config, made);
  return made;
};

export interface Asked {
  readonly model: string;
  readonly operation: Operation;
  readonly door: DialectId;
  /** Which names a refusal may suggest; all when absent. */
  readonly shows?: Shows;
}

/** Stage 8: finds the target a name leads to. Throws `model_not_found`, `provider_not_configured` or `unsupported_by_target`. */
export const findTarget = (config: CompiledConfig, asked: Asked): Target => {
  const found = findOptionalTarget(config, asked);
  if (found !== undefined) return found;
  throw new GatewayError(
    'unsupported_by_target',
    `The provider behind "${asked.model}" does not offer ${operationNames[asked.operation]}. See \`sluice providers\`.`,
    { param: 'model' },
  );
};

/** The same, but undefined when the provider does not offer the operation. */
export const findOptionalTarget = (config: CompiledConfig, asked: Asked): Target | undefined => {
  const known = memoryOf(config);
  const remembered = known.find(asked);
  if (remembered !== undefined) return remembered;
  const target = resolve(config, asked);
  if (target === undefined) return undefined;
  known.keep(asked, target);
  return target;
};

const operationNames: Readonly<Record<Operation, string>> = {
  chat: 'chat',
  embeddings: 'embeddings',
  'count-tokens': 'token counting',
  compact: 'compaction',
  rerank: 'reranking',
  moderations: 'moderation',
};

const longestName = 512;

/** No model is called so: a name that would lead a path elsewhere, or fill the memory of names. */
const refuseImpossibleName = (model: string): void => {
  if (model.length > longestName) {
    throw new GatewayError('model_not_found', `The model's name is longer than ${longestName} characters.`, {
      param: 'model',
    });
  }
  if (model.split('/').some((step) => step === '.' || step === '..')) {
    throw new GatewayError('model_not_found', 'The model\'s name holds "." or ".." between slashes.', {
      param: 'model',
    });
  }
};

const resolve = (config: CompiledConfig, asked: Asked): Target | undefined => {
  refuseImpossibleName(asked.model);
  const resolution = findModel(asked, config);
  if (resolution.kind === 'not-configured') {
    throw new GatewayError('provider_not_configured', resolution.message, {
      param: 'model',
      nearest: resolution.nearest,
    });
  }
  if (resolution.kind !== 'found')
    throw new GatewayError('model_not_found', resolution.message, { param: 'model', nearest: resolution.nearest });
  const { provider, info, notices } = resolution;
  const served = servedBy(provider.entry, { operation: asked.operation, model: resolution.model, door: asked.door });
  if (served === undefined) return undefined;
  const model = addsTags(asked.door) && !addsTags(served.dialect) ? withoutTag(resolution.model) : resolution.model;
  const settings = settingsOf(config.modelSettings, provider.entry.id, model);
  const manners = mannersOf(provider.entry, model, info);
  const price = info?.price ?? (provider.entry.free === true ? freePrice : undefined);
  return {
    provider,
    model,
    served,
    manners,
    notices,
    ...(settings === undefined ? {} : { settings }),
    ...(price === undefined ? {} : { price }),
  };
};

/** Clients of local model servers add a tag to names without one. Elsewhere models have no tags. */
const addsTags = (dialect: DialectId): boolean => dialect === 'ollama' || dialect === 'ollama-generate';

const withoutTag = (model: string): string => model.replace(/:latest$/, '');

const findModel = ({ model, door, shows }: Asked, config: CompiledConfig): Resolution => {
  const how = { today: config.today(), shows };
  const found = resolveModel(model, config, how);
  return found.kind === 'found' || !addsTags(door) ? found : resolveModel(withoutTag(model), config, how);
};
