import { expect, test } from 'bun:test';
import { readOptions } from './options.ts';

test('rows and servers may be repeated or joined by commas', () => {
  const options = readOptions(['--only', 'peak,chunks', '--only', 'start', '--without', 'nginx']);
  expect(options).toMatchObject({ sections: new Set(['peak', 'chunks', 'start']), without: new Set(['nginx']) });
});

test('an unknown row is refused with the rows there are', () => {
  expect(() => readOptions(['--only', 'speed'])).toThrow('--only: there is no "speed". Choose from: start, requests');
});
