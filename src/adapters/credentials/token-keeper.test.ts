import { expect, test } from 'bun:test';
import { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Token, TokenKeeper } from './token-keeper.ts';

/** A keeper whose time stands still and whose token service answers when told to. */
const setUp = () => {
  let nowMs = 0;
  const clock: Clock = { monotonicMs: () => nowMs, wallMs: () => nowMs, after: () => () => undefined };
  const asked: { grant(token: Token): void; fail(error: Error): void }[] = [];
  const keeper = new TokenKeeper(() => {
    const { promise, resolve, reject } = Promise.withResolvers<Token>();
    asked.push({ grant: resolve, fail: reject });
    return promise;
  }, clock);
  return {
    asked,
    keeper,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

const hour = 3_600_000;

test('one request serves all who wait, and the token all who come later', async () => {
  const { keeper, asked } = setUp();
  const waiting = [keeper.token(new Cancellation()), keeper.token(new Cancellation())];
  expect(asked).toHaveLength(1);
  asked[0]?.grant({ value: 'a', lifetimeMs: hour });
  expect(await Promise.all(waiting)).toEqual(['a', 'a']);
  expect(keeper.token(new Cancellation())).toBe('a');
  expect(asked).toHaveLength(1);
});

test('near its end a token is renewed while calls go on with it', async () => {
  const { keeper, asked, pass } = setUp();
  const first = keeper.token(new Cancellation());
  asked[0]?.grant({ value: 'a', lifetimeMs: hour });
  await first;
  pass(hour - 299_000);
  expect([keeper.token(new Cancellation()), keeper.token(new Cancellation())]).toEqual(['a', 'a']);
  expect(asked).toHaveLength(2);
  asked[1]?.grant({ value: 'b', lifetimeMs: hour });
  await Promise.resolve();
  await Promise.resolve();
  expect(keeper.token(new Cancellation())).toBe('b');
});

test('a renewal that fails ahead of time hurts nobody, and the next call tries again', async () => {
  const { keeper, asked, pass } = setUp();
  const first = keeper.token(new Cancellation());
  asked[0]?.grant({ value: 'a', lifetimeMs: hour });
  await first;
  pass(hour - 200_000);
  expect(keeper.token(new Cancellation())).toBe('a');
  asked[1]?.fail(new Error('no'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(keeper.token(new Cancellation())).toBe('a');
  expect(asked).toHaveLength(2);
  pass(1001);
  expect(keeper.token(new Cancellation())).toBe('a');
  expect(asked).toHaveLength(3);
});

test('a failure is told to all for a second, without another request', async () => {
  const { keeper, asked, pass } = setUp();
  const first = keeper.token(new Cancellation());
  asked[0]?.fail(new Error('refused'));
  expect(first).rejects.toThrow('refused');
  await new Promise((resolve) => setImmediate(resolve));
  expect(keeper.token(new Cancellation())).rejects.toThrow('refused');
  expect(asked).toHaveLength(1);
  pass(1001);
  const second = keeper.token(new Cancellation());
  asked[1]?.grant({ value: 'b', lifetimeMs: hour });
  expect(await second).toBe('b');
});

test('one who leaves does not end the request the others wait for', async () => {
  const { keeper, asked } = setUp();
  const gone = new Cancellation();
  const leaving = keeper.token(gone);
  const staying = keeper.token(new Cancellation());
  gone.cancel();
  expect(leaving).rejects.toMatchObject({ code: 'client_gone' });
  asked[0]?.grant({ value: 'a', lifetimeMs: hour });
  expect(await staying).toBe('a');
});

test('a refused token is given up once, not again and again', async () => {
  const { keeper, asked, pass } = setUp();
  const first = keeper.token(new Cancellation());
  asked[0]?.grant({ value: 'a', lifetimeMs: hour });
  await first;
  expect(keeper.refuse('a')).toBe(true);
  const second = keeper.token(new Cancellation());
  asked[1]?.grant({ value: 'b', lifetimeMs: hour });
  expect(await second).toBe('b');
  expect(keeper.refuse('a')).toBe(true);
  expect(keeper.refuse('b')).toBe(false);
  expect(keeper.token(new Cancellation())).toBe('b');
  pass(60_001);
  expect(keeper.refuse('b')).toBe(true);
});
