import { factsOfModel } from '../../../core/catalog/models/facts-of-model.ts';
import type { ModelInfo, ModelMode } from '../../../core/catalog/models/model-info.ts';
import { listedModels } from '../../../core/catalog/names/name-index.ts';
import { dayNumber, retirementOf } from '../../../core/catalog/names/retirement.ts';
import { type FoundModel, resolveModel } from '../../../core/catalog/resolve.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import { ownNames } from '../../own-names.ts';
import { codexInstructions } from './codex-instructions.ts';
import { anthropicPage, asksForPage, geminiPage } from './list-page.ts';
import { modelMetadata } from './model-metadata.ts';

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

/** A model as a list shows it. `name` is what a client writes to get it. */
interface ShownModel {
  readonly name: string;
  readonly provider: string;
  readonly info: ModelInfo;
  readonly today: string;
  readonly expiresOn: string | undefined;
}

// Lists need a date; a fixed one for models without a known one keeps them comparable.
const unknownRelease = '2023-11-14';

const createdOn = ({ info }: ShownModel): string => info.releasedOn ?? unknownRelease;
const contextOf = ({ info }: ShownModel): number => info.contextTokens ?? 128_000;

const entries: Readonly<Record<ModelListShape, (model: ShownModel) => JsonObject>> = {
  openai: (model) => ({
    id: model.name,
    object: 'model',
    created: dayNumber(createdOn(model)) * 86_400,
    owned_by: model.provider,
    ...modelMetadata(model.info, model),
  }),
  anthropic: (model) => ({
    type: 'model',
    id: model.name,
    display_name: titleOf(model),
    created_at: `${createdOn(model)}T00:00:00Z`,
    lifecycle: lifecycleOf(model),
    deprecated_at: null,
    retires_at: model.expiresOn === undefined ? null : `${model.expiresOn}T00:00:00Z`,
    max_input_tokens: model.info.maxInputTokens ?? model.info.contextTokens ?? null,
    max_tokens: model.info.maxOutputTokens ?? null,
    line: null,
    capabilities: null,
  }),
  codex: (model) => ({
    slug: model.name,
    display_name: titleOf(model),
    description: `${titleOf(model)} through Sluice`,
    supported_reasoning_levels: effortsOf(model).map((effort) => ({ effort, description: effort })),
    default_reasoning_level: effortsOf(model).includes('medium') ? 'medium' : (effortsOf(model)[0] ?? 'medium'),
    shell_type: 'default',
    visibility: 'list',
    supported_in_api: true,
    priority: 0,
    context_window: contextOf(model),
    supports_reasoning_summaries: false,
    support_verbosity: false,
    supports_parallel_tool_calls: true,
    base_instructions: codexInstructions,
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    experimental_supported_tools: [],
  }),
  gemini: (model) => ({
    name: `models/${model.name}`,
    displayName: titleOf(model),
    ...(model.info.contextTokens === undefined ? {} : { inputTokenLimit: model.info.contextTokens }),
    ...(model.info.maxOutputTokens === undefined ? {} : { outputTokenLimit: model.info.maxOutputTokens }),
    supportedGenerationMethods: googleMethods[model.info.mode] ?? [],
    ...(model.info.reasoning === undefined ? {} : { thinking: true }),
  }),
};

const lifecycleOf = ({ info, expiresOn, today }: ShownModel): 'active' | 'deprecated' | 'retired' => {
  if (expiresOn !== undefined) return expiresOn <= today ? 'retired' : 'deprecated';
  return info.status === 'deprecated' ? 'deprecated' : 'active';
};

const googleMethods: Partial<Readonly<Record<ModelMode, readonly string[]>>> = {
  chat: ['generateContent', 'streamGenerateContent', 'countTokens'],
  embedding: ['embedContent', 'batchEmbedContents'],
};

/** A model nobody has a title for is shown by its whole name. */
const titleOf = ({ name, info }: ShownModel): string => (info.title === info.id ? name : info.title);

const effortsOf = ({ info }: ShownModel): readonly string[] =>
  (info.reasoning?.efforts ?? ['low', 'medium', 'high']).filter((effort) => effort !== 'none');

const lists = new WeakMap<CompiledConfig, Map<string, string>>();

type Shows = (name: string) => boolean;

/**
 * The models the ready providers offer, and the operator's own names for some, in the client's shape, as JSON. `shows`: those the caller may use. A
 * `query` may ask for a page of them. Throws a 400 for one that nobody can give.
 */
