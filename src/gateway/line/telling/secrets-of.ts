import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { secretForms } from '../../../core/policy/mask-secrets.ts';
import type { Credentials } from '../../../ports/credentials.ts';

const known = new WeakMap<ActiveProvider, readonly string[]>();

/**
 * What no text of a provider's may repeat to a client or into the log, in every form it may be quoted in: the key or the credentials, what the
 * configured headers hold, and the name and password of the address.
 */
export const secretsOf = (provider: ActiveProvider, credentials: Credentials): readonly string[] => {
  // Tokens change.
  if (provider.credentials !== undefined)
    return secretForms([...fixedSecrets(provider), ...credentials.secrets(provider)]);
  const ready = known.get(provider);
  if (ready !== undefined) return ready;
  const forms = secretForms(fixedSecrets(provider));
  known.set(provider, forms);
  return forms;
};

const fixedSecrets = ({ apiKey, entry }: ActiveProvider): readonly string[] => [
  ...(apiKey === undefined ? [] : [apiKey]),
  ...Object.entries(entry.headers ?? {}).flatMap(([name, value]) => headerSecrets(name.toLowerCase(), value)),
  ...userInfo(entry.baseUrl),
];

/** Headers that tell who calls or what is spoken, and open nothing. */
const plainHeaders =
  /^(?:anthropic-(?:version|beta)|openai-beta|content-type|accept(?:-.*)?|user-agent|origin|referer|http-referer|x-title|.*-(?:version|title|region))$/;
const shortestSecret = 8;

/** The whole value, and what stands behind a scheme (`Bearer …`). */
const headerSecrets = (name: string, value: string): readonly string[] => {
  if (plainHeaders.test(name)) return [];
  return [value, ...value.split(' ').slice(1)].filter((text) => text.length >= shortestSecret);
};

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
