import { describe, expect, test } from 'bun:test';
import { FairQueue, type QueueLimits, type Waiting } from './fair-queue.ts';

const limits: QueueLimits = { capacity: 2, queued: 4, waitMs: 1000 };

/** A queue whose claimants are written as `organisation/key`, and what they were told in order. */
const setUp = () => {
  const queue = new FairQueue();
  const told: string[] = [];
  let nowMs = 0;
  const claims = new Map<string, Waiting>();
  const enter = (name: string, with_: QueueLimits = limits): string => {
    const [orgId = '', key = ''] = name.split('/');
    const entry: Waiting = {
      orgId,
      key,
      start: () => told.push(`${name} starts`),
      shed: (ms) => told.push(`${name} is told to come in ${ms} ms`),
    };
    claims.set(name, entry);
    const entered = queue.enter(entry, with_, nowMs);
    return entered.kind === 'shed' ? `shed for ${entered.retryAfterMs} ms` : entered.kind;
  };
  const leave = (name: string, atMs = 0): void => {
    const [orgId = '', key = ''] = name.split('/');
    nowMs = atMs;
    queue.leave({ orgId, key }, limits, atMs);
  };
  const giveUp = (name: string): boolean => {
    const entry = claims.get(name);
    return entry !== undefined && queue.giveUp(entry);
  };
  return { queue, told, enter, leave, giveUp };
};

describe('places', () => {
  test('are had at once while there are any, and waited for in turn otherwise', () => {
    const { enter, leave, told } = setUp();
    expect(['a/1', 'a/1', 'a/1'].map((name) => enter(name))).toEqual(['started', 'started', 'waiting']);
    leave('a/1');
    expect(told).toEqual(['a/1 starts']);
  });

  test('go to the organisation that has the fewest, however many of another wait', () => {
    const { enter, leave, told } = setUp();
    for (const name of ['a/1', 'a/2', 'a/3', 'a/4', 'b/1']) enter(name);
    leave('a/1');
    leave('a/2');
    expect(told).toEqual(['b/1 starts', 'a/3 starts']);
  });

  test('go to the key that has the fewest within an organisation', () => {
    const { enter, leave, told } = setUp();
    for (const name of ['a/1', 'a/1', 'a/1', 'a/2']) enter(name);
    leave('a/1');
    expect(told).toEqual(['a/2 starts']);
  });

  test('are not had by somebody who gave up', () => {
    const { enter, leave, giveUp, told, queue } = setUp();
    for (const name of ['a/1', 'a/2', 'b/1', 'c/1']) enter(name);
    expect([giveUp('b/1'), giveUp('b/1'), giveUp('a/1')]).toEqual([true, false, false]);
    leave('a/1');
    expect(told).toEqual(['c/1 starts']);
    expect([queue.taken, queue.waiting]).toEqual([2, 0]);
  });

  test('given back twice are free once', () => {
    const { enter, leave, queue } = setUp();
    enter('a/1');
    leave('a/1');
    leave('a/1');
    expect(queue.taken).toBe(0);
  });
});

describe('a full queue', () => {
  test('tells the newest of those who claim most to come again, for one who claims less', () => {
    const { enter, told } = setUp();
    for (const name of ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6']) enter(name);
    expect(enter('b/1')).toBe('waiting');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^a\/\d is told to come in 1000 ms$/);
  });

  test('tells whoever claims most at once', () => {
    const { enter, told } = setUp();
    for (const name of ['a/1', 'a/1', 'a/1', 'a/1', 'a/1', 'a/1']) enter(name);
    expect(enter('a/1')).toBe('shed for 1000 ms');
    expect(told).toEqual([]);
  });

  test('takes nobody when nobody may wait', () => {
    const { enter } = setUp();
    const none = { ...limits, queued: 0 };
    expect(['a/1', 'a/1', 'b/1'].map((name) => enter(name, none))).toEqual(['started', 'started', 'shed for 1000 ms']);
  });
});

test('whoever would wait too long is told at once and when to come, but not one who is below its share', () => {
  const { enter, leave } = setUp();
  const wide = { ...limits, queued: 100 };
  // A place comes free every 120 ms, and a second may be waited, of which a third is reckoned with.
  enter('a/1', wide);
  enter('a/1', wide);
  for (let index = 0; index < 10; index += 1) {
    enter('a/1', wide);
    leave('a/1', index * 120);
  }
  expect([1, 2, 3].map(() => enter('a/1', wide))).toEqual(['waiting', 'waiting', 'shed for 1000 ms']);
  expect(enter('b/1', wide)).toBe('waiting');
});

test('as many places as the others used of late are kept free of whoever has the most', () => {
  const { enter, queue } = setUp();
  const wide = { capacity: 10, queued: 100, waitMs: 1_000_000 };
  for (const name of ['b/1', 'c/1', 'd/1']) enter(name, wide);
  for (let index = 0; index < 20; index += 1) enter('a/1', wide);
  expect([queue.taken, queue.waiting]).toEqual([10, 13]);
  for (const orgId of ['b', 'c', 'd']) queue.leave({ orgId, key: '1' }, wide, 0);
  expect(queue.taken).toBe(7);
  enter('b/1', wide);
  expect([queue.taken, queue.waiting]).toEqual([8, 13]);
});

test('a pause is no sign that places come free slowly', () => {
  const { enter, leave } = setUp();
  const one = { ...limits, capacity: 1, queued: 100 };
  for (const atMs of [0, 60_000, 120_000]) {
    enter('a/1', one);
    leave('a/1', atMs);
  }
  expect(['a/1', 'a/1', 'a/1'].map((name) => enter(name, one))).toEqual(['started', 'waiting', 'waiting']);
});

test('how slowly places came free is forgotten when nobody has waited for a while', () => {
  const { enter, leave } = setUp();
  const one = { ...limits, capacity: 1, queued: 100 };
  enter('a/1', one);
  for (const atMs of [0, 900]) {
    enter('a/1', one);
    leave('a/1', atMs);
  }
  expect(enter('a/1', one)).toBe('shed for 1000 ms');
  leave('a/1', 20_000);
  expect(['a/1', 'a/1'].map((name) => enter(name, one))).toEqual(['started', 'waiting']);
});

test('nothing is kept of those who claim nothing', () => {
  const { enter, leave, queue } = setUp();
  for (let index = 0; index < 100; index += 1) {
    enter(`org${index}/k`);
    leave(`org${index}/k`);
  }
  expect([queue.taken, queue.waiting]).toEqual([0, 0]);
  expect(enter('late/k')).toBe('started');
});
