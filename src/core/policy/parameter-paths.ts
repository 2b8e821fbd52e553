import type { DialectId } from '../ir/dialect-id.ts';
import type { Path } from '../json/edit.ts';

/** Parameters that most formats have, by the name OpenAI's chat format gives them. */
const commonParameters = [
  'temperature',
  'top_p',
  'top_k',
  'max_tokens',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'reasoning_effort',
] as const;

type CommonParameter = (typeof commonParameters)[number];

/** Where a dialect has a parameter, its usual place first. Empty when it has none. A name that is not common is a member of the body. */
export const parameterPaths = (name: string, dialect: DialectId): readonly Path[] =>
  isCommon(name) ? (places[dialect]?.[name] ?? [[name]]) : [[name]];

const isCommon = (name: string): name is CommonParameter => (commonParameters as readonly string[]).includes(name);

const none: readonly Path[] = [];
const generation = (...names: readonly string[]): readonly Path[] => names.map((name) => ['generationConfig', name]);

const inference = (name: string): readonly Path[] => [['inferenceConfig', name]];
const options = (name: string): readonly Path[] => [['options', name]];

type Places = Readonly<Partial<Record<CommonParameter, readonly Path[]>>>;

const cohere: Places = { top_p: [['p']], top_k: [['k']], stop: [['stop_sequences']], reasoning_effort: none };

const ollama: Places = {
  temperature: options('temperature'),
  top_p: options('top_p'),
  top_k: options('top_k'),
  max_tokens: options('num_predict'),
  stop: options('stop'),
  seed: options('seed'),
  presence_penalty: options('presence_penalty'),
  frequency_penalty: options('frequency_penalty'),
  reasoning_effort: [['think']],
};

/** Places that are not simply the name. */
const places: Readonly<Partial<Record<DialectId, Places>>> = {
  'openai-chat': { max_tokens: [['max_tokens'], ['max_completion_tokens']] },
  'openai-completions': { reasoning_effort: none },
  'openai-responses': {
    top_k: none,
    max_tokens: [['max_output_tokens']],
    stop: none,
    seed: none,
    presence_penalty: none,
    frequency_penalty: none,
    reasoning_effort: [['reasoning', 'effort']],
  },
  'anthropic-messages': {
    stop: [['stop_sequences']],
    seed: none,
    presence_penalty: none,
    frequency_penalty: none,
    reasoning_effort: [['output_config', 'effort']],
  },
  gemini: {
    temperature: generation('temperature'),
    top_p: generation('topP', 'top_p'),
    top_k: generation('topK', 'top_k'),
    max_tokens: generation('maxOutputTokens', 'max_output_tokens'),
    stop: generation('stopSequences', 'stop_sequences'),
    seed: generation('seed'),
    presence_penalty: generation('presencePenalty', 'presence_penalty'),
    frequency_penalty: generation('frequencyPenalty', 'frequency_penalty'),
    reasoning_effort: none,
  },
  'bedrock-converse': {
    temperature: inference('temperature'),
    top_p: inference('topP'),
    // Each family of models has a name of its own for it; this one most of them read.
    top_k: [['additionalModelRequestFields', 'top_k']],
    max_tokens: inference('maxTokens'),
    stop: inference('stopSequences'),
    seed: none,
    presence_penalty: none,
    frequency_penalty: none,
    reasoning_effort: none,
  },
  cohere,
  'cohere-v1': cohere,
  ollama,
  'ollama-generate': ollama,
};
