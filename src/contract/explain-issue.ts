import type { z } from 'zod';
import { editDistance, nearestWords } from '../core/catalog/edit-distance.ts';
import type { Finding } from './config-problem.ts';
import { knownKeysAt } from './json-schema.ts';
import type { DocumentPath } from './read-yaml.ts';

type Issue = z.core.$ZodIssue;

/** `providers[0].base_url` */
export const pathText = (path: DocumentPath): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );

/** What a schema issue means to the person who wrote the file. `document` is the value that was checked. */
export const explainIssue = (issue: Issue, document: unknown): readonly Finding[] =>
  explain(issue, issue.path as DocumentPath, document);

const explain = (issue: Issue, path: DocumentPath, document: unknown): readonly Finding[] => {
  const finding = (message: string, fix: string, part: 'key' | 'value' = 'value'): readonly Finding[] => [
    { path, part, message, fix },
  ];
  const given = kindOf(valueAt(document, path));
  switch (issue.code) {
    case 'invalid_type':
      if (given === 'nothing')
        return finding('is missing', `add \`${String(path.at(-1) ?? '')}\`, ${aKind(issue.expected)}`, 'key');
      return finding(`must be ${aKind(issue.expected)}, got ${given}`, `write ${aKind(issue.expected)}`);
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_value':
      return finding(`must be ${oneOf(issue.values)}`, `write ${nearestOf(valueAt(document, path), issue.values)}`);
    case 'too_small':
      if (issue.origin === 'string') return finding('must not be empty', 'write a value, or leave the key out');
      return finding(`must be at least ${issue.minimum}`, `write ${issue.minimum} or more`);
    case 'too_big':
      return finding(`must be at most ${issue.maximum}`, `write ${issue.maximum} or less`);
    case 'invalid_union':
      return explainUnion(issue, path, document);
    case 'invalid_key':
      return issue.issues
        .flatMap((inner) => explain(inner, path, document))
        .map((inner) => ({ ...inner, part: 'key' as const }));
    default:
      return finding(issue.message, 'correct the value');
  }
};

const explainUnion = (
  issue: z.core.$ZodIssueInvalidUnion,
  path: DocumentPath,
  document: unknown,
): readonly Finding[] => {
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    const given = valueAt(document, path);
    return [{ path, part: 'value', message: `must be ${oneOf(options)}`, fix: `write ${nearestOf(given, options)}` }];
  }
  // The branch that was meant is the one that failed deepest.
  const depth = (branch: readonly Issue[]): number =>
    Math.min(...branch.map((inner) => inner.path.length + (inner.code === 'invalid_type' ? 0 : 0.5)));
  const [meant] = [...issue.errors].sort((one, other) => depth(other) - depth(one));
  return (meant ?? []).flatMap((inner) => explain(inner, [...path, ...(inner.path as DocumentPath)], document));
};

const unknownKey = (path: DocumentPath, key: string): Finding => ({
  path: [...path, key],
  part: 'key',
  message: 'is not a known key',
  fix: keyMeant(path, key),
});

const keyMeant = (path: DocumentPath, key: string): string => {
  const known = knownKeysAt(path);
  if (known.length === 0) return 'remove it';
  const parent = known.find((name) => knownKeysAt([...path, name]).includes(key));
  if (parent !== undefined) return `write it under \`${parent}\``;
  const [nearest = ''] = nearestWords(key, known, 1);
  const alike = editDistance(key, nearest) <= Math.max(key.length, nearest.length) / 2;
  return `${alike ? `did you mean \`${nearest}\`? ` : ''}known: ${known.join(', ')}`;
};

const valueAt = (value: unknown, path: DocumentPath): unknown =>
  path.reduce<unknown>(
    (part, step) =>
      part === null || typeof part !== 'object' ? undefined : (part as Record<string | number, unknown>)[step],
    value,
  );

const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

const aKind = (expected: string): string => kindNames[expected] ?? expected;

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a number with a fraction';
  return typeof value === 'boolean' ? 'true or false' : (kindNames[typeof value] ?? typeof value);
};

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `"${String(values[0])}"` : `one of ${values.map((value) => `"${String(value)}"`).join(', ')}`;

const nearestOf = (given: unknown, values: readonly unknown[]): string => {
  const words = values.map(String);
  // Who writes the first part of a name means the first that begins so, however short others are.
  const begun =
    typeof given === 'string' && given !== '' ? words.find((word) => word.startsWith(`${given}-`)) : undefined;
  if (begun !== undefined) return `"${begun}"`;
  const [nearest] = typeof given === 'string' ? nearestWords(given, words, 1) : words;
  return nearest === undefined ? 'another value' : `"${nearest}"`;
};
