import { expect, test } from 'bun:test';
import { maskSecrets } from './mask-secrets.ts';

test('the known key and anything shaped like a key are masked, words are not', () => {
  const text =
    'Incorrect API key provided: my-secret-value. Also sk-proj-abcdefghijklmnop1234 and sk-learn; see sk-...1234.';
  expect(maskSecrets(text, ['my-secret-value'])).toBe(
    'Incorrect API key provided: ***. Also *** and sk-learn; see sk-...1234.',
  );
});
