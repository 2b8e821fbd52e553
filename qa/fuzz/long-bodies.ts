import type { JsonObject } from '../../src/core/json/json.ts';
import { type Codec, codecs } from '../../test/golden/codecs.ts';
import { type GoldenDialect, model } from '../../test/golden/conversation.ts';
import type { Tally } from './tally.ts';

const many = <T>(make: (index: number) => T): readonly T[] => Array.from({ length: 15_000 }, (_, index) => make(index));

/** Bodies near the limit of values: as many parallel calls and results as fit, and as many turns. */
const bodies: Readonly<Record<GoldenDialect, readonly JsonObject[]>> = {
  'openai-chat': [
    {
      model,
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: null,
          tool_calls: many((index) => ({
            id: `c${index}`,
            type: 'function',
            function: { name: 't', arguments: '{}' },
          })),
        },
        ...many((index) => ({ role: 'tool', tool_call_id: `c${index}`, content: 'ok' })),
      ],
    },
    { model, messages: many((index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'x' })) },
  ],
  'anthropic-messages': [
    {
      model,
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: many((index) => ({ type: 'tool_use', id: `c${index}`, name: 't', input: {} })) },
        { role: 'user', content: many((index) => ({ type: 'tool_result', tool_use_id: `c${index}`, content: 'ok' })) },
      ],
    },
    {
      model,
      max_tokens: 9,
      messages: many((index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'x' })),
    },
  ],
  'openai-responses': [
    {
      model,
      input: [
        { role: 'user', content: 'x' },
        ...many((index) => ({ type: 'function_call', call_id: `c${index}`, name: 't', arguments: '{}' })),
        ...many((index) => ({ type: 'function_call_output', call_id: `c${index}`, output: 'ok' })),
      ],
    },
    { model, input: many((index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'x' })) },
  ],
  cohere: [
    {
      model,
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          tool_calls: many((index) => ({
            id: `c${index}`,
            type: 'function',
            function: { name: 't', arguments: '{}' },
          })),
        },
        ...many((index) => ({ role: 'tool', tool_call_id: `c${index}`, content: 'ok' })),
      ],
    },
    { model, messages: many((index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'x' })) },
  ],
  gemini: [
    {
      contents: [
        { role: 'user', parts: [{ text: 'x' }] },
        { role: 'model', parts: many((index) => ({ functionCall: { id: `c${index}`, name: 't', args: {} } })) },
        {
          role: 'user',
          parts: many((index) => ({ functionResponse: { id: `c${index}`, name: 't', response: { result: 'ok' } } })),
        },
      ],
    },
    { contents: many((index) => ({ role: index % 2 === 0 ? 'user' : 'model', parts: [{ text: 'x' }] })) },
  ],
  ollama: [
    {
      model,
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: '', tool_calls: many(() => ({ function: { name: 't', arguments: {} } })) },
        ...many(() => ({ role: 'tool', tool_name: 't', content: 'ok' })),
      ],
    },
    { model, messages: many((index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'x' })) },
  ],
  'bedrock-converse': [
    {
      messages: [
        { role: 'user', content: [{ text: 'x' }] },
        {
          role: 'assistant',
          content: many((index) => ({ toolUse: { toolUseId: `c${index}`, name: 't', input: {} } })),
        },
        {
          role: 'user',
          content: many((index) => ({ toolResult: { toolUseId: `c${index}`, content: [{ text: 'ok' }] } })),
        },
      ],
    },
    { messages: many((index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: [{ text: 'x' }] })) },
    {
      messages: [
        {
          role: 'user',
          content: many(() => ({ document: { format: 'txt', name: 'same', source: { text: 'x' } } })),
        },
      ],
    },
  ],
};

/**
 * Processor time of the longest bodies. They take up to 100 ms on a machine of their own, and more where others fill its caches; what grows with
 * the square of its input takes seconds.
 */
const mostMs = 160;

/** The longest bodies the limits let through, from every door to every upstream: what grows faster than its input shows here as slow. */
export const runLongBodies = (tally: Tally): void => {
  for (const door of codecs)
    for (const [at, body] of bodies[door.id].entries())
      for (const upstream of codecs)
        tally.run(`long body ${at} from ${door.id} to ${upstream.id}`, () => pass(door, upstream, body), mostMs);
};

const pass = (door: Codec, upstream: Codec, body: JsonObject): undefined => {
  const request = door.door.decodeRequest(body, { model, stream: false });
  upstream.upstream.encodeRequest(request, { model, defaultMaxOutputTokens: 4096, traits: new Set() });
};
