import { isArray, isObject, type Json, parseJson } from '../../core/json/json.ts';
import type { SimulatedPart, TextPart } from '../simulated-request.ts';

const sortedJson = (value: Json): Json => {
  if (isArray(value)) return value.map(sortedJson);
  if (!isObject(value)) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sortedJson(value[name] ?? null)]));
};

/** JSON text with its members sorted and no white space. */
export const canonicalJson = (value: Json): string => JSON.stringify(sortedJson(value));

/**
 * What a tool said, in one spelling: wires that want an object wrap a text in `output` or `result`, others write objects as text. So a lone
 * wrapper is taken off, an empty object is nothing, and JSON is written canonically.
 */
export const resultText = (value: Json): string => {
  if (typeof value === 'string') {
    const parsed = parseJson(value);
    return parsed === undefined || typeof parsed === 'string' ? value : resultText(parsed);
  }
  if (isObject(value)) {
    const names = Object.keys(value);
    if (names.length === 0) return '';
    const only = names.length === 1 ? names[0] : undefined;
    const inner =
      only === 'output' || only === 'result' || only === 'content' || only === 'error' ? value[only] : undefined;
    if (inner !== undefined && inner !== null) return resultText(inner);
  }
  return canonicalJson(value);
};

/** The parts of a result with its texts in one spelling; empty ones are gone. */
export const resultParts = (parts: readonly SimulatedPart[]): readonly SimulatedPart[] =>
  parts
    .map(
      (part): SimulatedPart => (part.kind === 'text' ? ({ ...part, text: resultText(part.text) } as TextPart) : part),
    )
    .filter((part) => part.kind !== 'text' || part.text !== '');
