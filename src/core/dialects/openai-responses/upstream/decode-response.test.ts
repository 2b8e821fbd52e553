import { expect, test } from 'bun:test';
import type { JsonObject } from '../../../json/json.ts';
import { decodeResponse } from './decode-response.ts';

const answer = (output: readonly JsonObject[], more: JsonObject = {}) =>
  decodeResponse({ id: 'resp_1', model: 'm', created_at: 1, status: 'completed', output, ...more });

const text = (words: string, more: JsonObject = {}) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text: words, annotations: [], ...more }],
});

test('an output of things that are no items is no answer', () => {
  expect(() => decodeResponse({ object: 'response', output: [null] })).toThrow('not an object');
});

test('a completed answer with a call of the client’s tool ended for it, one of the provider’s did not', () => {
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' };
  expect(answer([call]).choices[0]).toMatchObject({ stop: 'tool-calls', rawStop: 'completed' });
  expect(answer([{ type: 'mcp_call', id: 'mcp_1', name: 'f' }]).choices[0]?.stop).toBe('stop');
});

test('a refusal is a block of its own', () => {
  const [choice] = answer([{ ...text(''), content: [{ type: 'refusal', refusal: 'No.' }] }]).choices;
  expect(choice).toMatchObject({ stop: 'refusal', blocks: [{ kind: 'refusal', text: 'No.' }] });
});

test('a reasoning item that holds nothing to show stays opaque', () => {
  const [block] = answer([{ type: 'reasoning', id: 'rs_1', summary: [] }]).choices[0]?.blocks ?? [];
  expect(block).toMatchObject({ kind: 'opaque', type: 'reasoning' });
});

test('annotations become citations that remember how they were written', () => {
  const annotation = { type: 'url_citation', start_index: 0, end_index: 2, url: 'https://a.example', title: 'A' };
  const [block] = answer([text('Hi', { annotations: [annotation] })]).choices[0]?.blocks ?? [];
  expect(block).toMatchObject({
    citations: [{ kind: 'url', url: 'https://a.example', title: 'A', start: 0, end: 2, wire: { value: annotation } }],
  });
});

test('usage parts the provider did not report are absent, not 0', () => {
  expect(answer([], { usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } }).usage).toEqual({
    inputTokens: 3,
    outputTokens: 4,
    wire: { dialect: 'openai-responses', value: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } },
  });
  expect(answer([], { usage: null }).usage).toBeUndefined();
});

test('a failed answer says why', () => {
  const failed = answer([], { status: 'failed', error: { code: 'server_error', message: 'Broke.' } });
  expect(failed.failure).toMatchObject({ code: 'server_error', message: 'Broke.' });
  expect(failed.choices[0]?.stop).toBe('failed');
});

test('an error with status 200 is thrown as the provider’s, anything else without output as unreadable', () => {
  expect(() => decodeResponse({ error: { code: 'server_is_overloaded', message: 'Busy.' } })).toThrow('Busy.');
  expect(() => decodeResponse({ object: 'response' })).toThrow('no "output" array');
  expect(() => decodeResponse('<html>')).toThrow('a JSON object was expected');
});

test('reasoning told beside the output is read too', () => {
  expect(answer([text('Hi')], { reasoning: 'Hm.' }).choices[0]?.blocks[0]).toEqual({ kind: 'thinking', text: 'Hm.' });
  expect(answer([text('Hi')], { reasoning: { effort: 'low' } }).choices[0]?.blocks).toHaveLength(1);
});
