import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, streamText } from 'ai';
import OpenAI from 'openai';
import { weatherTool } from '../sdk/vercel-client.ts';
import { type KeepingResponses, startKeepingResponses } from '../support/keeping-responses.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

describe.skipIf(testsProgram)('what a provider keeps', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-held-'));
  let keeper: KeepingResponses;
  let gateway: GatewayUnderTest;

  const start = async (): Promise<void> => {
    const entry = (url: string) => ({
      title: 'Keeps answers',
      baseUrl: `${url}/v1`,
      serves: { chat: [{ dialect: 'openai-responses' as const, path: '/responses' }] },
    });
    gateway = await startGatewayUnderTest({
      dataDirectory: directory,
      providers: [
        { id: 'keeper', enabled: true, apiKey: providerKey, entry: entry(keeper.url) },
        { id: 'other-keeper', enabled: true, apiKey: providerKey, entry: entry(keeper.url) },
      ],
    });
  };
  beforeAll(async () => {
    keeper = startKeepingResponses();
    await start();
  });
  afterAll(async () => {
    await gateway.stop();
    keeper.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const admin = async (path: string, body: unknown): Promise<Record<string, unknown>> =>
    (await (await gateway.post(`/admin/v1${path}`, body)).json()) as Record<string, unknown>;
  const newKey = async (body: Record<string, unknown> = {}, query = ''): Promise<string> =>
    (await admin(`/keys${query}`, body))['key'] as string;
  const clientOf = (key: string): OpenAI => new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const ask = (key: string, body: Record<string, unknown>) =>
    gateway.post('/v1/responses', { model: 'keeper/m', input: 'Go on.', ...body }, { key });
  const message = async (response: Response): Promise<string> =>
    ((await response.json()) as { readonly error: { readonly message: string } }).error.message;

  test('the built-in demo says that it keeps nothing', async () => {
    const made = (await (await gateway.post('/v1/responses', { model: 'demo/echo', input: 'x' })).json()) as {
      id: string;
    };
    const asked = await fetch(`${gateway.url}/v1/responses/${made.id}`, {
      headers: { authorization: `Bearer ${masterKey}` },
    });
    expect([asked.status, await asked.text()]).toEqual([404, expect.stringContaining('keeps no answers')]);
  });

  test('an answer is continued, read and deleted by the key that made it, also after a restart', async () => {
    const key = await newKey();
    const first = await clientOf(key).responses.create({ model: 'keeper/m', input: 'Hello' });
    await gateway.stop();
    await start();
    const openai = clientOf(key);
    const second = await openai.responses.create({ model: 'keeper/m', input: 'More', previous_response_id: first.id });
    expect(second.output_text).toBe('I have read 3 items.');
    expect((await openai.responses.retrieve(first.id)).output_text).toBe(first.output_text);
    const inputs = await openai.responses.inputItems.list(first.id, { limit: 5 });
    expect(inputs.data).toHaveLength(2);
    expect(keeper.others.at(-1)).toBe(`GET /v1/responses/${first.id}/input_items?limit=5`);
    await openai.responses.delete(first.id);
    const asked = keeper.others.length;
    expect((await ask(key, { previous_response_id: first.id })).status).toBe(404);
    expect(
      await openai.responses.retrieve(first.id).then(
        () => 200,
        (error: { status: number }) => error.status,
      ),
    ).toBe(404);
    expect(keeper.others).toHaveLength(asked);
  });

  test('a stream’s ids are known as soon as it has ended', async () => {
    const key = await newKey();
    const stream = await clientOf(key).responses.create({ model: 'keeper/m', input: 'Hello', stream: true });
    let id = '';
    let item = '';
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      if (event.type === 'response.output_item.done') item = event.item.id ?? '';
    }
    const continued = await ask(key, { previous_response_id: id });
    expect(continued.status).toBe(200);
    const named = await ask(key, {
      input: [
        { type: 'item_reference', id: item },
        { role: 'user', content: 'More' },
      ],
    });
    expect([named.status, JSON.stringify(await named.json())]).toEqual([
      200,
      expect.stringContaining('I have read 2 items.'),
    ]);
  });

  test('to others it is not there, in the words of what never was: another key, another organisation, the master key', async () => {
    const mine = await newKey();
    const { id, output } = await clientOf(mine).responses.create({ model: 'keeper/m', input: 'Secret' });
    await admin('/organisations', { id: 'org_other' });
    const strangers = [await newKey(), await newKey({}, '?organisation=org_other'), undefined];
    const asked = keeper.asked.length;
    for (const key of strangers) {
      const options = key === undefined ? {} : { key };
      const never = 'resp_never';
      for (const body of [{ previous_response_id: id }, { input: [{ type: 'item_reference', id: output[0]?.id }] }]) {
        const refused = await gateway.post('/v1/responses', { model: 'keeper/m', input: 'x', ...body }, options);
        expect(refused.status).toBe(404);
        expect(await message(refused)).toContain('not found.');
      }
      const unknown = await gateway.post(
        '/v1/responses',
        { model: 'keeper/m', input: 'x', previous_response_id: never },
        options,
      );
      const known = await gateway.post(
        '/v1/responses',
        { model: 'keeper/m', input: 'x', previous_response_id: id },
        options,
      );
      expect((await message(unknown)).replace(never, id)).toBe(await message(known));
      const headers = { authorization: `Bearer ${key ?? 'sk-sluice-test-key'}` };
      for (const method of ['GET', 'DELETE'])
        expect((await fetch(`${gateway.url}/v1/responses/${id}`, { method, headers })).status).toBe(404);
    }
    expect(keeper.asked).toHaveLength(asked);
    expect((await ask(mine, { previous_response_id: id })).status).toBe(200);
  });

  test('keys of one project share what they make', async () => {
    await admin('/projects', { id: 'pr_shared' });
    const [one, other] = [await newKey({ project_id: 'pr_shared' }), await newKey({ project_id: 'pr_shared' })];
    const { id } = await clientOf(one).responses.create({ model: 'keeper/m', input: 'Hello' });
    expect((await ask(other, { previous_response_id: id })).status).toBe(200);
  });

  test('it goes to the provider that keeps it, and to no other', async () => {
    const key = await newKey();
    const { id } = await clientOf(key).responses.create({ model: 'keeper/m', input: 'Hello' });
    for (const model of ['other-keeper/m', 'anthropic/claude-sonnet-4-5']) {
      const refused = await ask(key, { model, previous_response_id: id });
      expect(refused.status).toBe(400);
      expect(await message(refused)).toContain('names something that keeper holds');
    }
    const mixed = await clientOf(key).responses.create({ model: 'other-keeper/m', input: 'Hello' });
    const both = await ask(key, {
      previous_response_id: id,
      input: [{ type: 'item_reference', id: mixed.output[0]?.id }],
    });
    expect(both.status).toBe(400);
  });

  test('what is not stored is not named later, and what cannot be followed is refused as ever', async () => {
    const key = await newKey();
    const { id } = await clientOf(key).responses.create({ model: 'keeper/m', input: 'Hello', store: false });
    expect((await ask(key, { previous_response_id: id })).status).toBe(404);
    const unheard = await ask(key, { background: true });
    expect([unheard.status, await message(unheard)]).toEqual([400, expect.stringContaining('cannot be charged')]);
    const refused = await ask(key, { conversation: 'conv_1' });
    expect(refused.status).toBe(400);
    expect(await message(refused)).toContain('Sluice cannot prove that it is yours');
  });

  test.each([false, true])('@ai-sdk/openai calls a tool with its default store (stream: %p)', async (stream) => {
    const key = await newKey();
    const { asked, tools } = weatherTool();
    const model = createOpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key })('keeper/gpt-5');
    const options = { model, tools, prompt: 'Please call look_up.', stopWhen: isStepCount(3), maxRetries: 0 };
    const text = stream ? await streamText(options).text : (await generateText(options)).text;
    expect(asked).toEqual([{ city: 'Oslo' }]);
    expect(text).toStartWith('I have read ');
    expect(JSON.stringify(keeper.asked.at(-1)?.input)).toContain('item_reference');
  });
});
