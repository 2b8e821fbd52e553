import type { Json, JsonDraft, JsonObject } from '../../core/json/json.ts';
import { isObject } from '../../core/json/json.ts';

/** What the catalogue knows of LiteLLM's names; undefined where it knows none. */
export interface KnownNames {
  /** The provider that a word before a slash means. */
  providerOf(word: string): string | undefined;
  /** The provider of a model that is named without one. */
  ownerOf(model: string): string | undefined;
}

/** What the parts of a config file are gathered into. */
export interface Work {
  readonly names: KnownNames;
  /** Others are set up already, and a provider is called after the row that it is first named in. */
  readonly byRow: boolean;
  readonly providers: JsonDraft[];
  readonly models: JsonDraft[];
  readonly modelSettings: JsonDraft[];
  /** Every setting that is not carried over, by its place. */
  readonly left: string[];
}

/** `os.environ/NAME` is `${NAME}` here, and a dollar sign is written twice. */
export const textOf = (text: string): string => {
  const name = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  return name === undefined ? text.replaceAll('${', '$${') : `\${${name}}`;
};

/** The members of an object that nobody takes are named. */
export const leaveRest = (
  taken: ReadonlySet<string>,
  settings: Json | undefined,
  { at, left }: { readonly at: string; readonly left: string[] },
): void => {
  if (!isObject(settings)) return;
  for (const name of Object.keys(settings)) if (!taken.has(name)) left.push(at === '' ? name : `${at}.${name}`);
};

export const numberAt = (settings: Json | undefined, name: string): number | undefined => {
  const value = isObject(settings) ? settings[name] : undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
};

/** Seconds as milliseconds, within what a setting may hold. */
export const msAt = (settings: Json | undefined, name: string): number | undefined => {
  const seconds = numberAt(settings, name);
  return seconds === undefined ? undefined : Math.min(dayMs, Math.round(seconds * 1000));
};

const dayMs = 86_400_000;

const mostTries = 10;

export const triesAt = (settings: Json | undefined, name: string): number | undefined => {
  const tries = numberAt(settings, name);
  return tries === undefined ? undefined : Math.min(mostTries, Math.floor(tries));
};

/** Without the members that are undefined. */
export const given = (members: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
