import { expect, test } from 'bun:test';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Identity, KeyRing } from '../../../ports/key-ring.ts';
import type { Incoming } from '../../incoming.ts';
import { callerOf } from './identify.ts';

const incoming = (headers: Readonly<Record<string, string>>): Incoming =>
  ({ header: (name: string) => headers[name], query: '' }) as unknown as Incoming;

const identity = (label: string): Identity => ({ orgId: 'default', label, role: 'member', scopes: [], budgets: [] });

const ring = (known: Set<string>, learn?: KeyRing['learn']): KeyRing => ({
  find: (key) => (known.has(key) ? identity(key) : undefined),
  naming: (found) => found,
  ...(learn === undefined ? {} : { learn }),
});

test('a key that nobody here knows is asked for, with every other one that was sent, and found when another node made it', async () => {
  const known = new Set<string>();
  const asked: (readonly string[])[] = [];
  const keys = ring(known, (sent) => {
    asked.push(sent);
    known.add('sk-2');
    return Promise.resolve();
  });
  const found = await callerOf(incoming({ authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' }), keys);
  expect(found.label).toBe('sk-2');
  expect(asked).toEqual([['sk-1', 'sk-2']]);
});

test('a known key is told at once, and a wrong one is refused at once where all keys are in memory', () => {
  const known = ring(new Set(['sk-1']), () => Promise.reject(new Error('not to be asked')));
  expect(callerOf(incoming({ authorization: 'Bearer sk-1' }), known)).toEqual(identity('sk-1'));
  expect(() => callerOf(incoming({ authorization: 'Bearer sk-9' }), ring(new Set()))).toThrow('not known here');
});

test('a key that cannot be asked for is not called wrong, and no key at all is not asked for', async () => {
  const away = ring(new Set(), () => Promise.reject(new GatewayError('keys_unavailable', 'Not now.')));
  await expect(callerOf(incoming({ authorization: 'Bearer sk-1' }), away)).rejects.toThrow('Not now.');
  expect(() => callerOf(incoming({}), away)).toThrow('No API key was sent.');
});
