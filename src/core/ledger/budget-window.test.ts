import { expect, test } from 'bun:test';
import { isTimeZone, windowAt } from './budget-window.ts';

const at = (text: string): number => Date.parse(text);

test('a day in New York is 23 hours long when clocks go forward and 25 when they go back', () => {
  const zone = 'America/New_York';
  const spring = windowAt({ kind: 'day' }, at('2026-03-08T12:00:00Z'), zone);
  expect(spring).toEqual({ id: 'day:2026-03-08', endMs: at('2026-03-09T04:00:00Z') });
  expect(windowAt({ kind: 'day' }, at('2026-03-08T04:59:59.999Z'), zone).id).toBe('day:2026-03-07');
  expect(windowAt({ kind: 'day' }, at('2026-03-08T05:00:00Z'), zone).id).toBe('day:2026-03-08');
  const autumn = windowAt({ kind: 'day' }, at('2026-11-01T12:00:00Z'), zone);
  expect((autumn.endMs ?? 0) - at('2026-11-01T04:00:00Z')).toBe(25 * 3_600_000);
});

test('a midnight that clocks skip is the first moment after it', () => {
  // Clocks in Santiago went from 24:00 on 5 September to 01:00 on the 6th.
  const window = windowAt({ kind: 'day' }, at('2026-09-05T12:00:00Z'), 'America/Santiago');
  expect(window).toEqual({ id: 'day:2026-09-05', endMs: at('2026-09-06T04:00:00Z') });
  expect(windowAt({ kind: 'day' }, at('2026-09-06T04:00:00Z'), 'America/Santiago').id).toBe('day:2026-09-06');
});

test('weeks begin on Monday, months on the first, a lifetime never ends', () => {
  expect(windowAt({ kind: 'week' }, at('2026-11-24T10:00:00Z'), 'UTC')).toEqual({
    id: 'week:2026-11-23',
    endMs: at('2026-11-30T00:00:00Z'),
  });
  expect(windowAt({ kind: 'month' }, at('2028-02-29T23:59:59Z'), 'UTC')).toEqual({
    id: 'month:2028-02-01',
    endMs: at('2028-03-01T00:00:00Z'),
  });
  expect(windowAt({ kind: 'month' }, at('2026-12-31T23:30:00Z'), 'Europe/Berlin').id).toBe('month:2027-01-01');
  expect(windowAt({ kind: 'lifetime' }, 0, 'UTC')).toEqual({ id: 'lifetime', endMs: undefined });
});

test('the hour that comes twice is two windows', () => {
  const first = windowAt({ kind: 'hour' }, at('2026-10-25T00:30:00Z'), 'Europe/Berlin');
  const second = windowAt({ kind: 'hour' }, at('2026-10-25T01:30:00Z'), 'Europe/Berlin');
  expect(first.id).not.toBe(second.id);
  expect(first.endMs).toBe(at('2026-10-25T01:00:00Z'));
  expect(windowAt({ kind: 'hour' }, at('2026-01-01T00:10:00Z'), 'Asia/Kathmandu').endMs).toBe(
    at('2026-01-01T00:15:00Z'),
  );
});

test('windows follow each other without gap or overlap, through every change of clocks of a year', () => {
  for (const zone of [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Asia/Kolkata',
  ]) {
    for (const kind of [{ kind: 'day' }, { kind: 'week' }, { kind: 'month' }, { kind: 'rolling', days: 30 }] as const) {
      let now = at('2026-01-01T12:00:00Z');
      while (now < at('2027-02-01T00:00:00Z')) {
        const { id, endMs = 0 } = windowAt(kind, now, zone);
        expect(windowAt(kind, endMs - 1, zone).id).toBe(id);
        expect(windowAt(kind, endMs, zone).id > id).toBe(true);
        now = endMs;
      }
    }
  }
});

test('a time zone is one or is not', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
});
