import type { EncodeContext, ReplyContext } from '../../src/core/dialects/dialect.ts';
import { budgetForEffort, effortForBudget, effortOf } from '../../src/core/dialects/reasoning-budget.ts';
import type {
  Block,
  ChatRequest,
  ChatResponse,
  Choice,
  Loss,
  MediaBlock,
  StreamEvent,
} from '../../src/core/ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../src/core/json/json.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import type { Codec } from '../golden/codecs.ts';
import { portable } from '../golden/normal-form.ts';
import { differingPaths, isTouched, touches } from './losses.ts';

export const context: EncodeContext = { model: 'model-1', defaultMaxOutputTokens: 4096, traits: new Set() };
const request: ChatRequest = {
  model: 'model-1',
  stream: true,
  streamUsage: true,
  turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'x' }] }],
  choices: 2,
  logprobs: true,
};
export const reply: ReplyContext = { request, replyId: 'reply1', nowSeconds: 1_760_000_000 };

interface Placed {
  readonly path: string;
  readonly role: string;
  readonly block: Block;
}

const placedBlocks = (value: ChatRequest): readonly Placed[] =>
  value.turns.flatMap((turn, at) =>
    turn.blocks.map((block, index) => ({ path: `turns[${at}].blocks[${index}]`, role: turn.role, block })),
  );

/** A block as one comparable text. */
const factOf = ({ role, block }: Placed): string => JSON.stringify([role, sorted(portable(comparable(block)))]);

/** Without what shows on some wires only: whether thoughts are a summary, and the order of texts and pictures within a result. */
const comparable = (block: Block): unknown => {
  if (block.kind === 'media') return unguessed(block);
  if (block.kind === 'tool-result')
    return {
      ...block,
      blocks: block.blocks
        .map(comparable)
        .map((inner) => JSON.stringify(sorted(portable(inner))))
        .sort(),
    };
  if (block.kind !== 'thinking') return block;
  const { form: _, ...said } = block;
  return said;
};

/**
 * Some wires want the type of a linked picture, and codecs guess it from the link. Some have one name for a document, which is its title or
 * the name of its file.
 */
const unguessed = (block: MediaBlock): Partial<MediaBlock> => {
  const { mimeType, filename, title, ...rest } = block;
  const name = title ?? filename;
  return {
    ...rest,
    ...(mimeType === undefined || block.source.kind === 'url' ? {} : { mimeType }),
    ...(name === undefined ? {} : { title: name }),
  };
};

const sorted = (value: Json | undefined): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
};

/** The words of a block that must arrive somewhere even when something about the block was changed. */
const wordsOf = (block: Block): string => {
  if (block.kind === 'tool-call') return block.name;
  return block.kind === 'text' || block.kind === 'refusal' ? block.text : '';
};

/**
 * What a round trip lost of the turns without saying so. Texts, thoughts and refusals of a turn may arrive joined with their neighbours, and
 * the kinds of an assistant's blocks in another order: some wires have one place for each.
 */
export const unsaidTurns = (before: ChatRequest, after: ChatRequest, losses: readonly Loss[]): readonly string[] => {
  const arrived = placedBlocks(after);
  const facts = arrived.map(factOf);
  const everything = JSON.stringify(after);
  const unsaid: string[] = [];
  let from = 0;
  for (const placed of placedBlocks(before)) {
    if (isTouched(losses, placed.path) || isTouched(losses, placed.path.replace(/\.blocks.*$/, '.role'))) {
      const dropped = losses.some((loss) => loss.action === 'dropped' && touches(loss, placed.path));
      const words = JSON.stringify(wordsOf(placed.block)).slice(1, -1);
      if (!dropped && !everything.includes(words)) unsaid.push(`${placed.path}: the words did not arrive`);
      continue;
    }
    const at = facts.indexOf(factOf(placed), placed.role === 'assistant' ? 0 : from);
    if (at >= 0) from = Math.max(from, at);
    else if (!arrived.some((other) => holds(other, placed))) unsaid.push(`${placed.path}: ${factOf(placed)}`);
  }
  const surplus = arrived.length - placedBlocks(before).length;
  if (surplus > 0 && !losses.some((loss) => loss.field.startsWith('turns')))
    unsaid.push('turns: blocks came out of nowhere');
  return unsaid;
};

/** Whether a block says what another said, and perhaps more before or after it. */
const holds = (whole: Placed, part: Placed): boolean =>
  whole.role === part.role &&
  whole.block.kind === part.block.kind &&
  'text' in whole.block &&
  'text' in part.block &&
  whole.block.text.includes(part.block.text) &&
  JSON.stringify('seal' in part.block ? part.block.seal : undefined) ===
    JSON.stringify('seal' in whole.block ? whole.block.seal : undefined);

