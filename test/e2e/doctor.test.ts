import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from '../support/certificates.ts';
import { sluiceProgram } from '../support/sluice-program.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly code: number;
  readonly text: string;
  verdict(check: string): string;
}

const secret = 'sk-very-secret-0123456789';

const examine = async (config: object, more: Readonly<Record<string, string>> = {}): Promise<Report> => {
  writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify(config));
  const child = Bun.spawn([...sluiceProgram(), 'doctor', '--json', '--data', join(folder, 'data')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...more },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const text = await new Response(child.stdout).text();
  const { findings } = JSON.parse(text) as { findings: { check: string; verdict: string; message: string }[] };
  const verdict = (check: string): string => {
    const finding = findings.find((each) => each.check === check);
    return `${finding?.verdict}: ${finding?.message}`;
  };
  return { code: await child.exited, text, verdict };
};

test('a good installation is told so, with where each key comes from and never the key', async () => {
  const calls: string[] = [];
  const host = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      calls.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get('authorization')}`);
      return new Response(null, { status: 404, headers: { date: new Date().toUTCString() } });
    },
  });
  const baseUrl = `http://127.0.0.1:${host.port}/v1`;
  const report = await examine(
    {
      providers: [
        { id: 'house', base_url: baseUrl, api_key: secret },
        { id: 'openai', base_url: baseUrl },
      ],
    },
    { OPENAI_API_KEY: secret },
  );
  expect(report.code).toBe(0);
  expect(report.verdict('configuration')).toStartWith('ok');
  expect(report.verdict('provider house')).toMatch(/^ok: .* key from the config file$/);
  expect(report.verdict('provider openai')).toMatch(/^ok: .* key from OPENAI_API_KEY$/);
  expect(report.verdict('clock')).toBe('ok: agrees with the providers');
  expect(report.text).not.toContain(secret);
  expect(calls).toEqual(['HEAD / null', 'HEAD / null']);
  await host.stop(true);
});

test('what is wrong is named, and the exit code says so', async () => {
  const untrusted = Bun.serve({ hostname: '127.0.0.1', port: 0, tls: certificates.one, fetch: () => new Response() });
  const late = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Response(null, { headers: { date: new Date(Date.now() + 3_600_000).toUTCString() } }),
  });
  const report = await examine(
    {
      providers: [
        { id: 'nowhere', base_url: 'http://nowhere.invalid/v1' },
        { id: 'closed', base_url: 'http://127.0.0.1:1/v1' },
        { id: 'untrusted', base_url: `https://127.0.0.1:${untrusted.port}/v1` },
        { id: 'late', base_url: `http://127.0.0.1:${late.port}/v1` },
        { id: 'anthropic' },
      ],
    },
    { BUN_CONFIG_MAX_HTTP_REQUESTS: '100' },
  );
  expect(report.code).toBe(1);
  expect(report.verdict('provider nowhere')).toStartWith('bad: the name nowhere.invalid cannot be looked up');
  expect(report.verdict('provider closed')).toStartWith('bad: http://127.0.0.1:1 cannot be reached');
  expect(report.verdict('provider untrusted')).toContain('give the certificate to trust as ca_file');
  expect(report.verdict('provider anthropic')).toStartWith('bad: is not ready: it has no key');
  expect(report.verdict('clock')).toMatch(/^bad: (3599|3600|3601) s behind the providers/);
  expect(report.verdict('calls at once')).toStartWith('warning: BUN_CONFIG_MAX_HTTP_REQUESTS is 100');
  await untrusted.stop(true);
  await late.stop(true);
});

test('a bad config file is told with its line, and the machine is looked at all the same', async () => {
  const report = await examine({ servr: {} });
  expect(report.code).toBe(1);
  expect(report.verdict('configuration')).toContain('sluice.yaml:1:2 servr: is not a known key');
  expect(report.verdict('data directory')).toStartWith('ok');
});

test('keys and tokens that have to be asked for are asked for, and what is wrong with them is told', async () => {
  const services = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) =>
      new URL(request.url).pathname.startsWith('/computeMetadata/')
        ? Response.json({ access_token: secret, expires_in: 3600 })
        : new Response('<Error><Message>Not this role</Message></Error>', { status: 403 }),
  });
  const origin = `http://127.0.0.1:${services.port}`;
  writeFileSync(join(folder, 'token'), secret);
  const shape = { base_url: `${origin}/v1`, variables: { region: 'eu-west-1' } };
  const role = { role_arn: 'arn:aws:iam::1:role/x', web_identity_token_file: join(folder, 'token') };
  const report = await examine(
    {
      providers: [
        { id: 'amazon', ...shape, auth: { kind: 'aws', service: 'bedrock' }, credentials: role },
        { id: 'googly', base_url: `${origin}/v1`, auth: { kind: 'google' }, credentials: { source: 'metadata' } },
      ],
    },
    { AWS_ENDPOINT_URL_STS: origin, GCE_METADATA_HOST: `127.0.0.1:${services.port}` },
  );
  expect(report.verdict('credentials googly')).toBe('ok: a token is given out');
  expect(report.verdict('credentials amazon')).toContain('bad: amazon cannot be called. The AWS token service refused');
  expect(report.verdict('credentials amazon')).toContain('Not this role');
  expect(report.text).not.toContain(secret);
  await services.stop(true);
});
