import type { DialectId } from '../../core/ir/dialect-id.ts';
import type { JsonObject } from '../../core/json/json.ts';

/** When the simulated models were made, seconds since 1970. */
const createdSeconds = 1_767_225_600;

const openaiModel = (id: string): JsonObject => ({
  id,
  object: 'model',
  created: createdSeconds,
  owned_by: 'simulator',
});

const anthropicModel = (id: string): JsonObject => ({
  type: 'model',
  id,
  display_name: id,
  created_at: new Date(createdSeconds * 1000).toISOString(),
});

const geminiModel = (id: string): JsonObject => ({
  name: `models/${id}`,
  version: '001',
  displayName: id,
  description: 'A simulated model.',
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent', 'batchEmbedContents'],
});

const cohereModel = (id: string): JsonObject => ({
  name: id,
  endpoints: ['chat', 'embed', 'rerank'],
  finetuned: false,
  context_length: 256_000,
});

const ollamaModel = (id: string): JsonObject => ({
  name: id,
  model: id,
  modified_at: new Date(createdSeconds * 1000).toISOString(),
  size: 1_000_000,
  digest: 'simulated',
  details: {
    parent_model: '',
    format: 'gguf',
    family: 'sim',
    families: ['sim'],
    parameter_size: '1B',
    quantization_level: 'Q4_0',
  },
});

const writers: Readonly<Record<DialectId, (id: string) => JsonObject>> = {
  'openai-chat': openaiModel,
  'openai-completions': openaiModel,
  'openai-responses': openaiModel,
  'anthropic-messages': anthropicModel,
  gemini: geminiModel,
  cohere: cohereModel,
  'cohere-v1': cohereModel,
  voyage: openaiModel,
  'amazon-titan': openaiModel,
  'vertex-predict': openaiModel,
  jina: openaiModel,
  ollama: ollamaModel,
  'ollama-generate': ollamaModel,
  // Models are listed by another service; this is its shape.
  'bedrock-converse': (id) => ({
    modelId: id,
    modelName: id,
    providerName: 'Simulated',
    responseStreamingSupported: true,
  }),
};

/** One model in the dialect's shape. */
export const writeModel = (dialect: DialectId, id: string): JsonObject => writers[dialect](id);

/** The list of models in the dialect's shape. */
export const writeModels = (dialect: DialectId, ids: readonly string[]): JsonObject => {
  const models = ids.map(writers[dialect]);
  if (dialect === 'gemini' || dialect === 'cohere' || dialect === 'ollama') return { models };
  if (dialect !== 'anthropic-messages') return { object: 'list', data: models };
  return { data: models, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
};
