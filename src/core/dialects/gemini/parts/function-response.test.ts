import { expect, test } from 'bun:test';
import { readResponseObject, writeResponseObject } from './function-response.ts';

const throughIr = (response: Parameters<typeof readResponseObject>[0]) => {
  const { text, failed, member } = readResponseObject(response);
  return writeResponseObject(text, failed, member ?? 'result');
};

test('every response object comes home as it was', () => {
  const objects = [
    {},
    { output: 'x' },
    { result: 'x' },
    { error: 'broken' },
    { output: '{"a":1}' },
    { output: '{"output":"x"}' },
    { error: '{"error":1}' },
    { error: { code: 5 } },
    { error: null, data: 1 },
    { output: ['a'], error: 'partly' },
    { temperature: 21.5, unit: 'C' },
  ];
  expect(objects.map(throughIr)).toEqual(objects);
});

test('a JSON object is sent as an object, any other text as a result', () => {
  expect(writeResponseObject('{"a":1}', false, 'result')).toEqual({ a: 1 });
  expect(writeResponseObject('[1]', false, 'result')).toEqual({ result: '[1]' });
  expect(writeResponseObject('{"a":1}', true, 'result')).toEqual({ error: '{"a":1}' });
});

test('numbers too long to keep their digits stay text', () => {
  const text = '{"id":12345678901234567890}';
  expect(writeResponseObject(text, false, 'result')).toEqual({ result: text });
});
