import type { Block, Seal, ToolCallBlock } from '../../../ir/index.ts';
import { unwrapSeal } from '../../../ir/index.ts';
import { type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { camelMembers } from '../member-names.ts';
import { readFileData, readInlineData } from './media-part.ts';
import { dataMembers, partMeta, partModifiers } from './part-meta.ts';

const callKeys = new Set(['id', 'name', 'args']);

/** The signature of a part, if it has one. */
export const readSeal = (part: JsonObject): Seal | undefined => {
  const signature = stringAt(part, 'thoughtSignature');
  return signature === undefined || signature === '' ? undefined : unwrapSeal(signature, 'gemini');
};

/** Reads a part that is neither a function call nor a response. `part` has camelCase members. */
export const readPart = (part: JsonObject): Block => {
  const seal = readSeal(part);
  const sealed = seal === undefined ? {} : { seal };
  const text = stringAt(part, 'text');
  if (text !== undefined) {
    const { thought, ...modifiers } = partModifiers(part, 'text') ?? {};
    const meta = Object.keys(modifiers).length === 0 ? {} : partMeta({ part: modifiers });
    if (thought !== true) return { kind: 'text', text, ...sealed, ...meta };
    // A thought without text is one that is hidden.
    return {
      kind: 'thinking',
      text,
      ...(text === '' && seal !== undefined ? { redacted: true } : {}),
      ...sealed,
      ...meta,
    };
  }
  const inlineData = objectAt(part, 'inlineData');
  if (inlineData !== undefined) return { ...readInlineData(part, inlineData), ...sealed };
  const fileData = objectAt(part, 'fileData');
  if (fileData !== undefined) return { ...readFileData(part, fileData), ...sealed };
  return { kind: 'opaque', dialect: 'gemini', type: dataName(part), value: part };
};

/** Reads a part with `functionCall`. Arguments given in pieces are not in it; see `partial-arguments.ts`. */
export const readFunctionCall = (
  part: JsonObject,
  call: { readonly id: string; readonly madeUp: boolean },
): ToolCallBlock => {
  const data = camelMembers(objectAt(part, 'functionCall') ?? {});
  const seal = readSeal(part);
  return {
    kind: 'tool-call',
    id: call.id,
    name: stringAt(data, 'name') ?? '',
    argumentsJson: JSON.stringify(data['args'] ?? {}),
    ...(seal === undefined ? {} : { seal }),
    ...partMeta({
      part: partModifiers(part, 'functionCall'),
      data: dataMembers(data, callKeys),
      madeUpId: call.madeUp,
    }),
  };
};

/** The name of a part's data member, for warnings. */
const dataName = (part: JsonObject): string => {
  for (const key in part) if (key !== 'thought' && key !== 'thoughtSignature') return key;
  return 'part';
};
