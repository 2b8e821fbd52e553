import { isArray, isObject, type Json } from '../../../json/json.ts';
import type { AnswerKind } from './answer-kind.ts';

/** Longer texts are no short answers, however much they resemble each other. */
const longestShort = 80;

/** The heart of an answer, in a form in which equal means the same; undefined when none is to be found. */
export const heartOf = (answer: string, kind: AnswerKind): string | undefined => hearts[kind](answer.trim());

/** Whether two answers say the same. Two answers without a heart do not agree: there is nothing to agree on. */
export const sameAnswer = (one: string, other: string, kind: AnswerKind): boolean => {
  const heart = heartOf(one, kind);
  return heart !== undefined && heart === heartOf(other, kind);
};

const lastMatch = (text: string, pattern: RegExp): string | undefined => {
  let found: string | undefined;
  for (const match of text.matchAll(pattern)) found = match.slice(1).find((group) => group !== undefined) ?? found;
  return found;
};

const saidChoice = /\b(?:answer|choice|option)\b(?:\s+is)?[\s:*"(]*([A-J])\b/gi;
const boxed = /\\boxed\{([^{}]+)\}/g;
const loneChoice = /^[\s*"(]*([A-J])(?:[").:*]+(?:\s|$)|\s*(?:$|\n))/g;
const markedChoice = /\(([A-J])\)|\*\*([A-J])\*\*/g;

const choice = (text: string): string | undefined =>
  (
    lastMatch(text, saidChoice) ??
    lastMatch(text, boxed) ??
    lastMatch(text, loneChoice) ??
    lastMatch(text, markedChoice)
  )
    ?.trim()
    .toUpperCase();

const saidNumber = /\b(?:answer|total|result)\b[^\d\n-]{0,40}(-?\d[\d,]*(?:\.\d+)?)/gi;
const anyNumber = /(-?\d[\d,]*(?:\.\d+)?)/g;

const number = (text: string): string | undefined => {
  const found = lastMatch(text, boxed) ?? lastMatch(text, saidNumber) ?? lastMatch(text, anyNumber);
  if (found === undefined) return undefined;
  const plain = found.replaceAll(/[,$\s]/g, '');
  const value = Number(plain);
  return Number.isFinite(value) && plain !== '' ? String(value) : plain.toLowerCase();
};

const fence = /^```\w*\n([\s\S]*?)\n?```$/;
const unfenced = (text: string): string => fence.exec(text)?.[1]?.trim() ?? text;

/** Members in one order, so that only content counts. */
const sorted = (value: Json): Json => {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name] ?? null)]),
  );
};

const json = (text: string): string | undefined => {
  try {
    return JSON.stringify(sorted(JSON.parse(unfenced(text)) as Json));
  } catch {
    return undefined;
  }
};

const sql = (text: string): string | undefined => {
  const query = unfenced(text).replace(/;\s*$/, '');
  // Text in quotes keeps its letters; all else may be written in any case.
  const plain = query.replaceAll(/'[^']*'|\s+|[^'\s]+/g, (part) =>
    part.startsWith("'") ? part : /^\s/.test(part) ? ' ' : part.toLowerCase(),
  );
  return /\b(?:select|insert|update|delete|with)\b/.test(plain)
    ? plain.replaceAll(/\s*([,()=<>])\s*/g, '$1')
    : undefined;
};

const shortText = (text: string): string | undefined => {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return plain === '' || plain.length > longestShort ? undefined : plain;
};

const hearts: Readonly<Record<AnswerKind, (text: string) => string | undefined>> = {
  'multiple-choice': choice,
  number,
  json,
  sql,
  'short-text': shortText,
};
