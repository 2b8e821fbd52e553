import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts';

/**
 * This wire knows no tools with free text. A custom tool is written as a function tool with one string property, `text`, and a name that
 * ends in a mark. By the mark alone an answer's call, whole or streamed, is read back as a custom call; no state is needed.
 */
const mark = '__sluice_text';

export const writeCustomName = (name: string): string => `${name}${mark}`;

export const readCustomName = (wire: string): { readonly name: string; readonly custom: boolean } =>
  wire.endsWith(mark) ? { name: wire.slice(0, -mark.length), custom: true } : { name: wire, custom: false };

export const customSchema: JsonObject = {
  type: 'object',
  properties: { text: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
  required: ['text'],
  additionalProperties: false,
};

export const customInput = (text: string): JsonObject => ({ text });

/** The free text in a custom call's streamed arguments; the arguments themselves when they are not what we asked for. */
export const customText = (argumentsJson: string): string => {
  const input: Json | undefined = parseJson(argumentsJson);
  const text = isObject(input) ? input['text'] : undefined;
  return typeof text === 'string' ? text : argumentsJson;
};

/** A grammar the text of a custom tool must match, in words; undefined when there is none. */
export const grammarNote = (format: JsonObject | undefined): string | undefined => {
  if (format === undefined || format['type'] !== 'grammar') return undefined;
  const grammar = isObject(format['grammar']) ? format['grammar'] : format;
  const { syntax, definition } = grammar as { syntax?: unknown; definition?: unknown };
  if (typeof definition !== 'string') return undefined;
  return `The text must match this ${typeof syntax === 'string' ? `${syntax} ` : ''}grammar:\n${definition}`;
};
