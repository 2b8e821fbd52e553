import { arrayAt, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { type AnswerDraft, type AnswerReader, type ChoiceDraft, callOf, objectsIn } from './answer-draft.ts';

/** A call comes whole, or in pieces by the path of each argument (one level deep is all that was ever recorded). */
const readCall = (made: JsonObject, draft: ChoiceDraft): void => {
  const name = stringAt(made, 'name');
  const target = callOf(draft, String(name === undefined ? draft.calls.size - 1 : draft.calls.size));
  if (name !== undefined) {
    target.name = name;
    target.arguments = JSON.stringify(made['args'] ?? {});
  }
  for (const piece of objectsIn(made['partialArgs'])) {
    const given = JSON.parse(target.arguments) as Record<string, Json>;
    const member = (stringAt(piece, 'jsonPath') ?? '').replace(/^\$\./, '');
    const more = stringAt(piece, 'stringValue');
    given[member] =
      more === undefined ? (piece['numberValue'] ?? piece['boolValue'] ?? null) : `${given[member] ?? ''}${more}`;
    target.arguments = JSON.stringify(given);
  }
};

const readCandidate = (candidate: JsonObject, draft: ChoiceDraft): void => {
  for (const part of objectsIn(objectAt(candidate, 'content')?.['parts'])) {
    if (part['thought'] === true) draft.reasoning += stringAt(part, 'text') ?? '';
    else draft.text += stringAt(part, 'text') ?? '';
    const made = objectAt(part, 'functionCall');
    if (made !== undefined) readCall(made, draft);
  }
  const finish = candidate['finishReason'];
  if (typeof finish === 'string' || typeof finish === 'number') draft.finish = String(finish);
};

const readAnswer = (answer: JsonObject, draft: AnswerDraft): void => {
  draft.model = stringAt(answer, 'modelVersion') ?? draft.model;
  for (const candidate of objectsIn(answer['candidates']))
    readCandidate(candidate, draft.choice(numberAt(candidate, 'index') ?? 0));
  const blocked = stringAt(objectAt(answer, 'promptFeedback'), 'blockReason');
  if (blocked !== undefined && arrayAt(answer, 'candidates').length === 0) draft.choice().finish = blocked;
  const usage = objectAt(answer, 'usageMetadata');
  if (usage === undefined) return;
  const thoughts = numberAt(usage, 'thoughtsTokenCount');
  draft.usage = {
    input: numberAt(usage, 'promptTokenCount') ?? 0,
    output: (numberAt(usage, 'candidatesTokenCount') ?? 0) + (thoughts ?? 0),
    cached: numberAt(usage, 'cachedContentTokenCount'),
    reasoning: thoughts,
    total: numberAt(usage, 'totalTokenCount'),
  };
};

export const geminiReader: AnswerReader = { whole: readAnswer, frame: readAnswer };
