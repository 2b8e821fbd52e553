import type { ToolCallBlock } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';

/** Arguments as text. The format has an object; some clients write text. */
export const readArguments = (value: Json | undefined): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '{}' : JSON.stringify(value);
};

/** The format takes an object only. Text of a custom tool stands in `input`, text that is no JSON object (a cut call) in `_raw`. */
export const writeArguments = (block: ToolCallBlock, path: string, losses: LossLog): JsonObject => {
  if (block.custom === true) {
    losses.changed(`${path}.custom`, 'written as a function call with one argument, input');
    return { input: block.argumentsJson };
  }
  if (block.argumentsJson.trim() === '') return {};
  const parsed = parseJson(block.argumentsJson);
  if (isObject(parsed)) return parsed;
  // Some models write `null` for a call without arguments.
  if (parsed === null) return {};
  losses.changed(`${path}.argumentsJson`, 'not a JSON object; kept as text in _raw');
  return { _raw: block.argumentsJson };
};
