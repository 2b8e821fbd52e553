import { invalidField } from '../../../errors/gateway-error.ts';
import type { EmbeddingInput, EmbeddingRequest } from '../../../ir/index.ts';
import { isArray, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { readModel } from '../../openai-chat/door/read-settings.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readBody, readNumber, readString } from '../../openai-chat/wire/read-member.ts';
import { own } from '../wire/own.ts';

const known = new Set(['model', 'input', 'dimensions']);

/** Reads a body of POST /api/embed: one text or a list of them. */
export const decodeRequest = (json: Json, hints: DoorHints): EmbeddingRequest => {
  const body = readBody(json);
  const dimensions = readNumber(body, 'dimensions');
  const extras = restOf(body, known);
  return {
    model: readModel(body, hints),
    ...readInput(body),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const readInput = ({ input }: JsonObject): Pick<EmbeddingRequest, 'inputs' | 'batch'> => {
  if (typeof input === 'string') return { inputs: [{ kind: 'text', text: input }], batch: false };
  if (!isArray(input)) throw wrongType('input', 'a string or an array of strings', input);
  if (input.length === 0) throw invalidField('input', 'is empty; send at least one text.');
  const inputs = input.map((text, index): EmbeddingInput => {
    if (typeof text === 'string') return { kind: 'text', text };
    throw wrongType(`input[${index}]`, 'a string', text);
  });
  return { inputs, batch: true };
};

const knownLegacy = new Set(['model', 'prompt']);

/** Reads a body of POST /api/embeddings, the older form: one text in `prompt`, one vector back. */
export const decodeLegacyRequest = (json: Json, hints: DoorHints): EmbeddingRequest => {
  const body = readBody(json);
  const text = readString(body, 'prompt');
  if (text === undefined) throw wrongType('prompt', 'a string', body['prompt']);
  const extras = restOf(body, knownLegacy);
  return {
    model: readModel(body, hints),
    inputs: [{ kind: 'text', text }],
    batch: false,
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};
