import { expect, test } from 'bun:test';
import { maskSecrets, secretForms } from './mask-secrets.ts';

test('the known key and anything shaped like a key are masked, words are not', () => {
  const text =
    'Incorrect API key provided: my-secret-value. Also sk-proj-abcdefghijklmnop1234 and sk-learn; see sk-...1234.';
  expect(maskSecrets(text, ['my-secret-value'])).toBe(
    'Incorrect API key provided: ***. Also *** and sk-learn; see sk-...1234.',
  );
});

const secret = 'p/w"1&%ü secret+';
const quoted: readonly (readonly [string, string])[] = [
  ['as it is', secret],
  ['inside JSON', JSON.stringify(secret)],
  ['inside JSON with escaped slashes', JSON.stringify(secret).replaceAll('/', '\\/')],
  ['inside JSON inside JSON', JSON.stringify(JSON.stringify({ key: secret }))],
  ['in a URL', `https://x/?key=${encodeURIComponent(secret)}`],
  ['in a URL with small letters', `https://x/?key=${encodeURIComponent(secret).toLowerCase()}`],
  ['in base64', btoa(String.fromCharCode(...new TextEncoder().encode(secret)))],
];

test.each(quoted)('a key quoted %s is masked', (_name, text) => {
  const masked = maskSecrets(`say ${text} end`, secretForms([secret]));
  expect(masked).toContain('***');
  expect(masked).not.toMatch(/secret|c2VjcmV0/i);
});
