import { invalidField } from '../../../../core/errors/gateway-error.ts';
import { isObject, isString, type Json } from '../../../../core/json/json.ts';
import type { Identified } from '../../../line/records.ts';
import type { Changes } from './body-with.ts';

/** What may stand beside an effort and says nothing more. */
const saysNothing: Readonly<Record<string, Json>> = { enabled: true, exclude: false };

/**
 * `reasoning` with no more in it than an effort, as `reasoning_effort`: the word that most providers of the chat format read, where many refuse the object.
 */
export const plainEffort = ({ body, door }: Identified): Changes => {
  const { reasoning, reasoning_effort: word } = body;
  if (door.request !== 'openai-chat' || !isObject(reasoning ?? null)) return {};
  const { effort, ...rest } = reasoning as { readonly [name: string]: Json | undefined };
  if (!isString(effort)) return {};
  if (word !== undefined && word !== effort)
    throw invalidField('reasoning_effort', 'says something else than reasoning.effort: send one of them.');
  const more = Object.entries(rest).some(([name, value]) => value !== undefined && saysNothing[name] !== value);
  return more ? {} : { reasoning: undefined, reasoning_effort: effort };
};
