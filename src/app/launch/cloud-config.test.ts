import { afterAll, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../cli/check.ts';
import { loadConfig } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-clouds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pem = (type: 'rsa' | 'ed25519'): string => {
  const encoding = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  } as const;
  return type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048, ...encoding }).privateKey
    : generateKeyPairSync('ed25519', encoding).privateKey;
};

const account = { type: 'service_account', client_email: 'a@b.iam.gserviceaccount.com', private_key: pem('rsa') };

const load = async (keyFile: string, content: string | undefined) => {
  if (content !== undefined) writeFileSync(join(folder, keyFile), content);
  const config = join(folder, 'sluice.yaml');
  writeFileSync(
    config,
    `providers:\n  - id: vertex\n    variables: {project: blue}\n    credentials:\n      service_account_file: ${keyFile}\n`,
  );
  return loadConfig(config, {}, folder);
};

test('a credentials file stands beside the config file, and is watched with it', async () => {
  const loaded = await load('good.json', JSON.stringify(account));
  if (loaded.kind !== 'loaded') throw new Error(loaded.problems.join('\n'));
  const vertex = loaded.providers.find(({ entry }) => entry.id === 'vertex');
  expect(vertex).toMatchObject({
    ready: true,
    credentials: { kind: 'google', source: { kind: 'text', json: JSON.stringify(account) } },
  });
  expect(loaded.files).toEqual([join(folder, 'good.json')]);
});

test.each([
  ['gone.json', undefined, 'names a file that does not exist'],
  ['torn.json', JSON.stringify(account).slice(0, 200), 'cannot be used: it is not a JSON object'],
  ['other.json', '{"installed": {}}', 'cannot be used: it has no "type"; Sluice reads'],
  ['nameless.json', JSON.stringify({ ...account, client_email: '' }), 'cannot be used: it has no "client_email"'],
  ['short.json', JSON.stringify({ ...account, private_key: 'AAAA' }), 'is not an RSA key in PEM form'],
  ['elliptic.json', JSON.stringify({ ...account, private_key: pem('ed25519') }), 'is not an RSA key in PEM form'],
])('%s is refused with path and line, and without its content', async (file, content, told) => {
  const loaded = await load(file, content);
  if (loaded.kind !== 'unloadable') throw new Error('it was taken');
  expect(loaded.problems).toHaveLength(1);
  expect(loaded.problems[0]).toContain('sluice.yaml:5:29 providers[0].credentials.service_account_file: ');
  expect(loaded.problems[0]).toContain(told);
  expect(loaded.problems[0]).not.toContain('AAAA');
});

test('`sluice check` tells of a credentials file that the environment names and that cannot be used', async () => {
  const config = join(folder, 'environment.yaml');
  writeFileSync(config, 'providers: [{id: vertex, variables: {project: blue}}]');
  const lines: string[] = [];
  const environment = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'never-there.json') };
  const code = await check(
    { operands: [config], flags: {} },
    { environment, out: (line) => void lines.push(line), err: () => undefined },
  );
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe(
    `note: vertex cannot be called: The Google credentials file ${join(folder, 'never-there.json')} cannot be read (ENOENT). Correct service_account_file or GOOGLE_APPLICATION_CREDENTIALS.`,
  );
});

test('a region that is missing leaves the provider not ready, and `sluice check` says what to write', async () => {
  const config = join(folder, 'region.yaml');
  writeFileSync(config, 'providers: [{id: bedrock, credentials: {access_key_id: A, secret_access_key: s}}]');
  const lines: string[] = [];
  await check(
    { operands: [config], flags: {} },
    { environment: {}, out: (line) => void lines.push(line), err: () => undefined },
  );
  expect(lines.at(-1)).toBe(
    'note: bedrock is not ready: it needs an AWS region; set AWS_REGION or AWS_DEFAULT_REGION, or write `variables: {region: …}` under it in the config file.',
  );
});
