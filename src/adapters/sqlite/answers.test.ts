import { expect, test } from 'bun:test';
import { Answers } from './answers.ts';
import { restMs, type Slices } from './slices.ts';

/** `folds` yields what its text says; `fails` as well, and throws at its end. Rests are taken by hand. */
const opened = () => {
  const told: string[] = [];
  const rests: { readonly ms: number; readonly run: () => void }[] = [];
  function* slices(name: string, left: readonly number[]): Slices<string> {
    for (const bytes of left) {
      told.push(`${name} ${bytes}`);
      yield bytes;
    }
    if (name === 'fails') throw new Error('no room');
    return `${name} done`;
  }
  const answers = new Answers({
    run: ({ name, input }, changed) => {
      changed('topic', name);
      return name === 'asks' ? 'answer' : slices(name, input as readonly number[]);
    },
    post: (message) => {
      if (message.kind === 'changed') told.push(`changed ${String(message.payload)}`);
      else if (message.kind === 'result') told.push(`${message.id}: ${String(message.value)}`);
      else if (message.kind === 'failure') told.push(`${message.id}! ${message.failure.message}`);
    },
    after: (ms, run) => rests.push({ ms, run }),
  });
  const ask = (id: number, name: string, input?: readonly number[]): void => answers.answer({ id, name, input });
  return { answers, ask, told, rests };
};

test('work in slices rests after each of them, and tells its result and its changes at its end', () => {
  const { ask, told, rests } = opened();
  ask(1, 'folds', [3, 2]);
  expect(told).toEqual(['folds 3']);
  rests.shift()?.run();
  expect(told).toEqual(['folds 3', 'folds 2']);
  rests.shift()?.run();
  expect(told).toEqual(['folds 3', 'folds 2', 'changed folds', '1: folds done']);
  expect(rests).toEqual([]);
});

test('whatever is asked during a rest first finishes the work, and the rest that was begun then does nothing', () => {
  const { ask, told, rests } = opened();
  ask(1, 'folds', [3, 2]);
  ask(2, 'folds', [1]);
  ask(3, 'asks');
  const all = ['folds 3', 'folds 2', 'changed folds', '1: folds done', 'folds 1', 'changed folds', '2: folds done'];
  expect(told).toEqual([...all, 'changed asks', '3: answer']);
  for (const { run } of rests) run();
  expect(told.length).toBe(all.length + 2);
});

test('work that fails is told once as failed, tells no change, and what is asked next is answered', () => {
  const rested = opened();
  rested.ask(1, 'fails', [1]);
  rested.rests[0]?.run();
  expect(rested.told).toEqual(['fails 1', '1! no room']);
  const finished = opened();
  finished.ask(1, 'fails', [1]);
  finished.ask(2, 'asks');
  finished.answers.finish();
  expect(finished.told).toEqual(['fails 1', '1! no room', 'changed asks', '2: answer']);
});

test('the further behind, the shorter the rests; too far behind, there is none', () => {
  expect([1, 2_000_001, 8_000_001].map(restMs)).toEqual([2, 1, 0]);
  const { ask, told, rests } = opened();
  ask(1, 'folds', [9e6, 8.5e6, 3e6, 1]);
  expect(told).toEqual(['folds 9000000', 'folds 8500000', 'folds 3000000']);
  expect(rests.map(({ ms }) => ms)).toEqual([1]);
});
