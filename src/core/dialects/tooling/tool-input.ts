import { isObject, type JsonObject, parseJson } from '../../json/json.ts';

/**
 * A call's arguments as the object this wire wants. Anything else a model wrote (cut JSON, a list, a bare string) stands under `arguments`,
 * and `wrapped` says so.
 */
export const toolInput = (argumentsJson: string): { readonly input: JsonObject; readonly wrapped: boolean } => {
  if (argumentsJson.trim() === '') return { input: {}, wrapped: false };
  const value = parseJson(argumentsJson);
  if (isObject(value)) return { input: value, wrapped: false };
  // Some models write `null` for a call without arguments.
  if (value === null) return { input: {}, wrapped: false };
  return { input: { arguments: value ?? argumentsJson }, wrapped: true };
};
