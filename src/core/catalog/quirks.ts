import type { DialectId, Loss, Operation } from '../ir/index.ts';
import { applyEdits, type Edit } from '../json/edit.ts';
import type { JsonObject } from '../json/json.ts';
import * as clouds from './quirks/cloud-quirks.ts';
import * as messages from './quirks/message-quirks.ts';
import type { Quirk } from './quirks/quirk.ts';
import * as settings from './quirks/setting-quirks.ts';

/** What differs in how some hosts read a dialect. A closed list: each is one small function from a request body to edits. */
export const quirkIds = [
  'max-tokens-old-name',
  'max-tokens-new-name',
  'no-stream-options',
  'tool-choice-any',
  'seed-as-random-seed',
  'no-account-members',
  'no-logprobs',
  'no-penalties',
  'fixed-sampling',
  'temperature-to-one',
  'effort-in-three-steps',
  'effort-default-or-none',
  'effort-high-or-none',
  'json-without-schema',
  'developer-as-system',
  'no-names',
  'plain-answers-back',
  'no-thoughts-back',
  'thoughts-as-parts',
  'thoughts-as-reasoning',
  'thoughts-required',
  'thoughts-beside-calls',
  'prefill-marked',
  'text-parts-joined',
  'alternating-turns',
  'anthropic-on-vertex',
  'anthropic-on-bedrock',
  'cohere-on-bedrock',
  'flat-count-tokens',
] as const;
export type QuirkId = (typeof quirkIds)[number];

export const quirks: Readonly<Record<QuirkId, Quirk>> = {
  'max-tokens-old-name': settings.maxTokensOldName,
  'max-tokens-new-name': settings.maxTokensNewName,
  'no-stream-options': settings.noStreamOptions,
  'tool-choice-any': settings.toolChoiceAny,
  'seed-as-random-seed': settings.seedAsRandomSeed,
  'no-account-members': settings.noAccountMembers,
  'no-logprobs': settings.noLogprobs,
  'no-penalties': settings.noPenalties,
  'fixed-sampling': settings.fixedSampling,
  'temperature-to-one': settings.temperatureToOne,
  'effort-in-three-steps': settings.effortInThreeSteps,
  'effort-default-or-none': settings.effortDefaultOrNone,
  'effort-high-or-none': settings.effortHighOrNone,
  'json-without-schema': settings.jsonWithoutSchema,
  'developer-as-system': messages.developerAsSystem,
  'no-names': messages.noNames,
  'plain-answers-back': messages.plainAnswersBack,
  'no-thoughts-back': messages.noThoughtsBack,
  'thoughts-as-parts': messages.thoughtsAsParts,
  'thoughts-as-reasoning': messages.thoughtsAsReasoning,
  'thoughts-required': messages.thoughtsRequired,
  'thoughts-beside-calls': messages.thoughtsBesideCalls,
  'prefill-marked': messages.prefillMarked,
  'text-parts-joined': messages.textPartsJoined,
  'alternating-turns': messages.alternatingTurns,
  'anthropic-on-vertex': clouds.anthropicOnVertex,
  'anthropic-on-bedrock': clouds.anthropicOnBedrock,
  'cohere-on-bedrock': clouds.cohereOnBedrock,
  'flat-count-tokens': clouds.flatCountTokens,
};

/** What quirks change in a body. */
export interface QuirkChanges {
  readonly edits: readonly Edit[];
  /** Places whose change the caller has to be told of, such as `seed` or `messages[].name`. */
  readonly told: readonly Loss[];
}

const nothing: QuirkChanges = { edits: [], told: [] };

/** The operations most quirks are for. */
const usualOperations: readonly Operation[] = ['chat', 'embeddings'];

/** Everything the named quirks change in a body of a dialect. Each sees what those before it left. */
export const quirkChanges = (
  ids: readonly QuirkId[],
  about: { readonly dialect: DialectId; readonly operation: Operation },
  body: JsonObject,
): QuirkChanges => {
  const edits: Edit[] = [];
  const told = new Map<string, Loss>();
  let current = body;
  for (const id of ids) {
    const quirk = quirks[id];
    const { operations = usualOperations } = quirk;
    if (quirk.dialect !== about.dialect || !operations.includes(about.operation)) continue;
    const made = quirk.edits(current);
    if (made.length === 0) continue;
    edits.push(...made);
    current = applyEdits(current, made);
    if (quirk.tells !== true) continue;
    for (const edit of made) told.set(placeOf(edit), lossOf(edit, id));
  }
  return edits.length === 0 ? nothing : { edits: merged(edits, current), told: [...told.values()] };
};

/** One edit for the whole list of messages takes the place of those inside it: a text can be patched only once in one place. */
const merged = (edits: readonly Edit[], after: JsonObject): readonly Edit[] => {
  const { messages } = after;
  const whole = edits.some(({ path }) => path.length === 1 && path[0] === 'messages');
  if (!whole || messages === undefined) return edits;
  return [...edits.filter(({ path }) => path[0] !== 'messages'), { op: 'set', path: ['messages'], value: messages }];
};

const placeOf = ({ path }: Edit): string =>
  path
    .map((step) => (typeof step === 'number' ? '[]' : `.${step}`))
    .join('')
    .slice(1);

const lossOf = (edit: Edit, id: QuirkId): Loss => ({
  field: `extras.${placeOf(edit)}`,
  action: edit.op === 'remove' ? 'dropped' : 'changed',
  note: id,
});
