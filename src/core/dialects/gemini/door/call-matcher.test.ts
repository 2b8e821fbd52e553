import { expect, test } from 'bun:test';
import { CallMatcher } from './call-matcher.ts';

const matcher = () => {
  const made = new CallMatcher();
  made.nextContent(3);
  return made;
};

test('a response finds its call by id, in any order', () => {
  const calls = matcher();
  calls.call('a', 'f');
  calls.call('b', 'f');
  expect(calls.response('b', 'f')).toEqual({ id: 'b', madeUp: false });
  expect(calls.response('a', 'f')).toEqual({ id: 'a', madeUp: false });
});

test('one without an id answers the oldest open call of its name', () => {
  const calls = matcher();
  calls.call('a', 'f');
  calls.call(undefined, 'g');
  expect(calls.response(undefined, 'g')).toEqual({ id: 'call_3_0', madeUp: true });
  expect(calls.response(undefined, 'f')).toEqual({ id: 'a', madeUp: true });
});

test('one with an id of the client’s own answers a call that has none, but never a call with another id', () => {
  const calls = matcher();
  calls.call('a', 'f');
  calls.call(undefined, 'f');
  expect(calls.response('f-1764', 'f')).toEqual({ id: 'call_3_0', madeUp: true });
  expect(calls.response('f-1765', 'f')).toEqual({ id: 'f-1765', madeUp: false });
});
