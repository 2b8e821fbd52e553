import { z } from 'zod';
import type { JsonObject } from '../core/json/json.ts';
import { oneOrMore } from './provider-schema.ts';

/** Members of a body that say what is asked, not how: a setting of theirs would answer another question. */
const reserved = new Set(['model', 'stream', 'stream_options', 'messages', 'input', 'prompt', 'contents', 'requests']);

const parameterName = z
  .string()
  .min(1)
  .refine((name) => !reserved.has(name), {
    error: 'is not a parameter but the request itself, which settings cannot replace',
  });

const parameters = (what: string) =>
  z
    .record(parameterName, z.json())
    .default({})
    .transform((members) => members as JsonObject)
    .describe(what);

/** How requests to some models are changed on their way. */
export const modelSettingsSchema = z.strictObject({
  models: oneOrMore(
    z.string().regex(/^[^\s]+$/, { error: 'must be a pattern over `provider/model`, such as "openai/gpt-4o*"' }),
  ).describe('Patterns over `provider/model`; `*` stands for any text.'),
  defaults: parameters('Parameters used where the client says nothing, by name: `{temperature: 0.2}`.'),
  overrides: parameters('Parameters used whatever the client says; a warning header tells it of each change.'),
  drop_params: z
    .array(parameterName)
    .default([])
    .describe('Parameters taken out of every request; a warning header tells the client of each.'),
});
