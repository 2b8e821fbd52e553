import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as openSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { runCommand } from '../../src/app/cli/run-command.ts';
import { defaultConfig, type ProviderSetting } from '../../src/contract/settings.ts';
import { joinCatalogue } from '../../src/core/catalog/models/catalogue-file.ts';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { startSimulator } from '../../src/simulators/index.ts';
import { certificates } from '../support/certificates.ts';
import { configText, startProgram } from '../support/sluice-program.ts';
import { masterKey, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

const chat = (model: string, more: object = {}) => ({ model, messages: [{ role: 'user', content: 'Hi' }], ...more });
const bearer = { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' };

test('a port for operators has their pages, and the public port has them no more', async () => {
  const sluice = await startGatewayUnderTest({ config: { admin: { host: '127.0.0.1', port: 0 } } });
  for (const path of ['/livez', '/readyz', '/metrics']) {
    expect((await fetch(sluice.url + path)).status).toBe(404);
    expect((await fetch(`${sluice.adminUrl}${path}`)).status).toBe(200);
  }
  expect((await fetch(`${sluice.adminUrl}/v1/models`, { headers: bearer })).status).toBe(404);
  expect((await fetch(`${sluice.url}/v1/models`, { headers: bearer })).status).toBe(200);
  await sluice.stop();
});

test('metrics with a token are for those who have it', async () => {
  const sluice = await startGatewayUnderTest({ config: { metrics: { token: 'scrape-me' } } });
  const ask = async (authorization?: string): Promise<number> =>
    (await fetch(`${sluice.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await ask()).toBe(401);
  expect(await ask(`Bearer ${masterKey}`)).toBe(401);
  expect(await ask('Bearer scrape-me')).toBe(200);
  expect((await fetch(`${sluice.url}/livez`)).status).toBe(200);
  await sluice.stop();
});

describe('serving HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = ({ cert, key }: { readonly cert: string; readonly key: string }): void => {
    writeFileSync(join(folder, 'tls.key'), key);
    writeFileSync(join(folder, 'tls.crt'), cert);
  };
  const tls = { cert_file: join(folder, 'tls.crt'), key_file: join(folder, 'tls.key') };

  test('answers over it, and takes a renewed certificate while running', async () => {
    write(certificates.one);
    const lines: string[] = [];
    const config = JSON.stringify({ server: { tls } });
    const program = await startProgram({ masterKey, config, line: (line) => lines.push(line) });
    expect(program.url).toStartWith('https://127.0.0.1:');
    const models = (ca: string) => fetch(`${program.url}/v1/models`, { headers: bearer, tls: { ca } } as RequestInit);
    expect((await models(certificates.one.cert)).status).toBe(200);
    expect(await nameServed(program.url)).toBe('sluice-test-one');
    write(certificates.two);
    await until(async () => (await nameServed(program.url)) === 'sluice-test-two');
    expect((await models(certificates.two.cert)).status).toBe(200);
    writeFileSync(join(folder, 'tls.key'), certificates.one.key);
    await until(() => Promise.resolve(lines.some((line) => line.includes('config-kept'))));
    expect(await nameServed(program.url)).toBe('sluice-test-two');
    expect(await program.stop()).toBe(0);
  });

  test('does not start with a certificate that is not there, broken, or of another key', async () => {
    write(certificates.one);
    const refused = (files: object): Promise<string> =>
      startProgram({ masterKey, config: JSON.stringify({ server: { tls: files } }) }).then(
        async (started) => `started ${await started.stop()}`,
        (error: unknown) => String(error),
      );
    expect(await refused({ ...tls, cert_file: '/none.pem' })).toContain(
      'server.tls.cert_file: names a file that does not exist (correct the path)',
    );
    expect(await refused({ ...tls, cert_file: tls.key_file })).toContain('holds no certificate');
    writeFileSync(tls.key_file, certificates.two.key);
    expect(await refused(tls)).toContain('server.tls.key_file: names a file that holds the private key of another');
  });
});

const nameServed = (url: string): Promise<string> =>
  new Promise((found, fail) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
      found(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', fail);
  });

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let wait = 0; wait < 200; wait += 1) {
    if (await holds().catch(() => false)) return;
    await Bun.sleep(25);
  }
  throw new Error('it did not happen within five seconds');
};

describe('on the way to a provider', () => {
  const provider = (id: string, baseUrl: string, more: Partial<ProviderSetting> = {}): ProviderSetting => ({
    id,
    enabled: true,
    apiKey: providerKey,
    entry: { title: id, baseUrl },
    ...more,
  });

  test('a provider’s own proxy is used, with its password, and `none` goes straight', async () => {
    const proxy = await startProxy();
    const simulator = startSimulator({ key: providerKey });
    const sluice = await startGatewayUnderTest({
      config: { egress: { proxy: proxy.url } },
      providers: [
        provider('proxied', `${simulator.url}/v1`, { proxy: proxy.url.replace('://', '://user:word@') }),
        provider('straight', `${simulator.url}/v1`, { proxy: 'none' }),
      ],
    });
    expect((await sluice.post('/v1/chat/completions', chat('proxied/simulated'))).status).toBe(200);
    expect(proxy.seen).toEqual([expect.stringContaining('/v1/chat/completions')]);
    expect(proxy.credentials).toEqual([`Basic ${btoa('user:word')}`]);
    expect((await sluice.post('/v1/chat/completions', chat('straight/simulated'))).status).toBe(200);
    expect(proxy.seen).toHaveLength(1);
    await sluice.stop();
    simulator.stop();
    proxy.stop();
  });

  test('the usual variables are read, and this machine is left out of them', async () => {
    const proxy = await startProxy();
    const simulator = startSimulator({ key: providerKey });
    const local = provider('local', `${simulator.url}/v1`);
    const remote = provider('remote', 'http://models.invalid/v1');
    const program = await startProgram({
      masterKey,
      config: configText({ ...defaultConfig, drainMs: 100, providers: [local, remote] }),
      environment: { HTTP_PROXY: proxy.url, NO_PROXY: 'elsewhere.example' },
    });
    const ask = (model: string) =>
      fetch(`${program.url}/v1/chat/completions`, {
        method: 'POST',
        headers: bearer,
        body: JSON.stringify(chat(model)),
      });
    expect((await ask('local/simulated')).status).toBe(200);
    expect(proxy.seen).toEqual([]);
    expect((await ask('remote/any')).status).toBe(502);
    expect(proxy.seen).toEqual(['http://models.invalid/v1/chat/completions']);
    expect(await program.stop()).toBe(0);
    simulator.stop();
    proxy.stop();
  });

  test('a certificate of one’s own is trusted where the settings say so, and nowhere else', async () => {
    const secure = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      tls: certificates.one,
      fetch: () => Response.json({ object: 'chat.completion', choices: [] }),
    });
    const baseUrl = `https://127.0.0.1:${secure.port}/v1`;
    const folder = mkdtempSync(join(tmpdir(), 'sluice-ca-'));
    writeFileSync(join(folder, 'ca.pem'), certificates.two.cert + certificates.one.cert);
    const providers = [
      { id: 'trusted', base_url: baseUrl, ca_file: join(folder, 'ca.pem') },
      { id: 'other', base_url: baseUrl },
    ];
    const program = await startProgram({ masterKey, config: JSON.stringify({ providers }) });
    const ask = async (model: string) => {
      const body = JSON.stringify(chat(model));
      const response = await fetch(`${program.url}/v1/chat/completions`, { method: 'POST', headers: bearer, body });
      return `${response.status} ${await response.text()}`;
    };
    expect(await ask('trusted/m')).toStartWith('200 ');
    expect(await ask('other/m')).toMatch(/^502 .*DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(await program.stop()).toBe(0);
    await secure.stop(true);
    rmSync(folder, { recursive: true });
  });

  test('a provider’s own sizes hold for it alone', async () => {
    const sluice = await startGatewayUnderTest();
    const small = await startGatewayUnderTest({
      providers: [
        provider('small', `${sluice.simulator.url}/v1`, { limits: { bodyBytes: 400 } }),
        provider('brief', `${sluice.simulator.url}/v1`, { limits: { answerBytes: 50 } }),
      ],
    });
    const long = [{ role: 'user', content: 'x'.repeat(500) }];
    const refused = await small.post('/v1/chat/completions', { model: 'small/simulated', messages: long });
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain('limits.body_bytes');
    expect((await small.post('/v1/chat/completions', chat('small/simulated'))).status).toBe(200);
    const cut = await small.post('/v1/chat/completions', chat('brief/simulated'));
    expect(cut.status).toBe(502);
    expect(await cut.text()).toContain('limits.answer_bytes');
    expect((await small.post('/v1/chat/completions', chat('brief/simulated', { stream: true }))).status).toBe(200);
    await small.stop();
    await sluice.stop();
  });
});

describe('a catalogue that is got over the network', () => {
  const text = joinCatalogue(shippedModels.text);
  const update = async (from: string, config: object, environment: Record<string, string> = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-way-'));
    writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify(config));
    writeFileSync(join(folder, 'ca.pem'), certificates.one.cert);
    const told: string[] = [];
    const words = ['catalog', 'diff', '--from', from, '--config', join(folder, 'sluice.yaml'), '--data', folder];
    const code = await runCommand(words, {
      environment,
      out: (line) => void told.push(line),
      err: (line) => void told.push(line),
    });
    rmSync(folder, { recursive: true });
    return { code, told: told.join('\n') };
  };

  test('takes the proxy of the settings, or of the environment', async () => {
    const proxy = await startProxy();
    const host = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(text) });
    const url = `http://127.0.0.1:${host.port}/models.tsv`;
    const unchanged = { code: 0, told: expect.stringContaining('0 models added') };
    expect((await update('http://models.invalid/x', {}, { HTTP_PROXY: proxy.url })).code).toBe(1);
    expect(await update(url, { egress: { proxy: proxy.url } })).toMatchObject(unchanged);
    expect(proxy.seen).toEqual(['http://models.invalid/x', url]);
    expect(await update(url, { egress: { proxy: 'none' } }, { HTTP_PROXY: proxy.url })).toMatchObject(unchanged);
    expect(proxy.seen).toHaveLength(2);
    await host.stop(true);
    proxy.stop();
  });

  test('trusts the certificates of the settings', async () => {
    const host = Bun.serve({ hostname: '127.0.0.1', port: 0, tls: certificates.one, fetch: () => new Response(text) });
    const url = `https://127.0.0.1:${host.port}/models.tsv`;
    expect(await update(url, { egress: { ca_file: 'ca.pem' } })).toMatchObject({ code: 0 });
    expect((await update(url, {})).told).toContain('cannot be reached');
    await host.stop(true);
  });
});

interface Proxy {
  readonly url: string;
  readonly seen: string[];
  readonly credentials: string[];
  stop(): void;
}

/** Passes requests in absolute form on to the host they name. */
const startProxy = async (): Promise<Proxy> => {
  const seen: string[] = [];
  const credentials: string[] = [];
  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', (bytes) => {
      const head = bytes.toString('latin1');
      const target = /^\S+ (\S+)/.exec(head)?.[1] ?? '';
      seen.push(target);
      const authorization = /\r\nproxy-authorization: ([^\r]+)/i.exec(head)?.[1];
      if (authorization !== undefined) credentials.push(authorization);
      const { hostname, port } = new URL(target);
      const upstream = openSocket(Number(port) || 80, hostname, () => {
        upstream.write(head.replace(/^(\S+) http:\/\/[^/]+/, '$1 '), 'latin1');
        client.pipe(upstream);
        upstream.pipe(client);
      });
      upstream.on('error', () =>
        client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, seen, credentials, stop: () => void server.close() };
};
