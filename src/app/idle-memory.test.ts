import { expect, test } from 'bun:test';
import { IdleMemory } from './idle-memory.ts';

test('memory is given back once after the start, and again only after much work, in a moment without any', () => {
  let collected = 0;
  let open = 1;
  const memory = new IdleMemory(
    () => open,
    () => {
      collected++;
    },
  );
  memory.look();
  expect(collected).toBe(0);
  open = 0;
  memory.look();
  memory.look();
  expect(collected).toBe(1);
  for (let exchange = 0; exchange < 1999; exchange++) memory.settled();
  memory.look();
  memory.look();
  expect(collected).toBe(1);
  memory.settled();
  memory.look();
  expect(collected).toBe(1);
  memory.look();
  expect(collected).toBe(2);
});
