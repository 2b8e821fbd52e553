import { mannersOf } from '../../../core/catalog/model-manners.ts';
import { resolveModel } from '../../../core/catalog/resolve.ts';
import { servedBy } from '../../../core/catalog/served-by.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId, Operation } from '../../../core/ir/index.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Target } from '../records.ts';

const rememberedTargets = 2000;

// Names repeat, and finding one runs the catalogue's patterns. The memory goes with the configuration it was made for.
const memory = new WeakMap<CompiledConfig, Map<string, Target>>();

export interface Asked {
  readonly model: string;
  readonly operation: Operation;
  readonly door: DialectId;
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
  const known = memory.get(config) ?? new Map<string, Target>();
  memory.set(config, known);
  const name = `${asked.operation} ${asked.door} ${asked.model}`;
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const target = resolve(config, asked);
  if (target === undefined) return undefined;
  if (known.size >= rememberedTargets) known.clear();
  known.set(name, target);
  return target;
};

const operationNames: Readonly<Record<Operation, string>> = {
  chat: 'chat',
  embeddings: 'embeddings',
  'count-tokens': 'token counting',
  compact: 'compaction',
};

const resolve = (config: CompiledConfig, asked: Asked): Target | undefined => {
  const resolution = resolveModel(asked.model, config.providers);
  if (resolution.kind === 'not-configured') {
    throw new GatewayError('provider_not_configured', resolution.message, { param: 'model' });
  }
  if (resolution.kind !== 'found') throw new GatewayError('model_not_found', resolution.message, { param: 'model' });
  const { provider, model } = resolution;
  const served = servedBy(provider.entry, { operation: asked.operation, model, door: asked.door });
  return served === undefined ? undefined : { provider, model, served, manners: mannersOf(provider.entry, model) };
};
