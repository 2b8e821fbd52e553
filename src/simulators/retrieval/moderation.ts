import { isArray, isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import { Members } from '../decode/members.ts';
import { refuse, requireModel } from '../decode/openai/openai-fields.ts';
import { identifier } from '../write/identifier.ts';

const categories = ['harassment', 'hate', 'illicit', 'self-harm', 'sexual', 'violence'] as const;

/** Answers a moderation request: a category whose name stands in the text is flagged. */
export const moderate = (body: Json, serial: string): JsonObject => {
  const reader = new Members('openai-chat', body, '');
  const model = requireModel(reader);
  const input = reader.any('input');
  if (input === undefined) {
    const at = { param: 'input', code: 'missing_required_parameter' };
    throw refuse(reader, at, "Missing required parameter: 'input'.");
  }
  const parts = isArray(input) && input.some(isObject);
  const texts = parts ? [JSON.stringify(input)] : isArray(input) ? input.map(String) : [String(input)];
  return { id: `modr-${identifier(serial, 32)}`, model, results: texts.map(judge) };
};

const judge = (text: string): JsonObject => {
  const found = Object.fromEntries(categories.map((name) => [name, text.toLowerCase().includes(name)]));
  const scores = Object.fromEntries(categories.map((name) => [name, found[name] === true ? 0.98 : 0.01]));
  return { flagged: Object.values(found).includes(true), categories: found, category_scores: scores };
};
