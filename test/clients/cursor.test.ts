import { describe, expect, test } from 'bun:test';
import { bearer, eventsOf, startClientHouse, upstreams } from './client-house.ts';

// Cursor's override address: Responses-shaped bodies at the path of chat completions, or chat-shaped ones, by the model's name.
const house = startClientHouse();

const shared = { stream: true, user: 'cursor-user-1' };

const asResponses = (model: string) => ({
  ...shared,
  model,
  input: [
    { role: 'system', content: 'You are an AI coding assistant.' },
    { role: 'user', content: [{ type: 'input_text', text: 'call read_file, please' }] },
  ],
  tools: [
    {
      type: 'function',
      name: 'read_file',
      description: 'Reads a file.',
      parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
      strict: false,
    },
    { type: 'custom', name: 'apply_patch', description: 'Changes files.', format: { type: 'text' } },
  ],
  reasoning: { effort: 'medium' },
  text: { verbosity: 'low' },
});

const asChat = (model: string) => ({
  ...shared,
  model,
  stream_options: { include_usage: true },
  messages: [
    { role: 'system', content: 'You are an AI coding assistant.' },
    { role: 'user', content: 'call read_file, please' },
  ],
  tools: [{ type: 'function', function: { name: 'read_file', parameters: { type: 'object', properties: {} } } }],
});

describe.each(upstreams)('before %s', (provider) => {
  test.each([
    ['a body of Responses', asResponses],
    ['a body of chat', asChat],
  ])('%s is answered as chat', async (_, bodyFor) => {
    for (const path of ['/cursor/chat/completions', '/cursor/v1/chat/completions']) {
      const answer = await house.call('POST', path, { headers: bearer, body: bodyFor(`${provider}/simulated`) });
      expect(answer.status).toBe(200);
      const chunks = await eventsOf(answer);
      expect(chunks.every((chunk) => chunk['object'] === 'chat.completion.chunk')).toBe(true);
      expect(JSON.stringify(chunks)).toContain('"name":"read_file"');
      expect(JSON.stringify(chunks)).toContain('"finish_reason":"tool_calls"');
    }
  });
});

test('it checks its key with the list of models', async () => {
  expect((await house.call('GET', '/cursor/v1/models', { headers: bearer })).status).toBe(200);
  expect((await house.call('GET', '/cursor/v1/models', { headers: { authorization: 'Bearer no' } })).status).toBe(401);
});
