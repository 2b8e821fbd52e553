import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'sluice-training-'));
let sluice: GatewayUnderTest;
beforeAll(async () => {
  sluice = await startGatewayUnderTest({ dataDirectory });
});
afterAll(async () => {
  await sluice.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

type Answer = Readonly<Record<string, unknown>>;

const headers = { authorization: `Bearer ${masterKey}` };
const models = [
  { provider: 'vendor-a', model: 'coder' },
  { provider: 'vendor-b', model: 'lawyer' },
];

const topics = {
  code: [
    'python function',
    'sort a list',
    'fix this bug',
    'write a regex',
    'compile error',
    'unit test',
    'recursion',
    'sql query',
  ],
  law: [
    'contract clause',
    'court ruling',
    'tenant rights',
    'liability',
    'copyright law',
    'appeal deadline',
    'witness statement',
    'lease agreement',
  ],
} as const;

const question = (topic: keyof typeof topics, index: number): string => {
  const words = topics[topic];
  return `Question ${index} about ${words[index % 8]} and ${words[(index * 3 + 1) % 8]}: what should I know of case ${index * 17}?`;
};

/** The coder is right on code, the lawyer on law. */
const csv = (rows: number): string => {
  const head = 'prompt,vendor-a/coder/score,vendor-a/coder/response,vendor-b/lawyer/score,vendor-b/lawyer/response';
  const lines = Array.from({ length: rows }, (_, index) => {
    const topic = index % 2 === 0 ? 'code' : 'law';
    return `"${question(topic, index)}",${topic === 'code' ? '1,yes,0,no' : '0,no,1,yes'}`;
  });
  return [head, ...lines].join('\n');
};

const form = (fields: Readonly<Record<string, string>> = {}, file = csv(30)): FormData => {
  const made = new FormData();
  made.set('dataset_file', new File([file], 'rows.csv', { type: 'text/csv' }));
  const usual = {
    language: 'english',
    llm_providers: JSON.stringify(models),
    prompt_column: 'prompt',
    maximize: 'true',
  };
  for (const [name, value] of Object.entries({ ...usual, ...fields })) made.set(name, value);
  return made;
};

const train = async (body: FormData): Promise<{ readonly status: number; readonly body: Answer }> => {
  const response = await fetch(`${sluice.url}/v2/pzn/trainCustomRouter`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Answer };
};

const status = async (id: string): Promise<Answer> =>
  (await (await fetch(`${sluice.url}/v2/pzn/trainCustomRouter/${id}`, { headers })).json()) as Answer;

const ended = async (id: string): Promise<Answer> => {
  for (;;) {
    const told = await status(id);
    if (told['status'] !== 'training') return told;
    await Bun.sleep(50);
  }
};

const select = async (preference_id: string, content: string): Promise<string> => {
  const response = await fetch(`${sluice.url}/v2/modelRouter/modelSelect`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content }], llm_providers: models, preference_id }),
  });
  const { providers } = (await response.json()) as { readonly providers: readonly { readonly model: string }[] };
  return providers[0]?.model ?? '';
};

test('thirty rows teach who is right on code and who on law: nine of ten of 500 others go to the right one', async () => {
  const started = await train(form());
  expect(started.status).toBe(200);
  const id = String(started.body['preference_id']);
  expect(started.body).toMatchObject({ status: 'training', rows_used: 30, rows_rejected: [], warnings: [] });
  const told = await ended(id);
  expect(told).toMatchObject({ status: 'succeeded', version: 1, error: null });
  if (told['active'] !== true) throw new Error(`not switched on: ${JSON.stringify(told['verdict'])}`);
  let right = 0;
  for (let index = 1000; index < 1500; index++) {
    const topic = index % 2 === 0 ? 'code' : 'law';
    if ((await select(id, question(topic, index))) === (topic === 'code' ? 'coder' : 'lawyer')) right += 1;
  }
  expect(right).toBeGreaterThanOrEqual(450);

  const byName = (model: string) =>
    sluice.post(
      '/v1/chat/completions',
      { model, models: ['openai/one', 'openai/two'], messages: [{ role: 'user', content: 'Hello' }] },
      { headers: { 'x-sluice-explain': '1' } },
    );
  for (const version of ['', '/versions/1', '/versions/latest']) {
    const answer = await byName(`organizations/acme/routers/${id}${version}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-sluice-decision')).toContain(`"router":{"id":"${id}","version":1,"reason":"active"}`);
  }
  expect((await byName(`organizations/acme/routers/${id}/versions/9`)).status).toBe(404);
  expect((await byName('organizations/acme/routers/none')).status).toBe(404);
}, 120_000);

// It looks into the data directory, which the program under test keeps to itself.
test.skipIf(testsProgram)(
  'the same file and seed make the same bytes, another version of the same router',
  async () => {
    const first = await train(form());
    const id = String(first.body['preference_id']);
    await ended(id);
    const second = await train(form({ preference_id: id }));
    await ended(String(second.body['job_id']));
    const { RouterFiles } = await import('../../src/adapters/routers/router-files.ts');
    const kept = await new RouterFiles(join(dataDirectory, 'routers'), Date.now).get('default', id);
    expect(kept?.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(new Set(kept?.versions.map(({ sha256 }) => sha256)).size).toBe(1);
    expect((await train(form({ preference_id: id, override: 'false' }))).status).toBe(409);
  },
  120_000,
);

test.each([
  ['24 rows', form({}, csv(24)), 'line 1, column 1: 24 usable rows; 25 are the minimum'],
  ['a score that is a word', form({}, csv(30).replace(',1,yes', ',good,yes')), 'line 2, column'],
  [
    'a column twice',
    form({}, csv(30).replace('vendor-b/lawyer/response', 'vendor-a/coder/score')),
    'stands here a second time',
  ],
  [
    'a model that is not in the file',
    form({ llm_providers: JSON.stringify([models[0], { provider: 'x', model: 'y' }]) }),
    '"x/y" has no column',
  ],
  ['another prompt column', form({ prompt_column: 'frage' }), 'there is no column "frage"'],
  ['one model', form({ llm_providers: JSON.stringify([models[0]]) }), 'Two or more models'],
  ['models that are no JSON', form({ llm_providers: 'gpt' }), 'JSON array'],
  ['another language', form({ language: 'klingon' }), 'english'],
] as const)('%s: 422 with a detail, and nothing is made', async (_, body, said) => {
  const answer = await train(body);
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body['detail'])).toContain(said.replaceAll('"', '\\"'));
  expect(answer.body['preference_id']).toBeUndefined();
});

test('a prototype of three rows is made with a warning, and is not switched on by itself', async () => {
  const started = await train(form({ prototype: 'true' }, csv(3)));
  expect(started.status).toBe(200);
  expect(String((started.body['warnings'] as readonly string[])[0])).toStartWith('A prototype of 3 rows');
  expect(await ended(String(started.body['job_id']))).toMatchObject({ status: 'succeeded', active: false });
}, 60_000);

test('a body of a gigabyte is refused by its announced length', async () => {
  const response = await fetch(`${sluice.url}/v2/pzn/trainCustomRouter`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
    body: new Uint8Array(130 * 1024 * 1024),
  });
  expect(response.status).toBe(413);
}, 60_000);

test('an id nobody has is 404', async () => {
  const response = await fetch(`${sluice.url}/v2/pzn/trainCustomRouter/none`, { headers });
  expect(response.status).toBe(404);
});
