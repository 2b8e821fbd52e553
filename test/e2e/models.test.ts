import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogueStore, checksum } from '../../src/app/catalog/catalogue-store.ts';
import { runCommand } from '../../src/app/cli/run-command.ts';
import { loadConfig } from '../../src/app/launch/load-config.ts';
import { startGateway } from '../../src/app/start-gateway.ts';
import { joinCatalogue, splitCatalogue } from '../../src/core/catalog/models/catalogue-file.ts';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';

const key = 'sk-sluice-test-key';
const folder = mkdtempSync(join(tmpdir(), 'sluice-models-'));
const data = join(folder, 'data');
const configPath = join(folder, 'sluice.yaml');
const lines: string[] = [];
let simulator: Simulator;
let gateway: Awaited<ReturnType<typeof startGateway>>;

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const chat = (model: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });

const run = async (...words: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand([...words, '--data', data], {
    environment: {},
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

/** The catalogue that ships with one line changed, and a checksum that fits. */
const changed = (name: string, change: (line: string) => string): string => {
  const { header, body } = splitCatalogue(joinCatalogue(shippedModels.text));
  const next = body.replace(new RegExp(`^${name}\t.*$`, 'm'), change);
  if (next === body) throw new Error(`nothing changed at ${name}`);
  const path = join(folder, `${name.replaceAll('/', '-')}.tsv`);
  writeFileSync(path, joinCatalogue({ header: { ...header, sha256: checksum({ header, body: next }) }, body: next }));
  return path;
};

const waitFor = async (said: () => boolean): Promise<void> => {
  const endMs = Date.now() + 10_000;
  while (!said() && Date.now() < endMs) await Bun.sleep(10);
  expect(said()).toBe(true);
};

beforeAll(async () => {
  simulator = startSimulator({ port: 0 });
  writeFileSync(
    configPath,
    `
providers:
  - { id: openai, base_url: "${simulator.url}/v1", api_key: x }
  - { id: anthropic, base_url: "${simulator.url}", api_key: x }
aliases: { fast: openai/gpt-5-mini }
models:
  - { id: openai/gpt-5-nano, title: Tiny, context_tokens: 1234, prices: { input_per_million: 0.5, output_per_million: 1 } }
`,
  );
  const loaded = await loadConfig(configPath, {}, data);
  if (loaded.kind !== 'loaded') throw new Error(loaded.problems.join());
  const catalogueFile = new CatalogueStore(data).fileToWatch();
  gateway = await startGateway({
    ...loaded,
    host: '127.0.0.1',
    port: 0,
    dataDirectory: data,
    masterKey: { value: key, made: false },
    ...(catalogueFile === undefined ? {} : { catalogueFile }),
    reload: () => loadConfig(configPath, {}, data),
    write: (text) => void lines.push(...text.split('\n')),
  });
});

afterAll(async () => {
  await gateway.stop();
  simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the list of models', () => {
  test("has OpenRouter's members beside OpenAI's", async () => {
    const { body } = await get('/v1/models');
    const models = body['data'] as readonly Record<string, unknown>[];
    expect(models.find(({ id }) => id === 'openai/gpt-5.4')).toEqual({
      id: 'openai/gpt-5.4',
      object: 'model',
      created: Date.parse('2026-03-05T00:00:00Z') / 1000,
      owned_by: 'openai',
      canonical_slug: 'openai/gpt-5.4',
      name: 'GPT-5.4',
      context_length: 1_050_000,
      architecture: {
        modality: 'text+image+file->text',
        input_modalities: ['text', 'image', 'file'],
        output_modalities: ['text'],
        tokenizer: 'GPT',
        instruct_type: null,
      },
      pricing: {
        prompt: '0.0000025',
        completion: '0.000015',
        input_cache_read: '0.00000025',
        web_search: '0.01',
        overrides: [
          { min_prompt_tokens: 272_000, prompt: '0.000005', completion: '0.0000225', input_cache_read: '0.0000005' },
        ],
      },
      top_provider: { context_length: 1_050_000, max_completion_tokens: 128_000, is_moderated: false },
      per_request_limits: null,
      supported_parameters: expect.arrayContaining(['tools', 'reasoning', 'structured_outputs']),
      expiration_date: null,
      knowledge_cutoff: '2025-08-31',
      reasoning: {
        mandatory: false,
        supports_max_tokens: false,
        supported_efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
      },
    });
  });

  test("shows the operator's names and words", async () => {
    const { body } = await get('/v1/models');
    const models = body['data'] as readonly Record<string, unknown>[];
    expect(models[0]).toMatchObject({ id: 'fast', owned_by: 'openai', name: 'GPT-5 Mini' });
    expect(models.find(({ id }) => id === 'openai/gpt-5-nano')).toMatchObject({
      name: 'Tiny',
      context_length: 1234,
      pricing: { prompt: '0.0000005', completion: '0.000001' },
    });
  });

  test('names only what ready providers offer', async () => {
    const { body } = await get('/v1/models');
    const owners = new Set((body['data'] as readonly Record<string, unknown>[]).map(({ owned_by }) => owned_by));
    expect([...owners].toSorted()).toEqual(['anthropic', 'demo', 'openai']);
  });

  test("has Anthropic's, Codex's and Google's shapes with what is known", async () => {
    const anthropic = await get('/v1/models', { 'anthropic-version': '2023-06-01' });
    expect(anthropic.body['data']).toContainEqual({
      type: 'model',
      id: 'anthropic/claude-opus-4-8',
      display_name: 'Claude Opus 4.8',
      created_at: '2026-05-28T00:00:00Z',
      lifecycle: 'active',
      deprecated_at: null,
      retires_at: null,
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
      line: null,
      capabilities: null,
    });
    const codex = await get('/v1/models?client_version=1');
    expect(codex.body['models']).toContainEqual(
      expect.objectContaining({ slug: 'openai/gpt-5.4', context_window: 1_050_000 }),
    );
    const google = await get('/v1beta/models');
    expect(google.body['models']).toContainEqual(
      expect.objectContaining({ name: 'models/openai/gpt-5.4', inputTokenLimit: 1_050_000, outputTokenLimit: 128_000 }),
    );
    expect(google.body['models']).toContainEqual(
      expect.objectContaining({
        name: 'models/openai/text-embedding-3-small',
        supportedGenerationMethods: ['embedContent', 'batchEmbedContents'],
      }),
    );
  });

  test('comes in pages to clients of Anthropic and Google that ask for them', async () => {
    const version = { 'anthropic-version': '2023-06-01' };
    const idsOf = (body: Record<string, unknown>): readonly unknown[] =>
      ((body['data'] ?? body['models']) as readonly Record<string, unknown>[]).map(({ id, name }) => id ?? name);
    const whole = idsOf((await get('/v1/models', version)).body);
    const first = await get('/v1/models?limit=3', version);
    expect(first.body).toMatchObject({ has_more: true, first_id: whole[0], last_id: whole[2] });
    expect(idsOf(first.body)).toEqual(whole.slice(0, 3));
    const second = await get(`/v1/models?limit=3&after_id=${String(whole[2])}`, version);
    expect(idsOf(second.body)).toEqual(whole.slice(3, 6));
    const back = await get(`/v1/models?limit=2&before_id=${String(whole[3])}`, version);
    expect(idsOf(back.body)).toEqual(whole.slice(1, 3));
    expect(back.body['has_more']).toBe(true);
    const last = await get(`/v1/models?limit=1000&after_id=${String(whole.at(-2))}`, version);
    expect(last.body).toMatchObject({ has_more: false, last_id: whole.at(-1) });

    const google = await get('/v1beta/models?pageSize=2');
    expect(google.body['nextPageToken']).toBe(String(whole[1]));
    const next = await get(`/v1beta/models?pageSize=2&pageToken=${String(whole[1])}`);
    expect(idsOf(next.body)).toEqual(whole.slice(2, 4).map((name) => `models/${String(name)}`));
    expect((await get('/v1beta/models')).body).not.toHaveProperty('nextPageToken');
  });

  test('has a tag, by which a client hears that nothing changed', async () => {
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${gateway.url}/v1/models?client_version=1`, { headers: { authorization: `Bearer ${key}`, ...headers } });
    const first = await ask({});
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]+"$/);
    const again = await ask({ 'if-none-match': `"other", W/${etag}` });
    expect({ status: again.status, body: await again.text(), tag: again.headers.get('etag') }).toEqual({
      status: 304,
      body: '',
      tag: etag,
    });
    expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  test.each([
    ['/v1/models?limit=0', 'limit'],
    ['/v1/models?limit=many', 'limit'],
    ['/v1/models?after_id=nothing', 'after_id'],
    ['/v1beta/models?pageSize=-1', 'pageSize'],
    ['/v1beta/models?pageToken=nothing', 'pageToken'],
  ])('%s is refused by name', async (path, word) => {
    const { status, body } = await get(path, { 'anthropic-version': '2023-06-01' });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(`${word}: `);
  });

  test.each([
    ['openai/gpt-5.4', 'openai/gpt-5.4'],
    ['anthropic/claude-sonnet-4.5', 'anthropic/claude-sonnet-4-5'],
    ['fast', 'openai/gpt-5-mini'],
    ['~anthropic/claude-sonnet-latest', 'anthropic/claude-sonnet-5'],
  ])('finds %s by itself', async (name, id) => {
    expect(await get(`/v1/models/${name}`)).toMatchObject({ status: 200, body: { id } });
  });

  test('tells the nearest three of an unknown one', async () => {
    const { status, body } = await get('/v1/models/opnai%2Fgpt-5-mni');
    expect(status).toBe(404);
    expect(JSON.stringify(body)).toContain('Nearest: \\"openai/gpt-5-mini\\"');
  });
});

describe('a call', () => {
  test('by another spelling or name asks for what is meant', async () => {
    for (const [name, model] of [
      ['fast', 'openai/gpt-5-mini'],
      ['claude-4.5-sonnet', 'anthropic/claude-sonnet-4-5'],
      ['~openai/gpt-mini-latest', 'openai/gpt-5.4-mini'],
    ] as const) {
      const response = await chat(name);
      const { headers } = response;
      expect({
        status: response.status,
        model: `${headers.get('x-sluice-provider')}/${headers.get('x-sluice-model')}`,
      }).toEqual({ status: 200, model });
    }
  });

  test('of a retired model is told so in a header, and once a day in the log', async () => {
    for (const _ of [1, 2, 3]) {
      const response = await chat('anthropic/claude-3-7-sonnet-20250219');
      expect(response.status).toBe(200);
      expect(response.headers.get('x-sluice-warnings')).toStartWith(
        'claude-3-7-sonnet-20250219 was retired on 2026-02-19',
      );
    }
    const told = lines.filter((line) => line.includes('"event":"model-retirement"'));
    expect(told.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: 'warn',
        provider: 'anthropic',
        model: 'claude-3-7-sonnet-20250219',
        retiresOn: '2026-02-19',
      }),
    ]);
  });

  test('without a limit asks for the most the model can write, where the format demands one', async () => {
    await chat('anthropic/claude-opus-4-5');
    const last = simulator.requests.at(-1);
    expect(JSON.parse(last?.body ?? '{}')).toMatchObject({ max_tokens: 64_000 });
  });
});

describe('sluice catalog', () => {
  test('takes an update, holds prices that jump back, and a running server follows', async () => {
    const newer = changed('openai/gpt-5', (line) =>
      line.replace('i125e7', 'i9e9').replace('\tGPT-5\t', '\tGPT-5 renamed\t'),
    );
    const { code, out } = await run('catalog', 'update', '--from', newer);
    expect(code).toBe(0);
    expect(out).toContain('! openai/gpt-5: input $1.25 → $9');
    expect(out).toContain('held back: openai/gpt-5 keeps its price');
    await waitFor(() => lines.some((line) => line.includes('config-reloaded')));
    expect((await get('/v1/models/openai/gpt-5')).body).toMatchObject({
      name: 'GPT-5 renamed',
      pricing: { prompt: '0.00000125' },
    });
  });

  test('takes a jump that is accepted, and gives the one before back', async () => {
    const newer = changed('openai/gpt-5', (line) => line.replace('i125e7', 'i9e9'));
    await run('catalog', 'update', '--from', newer, '--accept', 'openai/gpt-5');
    const inForce = () =>
      new CatalogueStore(data).load().models.find('openai', 'gpt-5')?.price?.at(-1)?.standard.rates.input;
    expect(inForce()).toBe(9_000_000_000);
    expect((await run('catalog', 'rollback')).code).toBe(0);
    expect(inForce()).toBe(1_250_000_000);
  });

  test('refuses what is older than the one that came with the program', async () => {
    const { header, body } = splitCatalogue(joinCatalogue(shippedModels.text));
    const old = { ...header, made: '2020-01-01' };
    const path = join(folder, 'old.tsv');
    writeFileSync(path, joinCatalogue({ header: { ...old, sha256: checksum({ header: old, body }) }, body }));
    const { code, err } = await run('catalog', 'update', '--from', path);
    expect(code).toBe(1);
    expect(err).toContain('It is of 2020-01-01; the one of');
  });

  test('that changes nothing keeps the way back', async () => {
    await run('catalog', 'update', '--accept-price-jumps');
    const newer = changed('openai/gpt-5', (line) => line.replace('i125e7', 'i126e7'));
    await run('catalog', 'update', '--from', newer);
    expect((await run('catalog', 'update', '--from', newer)).out).toEndWith('Nothing was changed.');
    await run('catalog', 'rollback');
    const { models } = new CatalogueStore(data).load();
    expect(models.find('openai', 'gpt-5')?.price?.at(-1)?.standard.rates.input).toBe(1_250_000_000);
  });

  test('shows a difference without changing anything', async () => {
    const before = readFileSync(join(data, 'catalogue/current.tsv'), 'latin1');
    const newer = changed('openai/gpt-4o', () => '');
    const { code, err } = await run('catalog', 'diff', '--from', newer);
    expect({ code, told: err.includes('line ') }).toEqual({ code: 1, told: true });
    const other = changed('openai/gpt-4o', (line) => line.replace('i25e8', 'i26e8'));
    expect((await run('catalog', 'diff', '--from', other)).out).toContain('~ openai/gpt-4o: input $2.5 → $2.6');
    expect(readFileSync(join(data, 'catalogue/current.tsv'), 'latin1')).toBe(before);
  });

  test('works offline with what came with the program', async () => {
    expect(await run('catalog', 'update')).toMatchObject({ code: 0 });
    expect((await run('catalog', 'show')).out).toContain('models.dev: https://github.com/anomalyco/models.dev, MIT');
  });

  test('refuses an address that cannot be reached and a file that is not there', async () => {
    const away = await run('catalog', 'update', '--from', 'http://127.0.0.1:1/x');
    expect(away).toMatchObject({ code: 1, out: '' });
    expect(away.err).toContain('cannot be reached');
    expect((await run('catalog', 'update', '--from', '/nowhere.tsv')).err).toContain('there is no such file');
  });

  test('refuses every file that is cut or changed, and the running catalogue stays', async () => {
    const before = readFileSync(join(data, 'catalogue/current.tsv'), 'latin1');
    const whole = Buffer.from(joinCatalogue(shippedModels.text), 'latin1');
    const path = join(folder, 'broken.tsv');
    let state = 42;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 30; round++) {
      const broken = round % 2 === 0 ? whole.subarray(0, random(whole.length)) : Buffer.from(whole);
      if (round % 2 === 1) {
        const at = random(whole.length);
        broken[at] = ((broken[at] ?? 0) + 1 + random(254)) % 256;
      }
      writeFileSync(path, broken);
      const { code, err } = await run('catalog', 'update', '--from', path);
      expect({ round, code }).toEqual({ round, code: 1 });
      expect(err).toContain('is not taken');
      expect(err).toEndWith('Nothing was changed.');
      expect(readFileSync(join(data, 'catalogue/current.tsv'), 'latin1')).toBe(before);
    }
  });

  test('passes over a kept file that was damaged, and says so', async () => {
    const current = join(data, 'catalogue/current.tsv');
    const before = readFileSync(current);
    writeFileSync(current, before.subarray(0, before.length / 2));
    const { models, notes } = new CatalogueStore(data).load();
    expect(models.find('openai', 'gpt-5')).toBeDefined();
    expect(notes[0]).toContain('is not used. Its checksum does not fit its content');
    writeFileSync(current, before);
  });
});

test('sluice models --json tells what is known of each', async () => {
  const out: string[] = [];
  const code = await runCommand(['models', '--json', '--config', configPath], {
    environment: { SLUICE_DATA: data },
    out: (line) => void out.push(line),
    err: (line) => void out.push(line),
  });
  expect(code).toBe(0);
  const rows = JSON.parse(out.join('\n')) as readonly Record<string, unknown>[];
  expect(rows.find(({ id }) => id === 'openai/gpt-5-nano')).toMatchObject({
    provider: 'openai',
    model: 'gpt-5-nano',
    title: 'Tiny',
    contextTokens: 1234,
    price: { standard: { rates: { input: 500_000_000 } }, sources: ['operator'] },
  });
});
