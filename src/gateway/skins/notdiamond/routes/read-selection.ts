import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { Dial } from '../../../../core/routing/learned/choice.ts';
import { kindOf, missing, Unprocessable, unprocessable } from '../unprocessable.ts';

/** A model of `llm_providers`, with the client's own words for it. */
export interface NamedModel {
  readonly provider: string | undefined;
  readonly model: string;
  readonly custom?: {
    readonly contextTokens: number;
    readonly inputPerMillion: number;
    readonly outputPerMillion: number;
    readonly latencySeconds: number;
  };
}

export interface Selection {
  readonly messages: Json;
  readonly tools: readonly Json[];
  readonly models: readonly NamedModel[];
  readonly dial: Dial;
  readonly preferenceId: string | undefined;
  readonly previousSession: string | undefined;
  readonly hashContent: boolean;
}

/** Reads a body of `modelSelect`. Fields nobody knows are ignored: older clients send some. Throws `Unprocessable`. */
export const readSelection = (body: JsonObject, openrouterNames: boolean): Selection => {
  const { metric } = body;
  if (isThere(metric) && metric !== 'accuracy')
    throw unprocessable(['metric'], 'Only "accuracy" is measured; send that or leave it out');
  readDepth(body['max_model_depth']);
  return {
    messages: readMessages(body['messages']),
    tools: readTools(body['tools']),
    models: readModels(body['llm_providers'], openrouterNames),
    dial: readDial(body),
    preferenceId: textOf(body, 'preference_id'),
    previousSession: textOf(body, 'previous_session'),
    hashContent: body['hash_content'] === true,
  };
};

const isThere = (value: Json | undefined): value is Exclude<Json, null> => value !== undefined && value !== null;

const textOf = (body: JsonObject, name: string): string | undefined => {
  const value = body[name];
  if (!isThere(value)) return undefined;
  if (typeof value !== 'string')
    throw unprocessable([name], `Input should be a string, not ${kindOf(value)}`, 'string_type');
  return value === '' ? undefined : value;
};

const readMessages = (messages: Json | undefined): Json => {
  if (!isThere(messages)) throw missing('messages');
  if (typeof messages === 'string') return messages;
  if (!Array.isArray(messages))
    throw unprocessable(
      ['messages'],
      `Input should be a list of messages or a string, not ${kindOf(messages)}`,
      'list_type',
    );
  if (messages.length === 0) throw unprocessable(['messages'], 'At least one message is needed', 'too_short');
  const wrong = messages.findIndex((message) => !isObject(message));
  if (wrong >= 0)
    throw unprocessable(
      ['messages', wrong],
      `Input should be a message with "role" and "content", not ${kindOf(messages[wrong])}`,
      'dict_type',
    );
  return messages;
};

const readTools = (tools: Json | undefined): readonly Json[] => {
  if (!isThere(tools)) return [];
  if (!Array.isArray(tools))
    throw unprocessable(['tools'], `Input should be a list of tools, not ${kindOf(tools)}`, 'list_type');
  return tools;
};

/** How far down the ranking to look. The first that can serve is answered, so any depth gives the same. */
const readDepth = (depth: Json | undefined): void => {
  if (!isThere(depth)) return;
  if (typeof depth !== 'number' || !Number.isInteger(depth) || depth < 1)
    throw unprocessable(['max_model_depth'], 'Input should be a whole number of 1 or more', 'greater_than_equal');
};

const readDial = (body: JsonObject): Dial => {
  const { tradeoff, cost_quality_tradeoff: slider } = body;
  if (isThere(tradeoff) && isThere(slider))
    throw new GatewayError(
      'invalid_request',
      'tradeoff and cost_quality_tradeoff both say what quality is worth. Send one of them.',
      { param: 'tradeoff' },
    );
  if (isThere(slider)) {
    if (typeof slider !== 'number' || !Number.isInteger(slider) || slider < 0 || slider > 10)
      throw unprocessable(
        ['cost_quality_tradeoff'],
        'Input should be a whole number from 0 (quality) to 10 (cost)',
        'int_type',
      );
    return { kind: 'slider', at: slider };
  }
  if (!isThere(tradeoff)) return { kind: 'rule', rule: { lambda: Number.POSITIVE_INFINITY } };
  if (tradeoff !== 'cost' && tradeoff !== 'latency')
    throw unprocessable(
      ['tradeoff'],
      'Input should be "cost" or "latency"; leave it out for quality alone',
      'literal_error',
    );
  return { kind: 'tradeoff', word: tradeoff };
};

const readModels = (given: Json | undefined, openrouterNames: boolean): readonly NamedModel[] => {
  if (!isThere(given)) throw missing('llm_providers');
  if (!Array.isArray(given))
    throw unprocessable(['llm_providers'], `Input should be a list of models, not ${kindOf(given)}`, 'list_type');
  if (given.length === 0)
    throw unprocessable(['llm_providers'], 'At least one model is needed to choose from', 'too_short');
  const models = given.map((one, index) => readModel(one, index, openrouterNames));
  const names = models.map(({ provider, model }) => `${provider ?? ''}/${model}`);
  models.forEach((model, index) => {
    if (model.custom !== undefined && names.indexOf(names[index] ?? '') !== names.lastIndexOf(names[index] ?? ''))
      throw unprocessable(
        ['llm_providers', index],
        'A custom model must have a name that no other model of the list has',
      );
  });
  return models;
};

const readModel = (given: Json, index: number, openrouterNames: boolean): NamedModel => {
  const at = ['llm_providers', index] as const;
  if (!isObject(given))
    throw unprocessable(at, `Input should be a model with "provider" and "model", not ${kindOf(given)}`, 'dict_type');
  const { provider, model } = given;
  if (!isThere(model)) throw missing(...at, 'model');
  if (typeof model !== 'string' || model === '')
    throw unprocessable([...at, 'model'], `Input should be a name, not ${kindOf(model)}`, 'string_type');
  if (!isThere(provider)) {
    if (!openrouterNames) throw missing(...at, 'provider');
    if (!model.includes('/'))
      throw unprocessable([...at, 'model'], 'Input should be "vendor/model" when no provider is sent');
  } else if (typeof provider !== 'string' || provider === '')
    throw unprocessable([...at, 'provider'], `Input should be a name, not ${kindOf(provider)}`, 'string_type');
  const named = { provider: isThere(provider) ? provider : undefined, model };
  return given['is_custom'] === true ? { ...named, custom: readCustom(given, index) } : named;
};

const customFields = ['context_length', 'input_price', 'output_price', 'latency'] as const;

const readCustom = (given: JsonObject, index: number): NonNullable<NamedModel['custom']> => {
  const faults = customFields.flatMap((field) => {
    const value = given[field];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return [];
    const msg = isThere(value)
      ? `Input should be a number of 0 or more, not ${kindOf(value)}`
      : 'Field required for a custom model';
    return [{ loc: ['body', 'llm_providers', index, field], msg, type: isThere(value) ? 'float_type' : 'missing' }];
  });
  if (faults.length > 0) throw new Unprocessable(faults);
  const of = (field: (typeof customFields)[number]): number => Number(given[field]);
  return {
    contextTokens: of('context_length'),
    inputPerMillion: of('input_price'),
    outputPerMillion: of('output_price'),
    latencySeconds: of('latency'),
  };
};