/**
 * Everything but the turns, in the normal form of settings: effort and budget of thinking on the one scale of the codecs, and no member that
 * says only what is so without it.
 */
const settingsOf = (value: ChatRequest): JsonObject => {
  const { turns: _, reasoning, output, ...others } = withoutDefaults(portable(value)) as JsonObject;
  // Wires that know schemas but no strictness are always strict.
  const settings = isObject(output) ? { ...others, output: { ...output, strict: undefined } } : others;
  const effort = value.reasoning === undefined ? undefined : effortOf(value.reasoning);
  if (effort === undefined) return settings;
  const budgetTokens = budgetForEffort(effort);
  return { ...settings, reasoning: { effort: budgetTokens === undefined ? 'none' : effortForBudget(budgetTokens) } };
};

const defaults: Readonly<Record<string, Json>> = {
  strict: false,
  store: false,
  serviceTier: 'auto',
  parallelToolCalls: true,
};

const isDefault = (key: string, member: Json | undefined): boolean =>
  isObject(member) &&
  ((key === 'output' && member['kind'] === 'text') || (key === 'toolChoice' && member['kind'] === 'auto'));

const withoutDefaults = (value: Json | undefined): Json => {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => defaults[key] !== member && !isDefault(key, member))
      .map(([key, member]) => [key, withoutDefaults(member)]),
  );
};

export const unsaidSettings = (before: ChatRequest, after: ChatRequest, losses: readonly Loss[]): readonly string[] => {
  const settings = settingsOf(before);
  const others = settingsOf(after);
  return differingPaths(settings, others, '').filter((path) => !isTouched(losses, path));
};

export const collect = (events: readonly StreamEvent[]): ChatResponse => {
  const collector = new Collector();
  for (const event of events) collector.push(event);
  return collector.response();
};

/** What a choice says, in the normal form of wires that know one text and one line of thought in an answer. */
export const factsOf = (choice: Choice | undefined) => {
  const blocks = choice?.blocks ?? [];
  const words = (kind: 'text' | 'thinking' | 'refusal') =>
    blocks.map((block) => (block.kind === kind ? block.text : '')).join('');
  return {
    text: words('text'),
    thinking: words('thinking'),
    refusal: words('refusal'),
    calls: blocks.flatMap((block) =>
      block.kind === 'tool-call'
        ? [[block.id, block.name, JSON.stringify(JSON.parse(block.argumentsJson || '{}'))]]
        : [],
    ),
    media: blocks.filter((block) => block.kind === 'media' || isDrawnImage(block)).length,
    citations: blocks.flatMap((block) => (block.kind === 'text' ? (block.citations ?? []) : [])).length,
    // Some wires have one word for both.
    stop: choice?.stop === 'refusal' ? 'content-filter' : choice?.stop,
    logprobs: (choice?.logprobs ?? []).map((token) => [token.token, token.logprob]),
  };
};

/** Responses writes a picture as the work of its own tool, and keeps that as it is. */
const isDrawnImage = (block: Block): boolean => block.kind === 'opaque' && block.type === 'image_generation_call';

/** Where the citations of a choice stand in its text. */
export const placesOf = (choice: Choice): readonly unknown[] =>
  choice.blocks.flatMap((block) =>
    block.kind === 'text' ? (block.citations ?? []).map(({ kind, start, end }) => [kind, start, end]) : [],
  );

const kindOfFact: Readonly<Record<string, readonly Block['kind'][]>> = {
  text: ['text', 'refusal'],
  thinking: ['thinking'],
  refusal: ['refusal'],
  calls: ['tool-call'],
  media: ['media'],
  citations: ['text'],
  stop: ['refusal'],
};

/** The facts of the answer that changed although no loss names a block they come from. */
export const unsaidFacts = (before: ChatResponse, after: ChatResponse, losses: readonly Loss[]): readonly string[] =>
  before.choices.flatMap((choice, at) => {
    const [was, is] = [factsOf(choice), factsOf(after.choices[at])];
    return Object.entries(was).flatMap(([name, value]) => {
      if (JSON.stringify(value) === JSON.stringify(is[name as keyof typeof is])) return [];
      const paths = [
        `choices[${at}].${name}`,
        ...choice.blocks.flatMap((block, index) =>
          kindOfFact[name]?.includes(block.kind) === true ? [`choices[${at}].blocks[${index}]`] : [],
        ),
      ];
      if (paths.some((path) => isTouched(losses, path))) return [];
      return [`${name}: ${JSON.stringify(value)} became ${JSON.stringify(is[name as keyof typeof is])}`];
    });
  });

export const decodeStream = (codec: Codec, events: readonly StreamEvent[]): readonly StreamEvent[] => {
  const encoder = codec.door.streamEncoder(reply);
  const decoder = codec.upstream.streamDecoder();
  const frames = events.flatMap((event) => encoder.push(event));
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
};
