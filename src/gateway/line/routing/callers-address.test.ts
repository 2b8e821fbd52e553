import { expect, test } from 'bun:test';
import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { catalogue } from '../../../core/catalog/catalogue.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { atCallersAddress } from './callers-address.ts';

const [entry] = catalogue.filter(({ id }) => id === 'anthropic');
if (entry === undefined) throw new Error('the catalogue has changed');

const provider: ActiveProvider = {
  entry: { ...entry, headers: { ...entry.headers, 'x-house-secret': 'operator' } },
  apiKey: 'sk-operator',
  keySource: { kind: 'config' },
  timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
  ready: true,
};
const caller = { at: 'x-portkey-custom-host', owner: 'default', apiKey: undefined };

test('an address of the caller’s gets neither the operator’s key nor the headers the operator added, and is checked on its way out', () => {
  const placed = atCallersAddress(provider, { ...caller, baseUrl: 'https://models.example/v1/' });
  expect(placed.apiKey).toBeUndefined();
  expect(placed.entry.auth).toEqual({ kind: 'none' });
  expect(placed.entry.headers).toEqual(entry.headers ?? {});
  expect(placed.entry.baseUrl).toBe('https://models.example/v1');
  expect(placed.egress).toEqual({ checked: true });
  expect(JSON.stringify(placed)).not.toContain('operator');
});

test('the caller’s own key goes the way the provider wants keys', () => {
  const placed = atCallersAddress(provider, { ...caller, baseUrl: 'https://models.example', apiKey: 'sk-caller' });
  expect(placed.apiKey).toBe('sk-caller');
  expect(placed.entry.auth).toEqual(entry.auth);
});

test.each([
  '',
  'models.example',
  'ftp://models.example',
  'https://a@b',
  'https://host/v1?x=1',
  'https://host/#',
  'https://ho st',
])('%p is no address', (baseUrl) => {
  const place = (): ActiveProvider => atCallersAddress(provider, { ...caller, baseUrl });
  expect(place).toThrow(GatewayError);
  expect(place).toThrow('x-portkey-custom-host: must be an address such as');
});
