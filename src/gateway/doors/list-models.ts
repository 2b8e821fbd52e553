import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { listedModels, resolveModel } from '../../core/catalog/resolve.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';

/** The four shapes clients expect of a model list. */
export type ModelListShape = 'openai' | 'anthropic' | 'codex' | 'gemini';

/**
 * Tells clients apart: Codex asks with `client_version`, Anthropic's send `anthropic-version`, Google's use the `/v1beta` path or send their
 * key in `x-goog-api-key` (newer ones ask under `/v1`).
 */
export const modelListShape = (
  path: 'openai' | 'gemini',
  query: string,
  headers: { readonly anthropicVersion: string | undefined; readonly googleKey: string | undefined },
): ModelListShape => {
  if (path === 'gemini' || headers.googleKey !== undefined) return 'gemini';
  if (/(?:^|&)client_version=/.test(query)) return 'codex';
  return headers.anthropicVersion === undefined ? 'openai' : 'anthropic';
};

// No release dates are known here yet; lists need one, and a fixed one keeps them comparable.
const createdSeconds = 1_700_000_000;
const createdAt = '2023-11-14T22:13:20Z';

const entries: Readonly<Record<ModelListShape, (name: string) => JsonObject>> = {
  openai: (name) => ({ id: name, object: 'model', created: createdSeconds, owned_by: ownerOf(name) }),
  anthropic: (name) => ({ type: 'model', id: name, display_name: name, created_at: createdAt }),
  codex: (name) => ({
    slug: name,
    display_name: name,
    description: `${name} through Sluice`,
    supported_reasoning_levels: ['low', 'medium', 'high'].map((effort) => ({ effort, description: effort })),
    default_reasoning_level: 'medium',
    shell_type: 'default',
    visibility: 'list',
    supported_in_api: true,
    priority: 0,
    context_window: 128_000,
    supports_reasoning_summaries: false,
    support_verbosity: false,
    supports_parallel_tool_calls: true,
    base_instructions: '',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    experimental_supported_tools: [],
  }),
  gemini: (name) => ({
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  }),
};

/** All models the ready providers list, in the client's shape. */
export const modelList = (shape: ModelListShape, providers: readonly ActiveProvider[]): JsonObject => {
  const data = listedModels(providers).map(entries[shape]);
  if (shape === 'openai') return { object: 'list', data };
  if (shape !== 'anthropic') return { models: data };
  const first: Json = data[0]?.['id'] ?? null;
  return { data, has_more: false, first_id: first, last_id: data.at(-1)?.['id'] ?? null };
};

/** One model by name. Throws `model_not_found`. A model no list names still exists when its provider is ready. */
export const modelEntry = (name: string, shape: ModelListShape, providers: readonly ActiveProvider[]): JsonObject => {
  const found = resolveModel(name, providers);
  if (found.kind !== 'found') throw new GatewayError('model_not_found', found.message);
  return entries[shape](`${found.provider.entry.id}/${found.model}`);
};

const ownerOf = (name: string): string => name.slice(0, name.indexOf('/'));
