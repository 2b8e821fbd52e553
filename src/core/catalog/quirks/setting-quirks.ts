import { isArray, isObject, type JsonObject } from '../../json/json.ts';
import { messagesIn, ofChat, without } from './quirk.ts';

/** Hosts that know only `max_tokens` answer 400 to, or ignore, the newer name. */
export const maxTokensOldName = ofChat((body) =>
  body['max_completion_tokens'] === undefined
    ? []
    : [{ op: 'rename', path: ['max_completion_tokens'], to: 'max_tokens' }],
);

/** OpenAI's reasoning models refuse the older name. A body with both keeps the newer one. */
export const maxTokensNewName = ofChat((body) => {
  if (body['max_tokens'] === undefined) return [];
  return body['max_completion_tokens'] === undefined
    ? [{ op: 'rename', path: ['max_tokens'], to: 'max_completion_tokens' }]
    : [{ op: 'remove', path: ['max_tokens'] }];
});

/** Hosts that refuse `stream_options` (they send usage unasked, or never). */
export const noStreamOptions = ofChat((body) =>
  body['stream_options'] === undefined ? [] : [{ op: 'remove', path: ['stream_options'] }],
);

/** Mistral's word for a forced call of some tool. */
export const toolChoiceAny = ofChat((body) =>
  body['tool_choice'] === 'required' ? [{ op: 'set', path: ['tool_choice'], value: 'any' }] : [],
);

/** Mistral's name for the seed. */
export const seedAsRandomSeed = ofChat((body) =>
  body['seed'] === undefined ? [] : [{ op: 'rename', path: ['seed'], to: 'random_seed' }],
);

/** Hosts that refuse members they do not know answer 422 to those that only OpenAI's accounts and storage have a use for. */
export const noAccountMembers = without('store', 'user', 'safety_identifier');

/** Hosts that answer 400 to log probabilities and biases. */
export const noLogprobs = without('logprobs', 'top_logprobs', 'logit_bias');

/** Hosts that answer 400 to penalties, even to zeros. */
export const noPenalties = without('frequency_penalty', 'presence_penalty', 'logit_bias');

/** Models whose sampling is fixed: any other value than their own is refused. */
export const fixedSampling = without('temperature', 'top_p', 'frequency_penalty', 'presence_penalty');

/** Hosts whose temperature ends at 1. */
export const temperatureToOne = ofChat((body) => {
  const { temperature } = body;
  return typeof temperature === 'number' && temperature > 1 ? [{ op: 'set', path: ['temperature'], value: 1 }] : [];
}, true);

const effortMapped = (words: Readonly<Record<string, string>>) =>
  ofChat((body) => {
    const { reasoning_effort: effort } = body;
    const value = typeof effort === 'string' && Object.hasOwn(words, effort) ? words[effort] : undefined;
    return value === undefined ? [] : [{ op: 'set', path: ['reasoning_effort'], value }];
  }, true);

/** gpt-oss thinks in three steps, and always. */
export const effortInThreeSteps = effortMapped({ none: 'low', minimal: 'low', xhigh: 'high', max: 'high' });

const thinkingWords = ['low', 'medium', 'high', 'xhigh', 'max'];

/** Groq's Qwen models think or do not. */
export const effortDefaultOrNone = effortMapped({
  minimal: 'none',
  ...Object.fromEntries(thinkingWords.map((word) => [word, 'default'])),
});

/** Mistral's models think or do not; it calls the first `high`. */
export const effortHighOrNone = effortMapped({
  minimal: 'none',
  ...Object.fromEntries(thinkingWords.filter((word) => word !== 'high').map((word) => [word, 'high'])),
});

/**
 * Hosts with a JSON mode but without schemas refuse `json_schema`. The schema is said in words instead, which also satisfies those that want the
 * word JSON in the prompt. The answer is no longer held to the schema by the host.
 */
export const jsonWithoutSchema = ofChat((body) => {
  const format = body['response_format'];
  if (!isObject(format) || format['type'] !== 'json_schema' || !isArray(body['messages'])) return [];
  const said = { role: 'system', content: inWords(format['json_schema']) };
  const head = messagesIn(body).findIndex(({ message }) => message['role'] !== 'system');
  const at = head < 0 ? body['messages'].length : head;
  return [
    { op: 'set', path: ['response_format'], value: { type: 'json_object' } },
    { op: 'set', path: ['messages'], value: [...body['messages'].slice(0, at), said, ...body['messages'].slice(at)] },
  ];
}, true);

const inWords = (wrapped: JsonObject[string] | undefined): string => {
  const schema = isObject(wrapped) ? wrapped['schema'] : undefined;
  return schema === undefined
    ? 'Answer with one JSON object and nothing else.'
    : `Answer with one JSON object and nothing else. It must be valid by this JSON Schema: ${JSON.stringify(schema)}`;
};
