import { expect, test } from 'bun:test';
import { RouteTable } from './route-table.ts';

const table = new RouteTable([
  { method: 'GET', path: '/teams/{id}' },
  { method: 'PATCH', path: '/teams/{id}' },
  { method: 'POST', path: '/teams/new' },
  { method: 'GET', path: '/models/{model...}/endpoints' },
  { method: 'GET', path: '/v1.5/models' },
]);

test('finds a route by its method, with what stands in the braces as it came', () => {
  const { route, named } = table.find('PATCH', '/teams/a%20b');
  expect(route.method).toBe('PATCH');
  expect(named).toEqual(['a%20b']);
});

test('a part in braces is one part, and with dots it may be more', () => {
  expect(table.at('/teams/a/b')).toEqual([]);
  expect(table.find('GET', '/models/openai/gpt-5/endpoints').named).toEqual(['openai/gpt-5']);
});

test('a path that is written out goes before one with braces, and is taken as it stands', () => {
  expect(() => table.find('GET', '/teams/new')).toThrow('GET is not taken here. Use POST.');
  expect(table.at('/v1x5/models')).toEqual([]);
});

test('says which methods a path takes, and that there is no such path', () => {
  expect(() => table.find('DELETE', '/teams/1')).toThrow('DELETE is not taken here. Use GET, PATCH.');
  expect(() => table.find('GET', '/nothing')).toThrow('There is no /nothing here.');
});
