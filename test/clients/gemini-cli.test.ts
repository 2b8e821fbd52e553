import { describe, expect, test } from 'bun:test';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { eventsOf, json, refuseNext, startClientHouse, tooLong, upstreams } from './client-house.ts';

// Gemini CLI with GOOGLE_GEMINI_BASE_URL: model and method in the path, key in a header of Google's.
const house = startClientHouse();

const headers = {
  'x-goog-api-key': masterKey,
  'x-goog-api-client': 'google-genai-sdk/1.30.0 gl-node/v20.20.2',
  'user-agent': 'GeminiCLI/0.61.0 (linux; x64)',
};

const body = {
  contents: [
    { role: 'user', parts: [{ text: '<session_context>\nThis is the Gemini CLI.\n</session_context>' }] },
    { role: 'user', parts: [{ text: 'Read note.txt.' }] },
    {
      role: 'model',
      parts: [{ functionCall: { name: 'read_file', args: { file_path: 'note.txt' } }, thoughtSignature: 'c2ln' }],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'read_file-1', name: 'read_file', response: { output: 'The code is 4711.' } } },
      ],
    },
  ],
  systemInstruction: { role: 'user', parts: [{ text: 'You are an interactive CLI agent.' }] },
  tools: [
    {
      functionDeclarations: [
        {
          name: 'read_file',
          description: 'Reads a file.',
          parametersJsonSchema: { type: 'object', properties: { file_path: { type: 'string' } } },
        },
      ],
    },
  ],
  generationConfig: {
    temperature: 1,
    topP: 0.95,
    topK: 64,
    thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 },
  },
};

const path = (model: string, method: string) => `/v1beta/models/${model}:${method}`;

describe.each(upstreams)('before %s', (provider) => {
  test('a turn with a result is streamed until its reason', async () => {
    const answer = await house.call('POST', path(`${provider}/simulated`, 'streamGenerateContent?alt=sse'), {
      headers,
      body,
    });
    expect(answer.status).toBe(200);
    const events = await eventsOf(answer);
    expect(JSON.stringify(events)).toContain('4711');
    expect(JSON.stringify(events.at(-1))).toContain('"finishReason":"STOP"');
    expect(JSON.stringify(events.at(-1))).toContain('usageMetadata');
  });

  test('what a model of another format is asked is a call with its result', async () => {
    await house.call('POST', path(`${provider}/simulated`, 'generateContent'), { headers, body });
    const parts = house.sluice.simulator.requests[0]?.request?.turns.flatMap((turn) => turn.parts) ?? [];
    const result = parts.find((part) => part.kind === 'tool-result');
    expect(parts.find((part) => part.kind === 'tool-call')).toMatchObject({ name: 'read_file', call: 0 });
    expect(result).toMatchObject({ call: 0 });
  });
});

test('its small helpers name bare models, which are found', async () => {
  const answer = await house.call('POST', path('gemini-2.5-flash-lite', 'generateContent'), {
    headers,
    body: { contents: [{ role: 'user', parts: [{ text: 'Route this.' }] }], generationConfig: { maxOutputTokens: 64 } },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-sluice-provider')).toBe('gemini');
});

test('tokens are counted before the call', async () => {
  const answer = await house.call('POST', path('gemini/simulated', 'countTokens'), {
    headers,
    body: { contents: body.contents },
  });
  expect((await json(answer))['totalTokens']).toBeGreaterThan(0);
});

test.each([
  ['gemini', tooLong.gemini],
  ['anthropic', tooLong.anthropic],
] as const)('a refusal of %s is a status of Google with its words', async (provider, refusal) => {
  refuseNext(house, 400, refusal);
  const answer = await house.call('POST', path(`${provider}/simulated`, 'streamGenerateContent?alt=sse'), {
    headers,
    body,
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { code: 400, status: 'INVALID_ARGUMENT', message: refusal.error.message },
  });
});
