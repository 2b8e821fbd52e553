import type { QueryFacts } from '../query-facts.ts';

/** Kinds of answers that two models can be seen to agree on. */
export const answerKinds = ['multiple-choice', 'number', 'json', 'sql', 'short-text'] as const;
export type AnswerKind = (typeof answerKinds)[number];

const choiceLine = /(?:^|\n)\s*\(?[A-Ja-j][.):]\s/g;
const asksForNumber =
  /\b(?:how (?:many|much|far|long|old)|calculate|compute|what is the (?:sum|total|value|product|difference|probability|area))\b/i;
const asksForSql = /\b(?:write|give|create|generate)\b[^.\n]{0,40}\bsql\b|\bsql query\b/i;
const asksForShort =
  /\b(?:one word|single word|yes or no|true or false|only the (?:answer|name|label|category)|answer with|classify|which (?:category|label|class))\b/i;

/** What kind of answer a query wants; undefined for free text, where agreement cannot be read off. */
export const answerKind = ({ text, form, toolNames, media }: QueryFacts): AnswerKind | undefined => {
  if (toolNames.length > 0 || media.length > 0) return undefined;
  if (form !== 'text') return 'json';
  if ((text.match(choiceLine) ?? []).length >= 3) return 'multiple-choice';
  if (asksForSql.test(text)) return 'sql';
  if (asksForShort.test(text)) return 'short-text';
  return asksForNumber.test(text) ? 'number' : undefined;
};
