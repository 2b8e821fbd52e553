import { expect, test } from 'bun:test';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { Json } from '../../json/json.ts';
import { floatsFromBase64, floatsToBase64 } from './float-base64.ts';
import { openaiEmbeddings } from './index.ts';

const { door, upstream } = openaiEmbeddings;
const home = (body: Json) => upstream.encodeRequest(door.decodeRequest(body, {}), 'm').body;

test('every form of input comes home', () => {
  const inputs: readonly Json[] = [
    'text',
    ['text'],
    ['a', 'b'],
    [1, 2, 3],
    [
      [1, 2],
      [3, 4],
    ],
    [
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
        ],
      },
    ],
  ];
  for (const input of inputs) expect(home({ model: 'm', input })).toEqual({ model: 'm', input });
});

test('members of one host and other formats come home', () => {
  const body = {
    model: 'm',
    input: 'a',
    encoding_format: 'ubinary',
    input_type: 'query',
    truncation: false,
    dimensions: 4,
  };
  expect(home(body)).toEqual(body);
});

test('what is wrong is named', () => {
  const paramOf = (body: Json) => {
    try {
      door.decodeRequest(body, {});
    } catch (error) {
      return error instanceof GatewayError ? error.detail.param : String(error);
    }
    return 'nothing';
  };
  expect(paramOf({ model: 'm' })).toBe('input');
  expect(paramOf({ model: 'm', input: [] })).toBe('input');
  expect(paramOf({ model: 'm', input: ['a', 5] })).toBe('input[1]');
  expect(paramOf({ model: 'm', input: 'a', dimensions: '4' })).toBe('dimensions');
  expect(paramOf({ input: 'a' })).toBe('model');
});

test('vectors stand in the order of their index, and usage may be a total alone', () => {
  const request = door.decodeRequest({ model: 'm', input: ['a', 'b'] }, {});
  const answer = {
    data: [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ],
    usage: { total_tokens: 9 },
  };
  const response = upstream.decodeResponse(answer, request);
  expect(response.vectors).toEqual([
    { kind: 'float', values: [1] },
    { kind: 'float', values: [2] },
  ]);
  expect(response.usage).toMatchObject({ inputTokens: 9, outputTokens: 0 });
});

test('numbers and base64 are turned into each other', () => {
  expect(floatsToBase64([1, -2])).toBe('AACAPwAAAMA=');
  expect(floatsFromBase64('AACAPwAAAMA=')).toEqual([1, -2]);
  const long = Array.from({ length: 5000 }, (_, index) => index / 4);
  expect(floatsFromBase64(floatsToBase64(long))).toEqual(long);
});

test('as many bytes as dimensions are signed bytes', () => {
  expect(floatsFromBase64(btoa('\xff\x01\x80\x7f'), 4)).toEqual([-1, 1, -128, 127]);
});

test('base64 that is none is not read', () => {
  expect(floatsFromBase64('AA=')).toBeUndefined();
  expect(floatsFromBase64('!!')).toBeUndefined();
});