export const modelList = (
  shape: ModelListShape,
  config: CompiledConfig,
  { shows, query }: { readonly shows: Shows | undefined; readonly query: string },
): string => {
  if (shows !== undefined || asksForPage(query)) return writtenList(shape, config, { shows: shows ?? all, query });
  const key = `${shape} ${config.today()}`;
  const known = lists.get(config);
  const ready = known?.get(key);
  if (ready !== undefined) return ready;
  const written = writtenList(shape, config, { shows: all, query: '' });
  // Of other days only today's is asked for again.
  if (known === undefined || known.size >= shapes) lists.set(config, new Map([[key, written]]));
  else known.set(key, written);
  return written;
};

const all: Shows = () => true;

const writtenList = (
  shape: ModelListShape,
  config: CompiledConfig,
  { shows, query }: { readonly shows: Shows; readonly query: string },
): string => {
  const names = shownNames(config).filter(shows);
  const asked = new URLSearchParams(query);
  const entriesOf = (page: readonly string[]): readonly JsonObject[] =>
    page.flatMap((name) => {
      const model = shownModel(name, config);
      return shape === 'codex' && !canBeAgent(model) ? [] : [entries[shape](model)];
    });
  switch (shape) {
    case 'openai':
      return JSON.stringify({ object: 'list', data: entriesOf(names) });
    case 'codex':
      return JSON.stringify({ models: entriesOf(names) });
    case 'anthropic': {
      const page = anthropicPage(names, asked);
      const ends = { first_id: page.names[0] ?? null, last_id: page.names.at(-1) ?? null };
      return JSON.stringify({ data: entriesOf(page.names), has_more: page.more, ...ends });
    }
    case 'gemini': {
      const page = geminiPage(names, asked);
      const next = page.more ? { nextPageToken: page.names.at(-1) ?? '' } : {};
      return JSON.stringify({ models: entriesOf(page.names), ...next });
    }
  }
};

/** Codex has no use for a model without tools, and each entry of its list is long. */
const canBeAgent = ({ info: { mode, parameters } }: ShownModel): boolean =>
  mode === 'chat' && (parameters.length === 0 || parameters.includes('tools'));

const shapes = Object.keys(entries).length;

/** The operator's own names first, those that lead somewhere. */
export const shownNames = (config: CompiledConfig): readonly string[] => [
  ...new Set([...ownNames(config).keys(), ...listedModels(config, config.today())]),
];

const shownModel = (name: string, config: CompiledConfig): ShownModel => {
  const own = ownNames(config).get(name);
  if (own !== undefined) return shown(name, own[0], config);
  const slash = name.indexOf('/');
  const [provider, model] = [name.slice(0, slash), name.slice(slash + 1)];
  return shownAs(name, { provider, model, config });
};

const shown = (name: string, { provider, model }: FoundModel, config: CompiledConfig): ShownModel =>
  shownAs(name, { provider: provider.entry.id, model, config });

const shownAs = (
  name: string,
  { provider, model, config }: { readonly provider: string; readonly model: string; readonly config: CompiledConfig },
): ShownModel => {
  const info = factsOfModel(config, { provider, id: model });
  return { name, provider, today: config.today(), info, expiresOn: retirementOf(provider, model, info) };
};

/** One model by name, as JSON. Throws `model_not_found`. A model no list names still exists when its provider is ready. */
export const modelEntry = (
  name: string,
  shape: ModelListShape,
  { config, shows }: { readonly config: CompiledConfig; readonly shows: ((name: string) => boolean) | undefined },
): string => {
  const today = config.today();
  const own = config.routes.has(name) && shows?.(name) !== false ? ownNames(config).get(name) : undefined;
  if (own !== undefined) return JSON.stringify(entries[shape](shown(name, own[0], config)));
  const found = resolveModel(name, config, { today, shows });
  if (found.kind !== 'found') {
    if (shows?.(name) === false) throw notShown(name);
    throw new GatewayError('model_not_found', found.message);
  }
  const full = `${found.provider.entry.id}/${found.model}`;
  if (shows?.(name) === false && !shows(full)) throw notShown(name);
  return JSON.stringify(entries[shape](shown(full, found, config)));
};

/** The same for a model that is not there and one the key may not use. */
export const notShown = (name: string): GatewayError =>
  new GatewayError('model_not_found', `This key has no model "${name.slice(0, 80)}".`);
