import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { secretForms } from '../../../core/policy/mask-secrets.ts';
import type { Credentials } from '../../../ports/credentials.ts';

/** The forms of both kinds, and the secrets they were made of: tokens change. */
interface Known {
  readonly made: readonly string[];
  readonly secrets: readonly string[];
  readonly keys: readonly string[];
}

const known = new WeakMap<ActiveProvider, Known>();

/**
 * What no error of a provider's may repeat to a client or into the log, in every form it may be quoted in: the key or the credentials, what the
 * configured headers hold, and the name and password of the address.
 */
export const secretsOf = (provider: ActiveProvider, credentials: Credentials): readonly string[] =>
  formsOf(provider, credentials).secrets;

/**
 * What no answer may repeat, wherever it stands: those of the secrets that no model says by chance. Headers are left out unless their name tells
 * a secret, since an answer may name a model or a region that a header names too.
 */
export const keysOf = (provider: ActiveProvider, credentials: Credentials): readonly string[] =>
  formsOf(provider, credentials).keys;

const formsOf = (provider: ActiveProvider, credentials: Credentials): Known => {
  const ready = known.get(provider);
  if (ready !== undefined && provider.credentials === undefined) return ready;
  const tokens = provider.credentials === undefined ? [] : credentials.secrets(provider);
  if (ready !== undefined && sameTexts(ready.made, tokens)) return ready;
  const { apiKey, otherKeys = [], entry } = provider;
  const keys = [...tokens, ...(apiKey === undefined ? [] : [apiKey]), ...otherKeys, ...userInfo(entry.baseUrl)];
  const forms: Known = {
    made: tokens,
    secrets: secretForms([...keys, ...headersOf(entry.headers, isTold)]),
    keys: secretForms([...keys, ...headersOf(entry.headers, isSecretName)]).filter(isUnmistakable),
  };
  known.set(provider, forms);
  return forms;
};

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index]);

/** Local hosts are given words for keys (`none`, `not-needed`), which answers use. */
const isUnmistakable = (text: string): boolean => text.length >= 16 || (text.length >= 8 && /\d/.test(text));

const headersOf = (
  headers: Readonly<Record<string, string>> | undefined,
  chosen: (name: string) => boolean,
): readonly string[] =>
  Object.entries(headers ?? {}).flatMap(([name, value]) => (chosen(name.toLowerCase()) ? headerSecrets(value) : []));

/** Headers that tell who calls or what is spoken, and open nothing. */
const plainHeaders =
  /^(?:anthropic-(?:version|beta)|openai-beta|content-type|accept(?:-.*)?|user-agent|origin|referer|http-referer|x-title|.*-(?:version|title|region))$/;
const isTold = (name: string): boolean => !plainHeaders.test(name);
const isSecretName = (name: string): boolean => /key|token|secret|password|auth|cookie|credential/.test(name);
const shortestSecret = 8;

/** The whole value, and what stands behind a scheme (`Bearer …`). */
const headerSecrets = (value: string): readonly string[] =>
  [value, ...value.split(' ').slice(1)].filter((text) => text.length >= shortestSecret);

const userInfo = (baseUrl: string): readonly string[] => {
  const written = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(baseUrl)?.[1];
  if (written === undefined) return [];
  const plain = decoded(written);
  const colon = plain.indexOf(':');
  const password = colon < 0 ? plain : plain.slice(colon + 1);
  return [written, plain, password].filter((text) => text.length > 0);
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
