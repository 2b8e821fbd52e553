import { expect, test } from 'bun:test';
import type { DirectoryChange } from '../../ports/access/directory-source.ts';
import type { SnapshotText } from '../../ports/access/snapshot-text.ts';
import type { ObjectsTold } from '../../ports/store/objects-told.ts';
import { NodesSource } from './nodes-source.ts';

const tagged = (number: number, data: string): ObjectsTold => ({
  kind: 'change',
  number,
  change: {
    kind: 'written',
    object: { orgId: 'default', kind: 'tag', id: 't', origin: 'database', data },
    hashes: [],
    sealed: [],
  },
});

const setUp = () => {
  const listeners = new Map<string, (payload: unknown) => void>();
  const state = { nowMs: 0 };
  const heard: string[] = [];
  const answer = Promise.withResolvers<SnapshotText>();
  const source = new NodesSource({
    store: {
      snapshot: () => answer.promise,
      catchUp: () => Promise.resolve(),
      listen: (topic, listener) => listeners.set(topic, listener),
      readable: () => true,
    },
    staleAfterMs: 1000,
    monotonicMs: () => state.nowMs,
    failed: (error) => heard.push(String(error)),
  });
  source.follow((change: DirectoryChange) => {
    if (change.kind === 'written') heard.push(change.object.data);
    else if (change.kind === 'everything') heard.push(...change.snapshot.objects.map(({ data }) => `all ${data}`));
  });
  const tell = (told: ObjectsTold): void => listeners.get('objects')?.(told);
  return { source, heard, tell, state, answer, current: () => listeners.get('changes')?.({ number: 1 }) };
};

test('a change that comes behind a later one of the same object is left out', () => {
  const { tell, heard } = setUp();
  tell(tagged(5, 'five'));
  tell(tagged(4, 'four'));
  tell(tagged(5, 'five again'));
  tell(tagged(6, 'six'));
  expect(heard).toEqual(['five', 'six']);
});

test('what is told while everything is read again holds after it, unless it is in it already', async () => {
  const { tell, heard, answer, source } = setUp();
  tell({ kind: 'missed' });
  await expect(source.catchUp()).rejects.toThrow('missed');
  tell(tagged(7, 'seven'));
  tell(tagged(9, 'nine'));
  answer.resolve({
    objects: 'default\x1ftag\x1ft\x1f\x1fdatabase\x1f{"is":8}',
    hashes: '',
    sealed: [],
    number: 8,
  });
  await answer.promise;
  await Bun.sleep(0);
  expect(heard).toEqual(['seven', 'nine', 'all {"is":8}', 'nine']);
  await source.catchUp();
});

test('without word from the database what is known is stale after the time that was set, until the next word', () => {
  const { source, state, current } = setUp();
  state.nowMs = 1000;
  expect(source.stale()).toBe(false);
  state.nowMs = 1001;
  expect(source.stale()).toBe(true);
  current();
  expect(source.stale()).toBe(false);
});

test('a change that one follower cannot take in reaches the others, and is told', () => {
  const { source, tell, heard } = setUp();
  source.follow(() => {
    throw new Error('sealed with another key');
  });
  source.follow(() => heard.push('the next'));
  tell(tagged(1, 'one'));
  expect(heard).toEqual(['one', 'Error: sealed with another key', 'the next']);
});
