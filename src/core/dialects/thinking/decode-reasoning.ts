import { type Effort, efforts, type Reasoning } from '../../ir/index.ts';
import { isObject, type JsonDraft, type JsonObject, unknownMembers } from '../../json/json.ts';
import { numberField, objectField, stringField } from '../checked/fields.ts';

interface DecodedReasoning {
  readonly reasoning: Reasoning | undefined;
  /** What `thinking` and `output_config` hold beyond that. */
  readonly thinkingRest: JsonObject | undefined;
  readonly configRest: JsonObject | undefined;
}

const thinkingTypes: Readonly<Record<string, Reasoning>> = {
  enabled: { enabled: true },
  adaptive: { enabled: true, adaptive: true },
  disabled: { enabled: false },
};

const displays: Readonly<Record<string, boolean>> = { summarized: true, omitted: false };

/** `thinking` and `output_config.effort`. An effort without `thinking` speaks of the whole answer and does not ask for thoughts. */
export const decodeReasoning = (body: JsonObject): DecodedReasoning => {
  const thinking = objectField(body, 'thinking');
  const read = thinking === undefined ? undefined : decodeThinking(thinking);
  const config = objectField(body, 'output_config') ?? {};
  const word = stringField(config, 'effort', 'output_config.');
  const effort = efforts.find((known) => known === word);
  const reasoning = withEffort(read?.reasoning, effort, thinking !== undefined);
  return { reasoning, thinkingRest: read?.rest, configRest: configRest(config, effort) };
};

const withEffort = (
  reasoning: Reasoning | undefined,
  effort: Effort | undefined,
  asked: boolean,
): Reasoning | undefined => {
  if (effort === undefined) return reasoning;
  return asked ? { ...reasoning, effort } : { effort, effortOnly: true };
};

const decodeThinking = (thinking: JsonObject): { reasoning: Reasoning | undefined; rest: JsonObject | undefined } => {
  const type = stringField(thinking, 'type', 'thinking.') ?? '';
  const known = Object.hasOwn(thinkingTypes, type) ? thinkingTypes[type] : undefined;
  if (known === undefined) return { reasoning: undefined, rest: thinking };
  const budgetTokens = numberField(thinking, 'budget_tokens', 'thinking.');
  const display = stringField(thinking, 'display', 'thinking.') ?? '';
  const show = Object.hasOwn(displays, display) ? displays[display] : undefined;
  const read = new Set(['type', 'budget_tokens', ...(show === undefined && display !== '' ? [] : ['display'])]);
  return {
    reasoning: {
      ...known,
      ...(budgetTokens === undefined ? {} : { budgetTokens }),
      ...(show === undefined ? {} : { show }),
    },
    rest: unknownMembers(thinking, read),
  };
};

const configRest = (config: JsonObject, effort: Effort | undefined): JsonObject | undefined => {
  const rest: JsonDraft = { ...unknownMembers(config, new Set(['effort', 'format'])) };
  const word = config['effort'] ?? undefined;
  if (word !== undefined && effort === undefined) rest['effort'] = word;
  const format = config['format'] ?? undefined;
  const plain = isObject(format) && format['type'] === 'json_schema' && Object.keys(format).length === 2;
  if (format !== undefined && !plain) rest['format'] = format;
  return Object.keys(rest).length === 0 ? undefined : rest;
};
