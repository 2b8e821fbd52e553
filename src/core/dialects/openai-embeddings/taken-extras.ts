import type { DialectId, EmbeddingRequest } from '../../ir/index.ts';
import { type JsonDraft, type JsonObject, setMember, stringAt } from '../../json/json.ts';
import type { LossLog } from '../loss-log.ts';

/** Members for the target's body, and a format of vectors that only some hosts have (`int8`, `ubinary`). */
export interface TakenExtras {
  readonly members: JsonObject;
  readonly otherFormat?: string;
}

/**
 * Picks from a request's extras what the target takes: all of its own dialect's, and of OpenAI's shape, which clients of every host speak, the
 * members in `taken`. The rest is reported as dropped.
 */
export const takenExtras = (
  request: EmbeddingRequest,
  target: { readonly own: DialectId; readonly taken: ReadonlySet<string> },
  losses: LossLog,
): TakenExtras => {
  const members: JsonDraft = { ...request.extras?.[target.own] };
  for (const [dialect, extras] of Object.entries(request.extras ?? {})) {
    if (dialect === target.own) continue;
    for (const [name, value] of Object.entries(extras)) {
      if (target.taken.has(name)) setMember(members, name, value);
      else if (name !== 'encoding_format') losses.dropped(`extras.${name}`);
    }
  }
  const otherFormat = stringAt(request.extras?.['openai-chat'], 'encoding_format');
  return { members, ...(otherFormat === undefined ? {} : { otherFormat }) };
};
