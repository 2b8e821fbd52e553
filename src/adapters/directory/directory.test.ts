import { describe, expect, test } from 'bun:test';
import type { Documents } from '../../core/access/documents.ts';
import type { ObjectKind } from '../../core/access/object-kind.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { DirectoryChange, DirectoryHash, DirectoryObject } from '../../ports/access/directory-source.ts';
import { Directory } from './directory.ts';
import { PepperedKeys } from './peppered-keys.ts';

const keys = new PepperedKeys(new Uint8Array(32).fill(7));

const object = <Kind extends ObjectKind>(
  kind: Kind,
  id: string,
  data: Partial<Documents[Kind]> = {},
  more: Partial<DirectoryObject> = {},
): DirectoryObject => ({
  orgId: 'default',
  kind,
  id,
  origin: 'database',
  data: JSON.stringify(kind === 'key' ? { shown: '', ...data } : data),
  ...more,
});

const hashOf = (key: string, keyId: string, more: Partial<DirectoryHash> = {}): DirectoryHash => ({
  hash: keys.hash(key),
  orgId: 'default',
  keyId,
  ...more,
});

const open = async (objects: readonly DirectoryObject[], hashes: readonly DirectoryHash[]) => {
  const listeners: ((change: DirectoryChange) => void)[] = [];
  const state = { readable: true, nowMs: 1_000_000 };
  const directory = await Directory.open({
    source: {
      snapshot: () => Promise.resolve({ objects, hashes, sealed: [] }),
      follow: (changed) => listeners.push(changed),
      readable: () => state.readable,
    },
    keys,
    masterKey: 'sk-master',
    nowMs: () => state.nowMs,
  });
  const tell = (change: DirectoryChange): void => {
    for (const listener of listeners) listener(change);
  };
  return { directory, state, tell };
};

const codeOf = (work: () => unknown): string => {
  try {
    return work() === undefined ? 'unknown' : 'known';
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
};

describe('a key', () => {
  test('has 256 random bits, is made again by its seed only, and shows its ends', () => {
    const one = keys.mint();
    expect(one.key).toMatch(/^sk-sluice-[0-9A-Za-z]{43}$/);
    expect(keys.mint(one.seed)).toEqual(one);
    expect(keys.mint().key).not.toBe(one.key);
    expect(one.shown).toBe(`${one.key.slice(0, 14)}…${one.key.slice(-4)}`);
    expect(one.hash).not.toContain(one.key.slice(10, 20));
  });

  test('is found by its SHA-256 alone, as other gateways keep it, and by no other pepper', () => {
    const sha256 = new Bun.CryptoHasher('sha256').update('sk-old').digest('hex');
    expect(keys.hashOfSha256(sha256)).toBe(keys.hash('sk-old'));
    expect(new PepperedKeys(new Uint8Array(32)).hash('sk-old')).not.toBe(keys.hash('sk-old'));
  });
});

describe('who a key belongs to', () => {
  const all = [
    object('organisation', 'default', { budgets: [{ limit_usd: '100', window: 'month' }] }),
    object('team', 'web', { models: ['openai/*'], limits: [{ requests_per_minute: 9 }], budget_id: 'small' }),
    object('project', 'shop', { team_id: 'web' }),
    object('user', 'ann', { budgets: [{ limit_usd: '1', window: 'day' }] }),
    object('budget', 'small', { budgets: [{ limit_usd: '5', window: 'week' }] }),
    object('access-group', 'ag_1', { models: ['openai/gpt-5*'] }, { alias: 'new' }),
    object(
      'key',
      'k_1',
      {
        project_id: 'shop',
        user_id: 'ann',
        models: ['new', 'fast'],
        model_aliases: { fast: 'openai/gpt-5-mini' },
        tags: ['shop'],
      },
      { alias: 'shop key' },
    ),
  ];

  test('is everything above it, in order, with the budgets, limits and models of each', async () => {
    const { directory } = await open(all, [hashOf('sk-1', 'k_1')]);
    const found = directory.find('sk-1');
    expect(found).toMatchObject({ orgId: 'default', label: 'shop key', keyId: 'k_1', role: 'member' });
    expect(found?.scopes).toEqual([
      'organisation:default',
      'team:web',
      'project:shop',
      'user:ann',
      'key:k_1',
      'tag:shop',
    ]);
    expect(found?.budgets.map(({ id, limitNanoUsd }) => `${id} ${limitNanoUsd}`)).toEqual([
      'default/organisation:default/month 100000000000',
      'default/team:web/week 5000000000',
      'default/user:ann/day 1000000000',
    ]);
    expect(found?.limits).toEqual([{ id: 'default/team:web', scope: 'team:web', requestsPerMinute: 9 }]);
    expect(found?.policy?.models).toEqual([['openai/*'], ['openai/gpt-5*', 'fast']]);
    expect(directory.find('sk-1')).toBe(found);
  });

  test('changes at once, for its owners too, and nothing of a removed key works', async () => {
    const { directory, tell } = await open(all, [hashOf('sk-1', 'k_1')]);
    expect(directory.find('sk-1')?.policy?.models?.[0]).toEqual(['openai/*']);
    tell({ kind: 'written', object: object('team', 'web', { models: ['*'] }), hashes: [], sealed: [] });
    expect(directory.find('sk-1')?.policy?.models?.[0]).toEqual(['*']);
    tell({ kind: 'written', object: object('team', 'web', { blocked: true }), hashes: [], sealed: [] });
    expect(() => directory.find('sk-1')).toThrow('The team "web" of the key "shop key" is blocked.');
    tell({ kind: 'removed', object: { orgId: 'default', kind: 'key', id: 'k_1' } });
    expect(directory.find('sk-1')).toBeUndefined();
  });

  test('never takes in what another organisation has under the same ids', async () => {
    const foreign = object('key', 'k_2', { team_id: 'web' }, { orgId: 'other' });
    const { directory } = await open([...all, foreign], [hashOf('sk-2', 'k_2', { orgId: 'other' })]);
    const found = directory.find('sk-2');
    expect(found?.orgId).toBe('other');
    expect(found?.scopes).toEqual(['organisation:other', 'key:k_2']);
    expect(found?.budgets).toEqual([]);
  });

  test('is worked out again for what it is made of, and not for what calls only use', async () => {
    const { directory, tell } = await open([object('key', 'k')], [hashOf('sk-k', 'k')]);
    const [first, master] = [directory.find('sk-k'), directory.find('sk-master')];
    for (const kind of ['credential', 'config', 'deployment', 'preset'] as const)
      tell({ kind: 'written', object: object(kind, 'x', {}), hashes: [], sealed: [] });
    expect(directory.find('sk-k')).toBe(first);
    expect(directory.find('sk-master')).toBe(master);
    tell({ kind: 'written', object: object('tag', 'x', { blocked: true }), hashes: [], sealed: [] });
    expect(directory.find('sk-k')).not.toBe(first);
  });

  test('customers and tags of a call add theirs, once; blocked ones are refused', async () => {
    const { directory } = await open(
      [
        ...all,
        object('customer', 'c', { budgets: [{ limit_usd: '2', window: 'day' }] }),
        object('customer', 'bad', { blocked: true }),
      ],
      [hashOf('sk-1', 'k_1')],
    );
    const identity = directory.find('sk-1');
    if (identity === undefined) throw new Error('not found');
    const named = directory.naming(identity, { customer: 'c', tags: ['shop', 'beta', 'beta'] });
    expect(named.scopes.slice(identity.scopes.length)).toEqual(['customer:c', 'tag:beta']);
    expect(named.budgets.at(-1)?.scope).toBe('customer:c');
    expect(directory.naming(identity, { tags: ['shop'] })).toBe(identity);
    expect(codeOf(() => directory.naming(identity, { customer: 'bad' }))).toBe('not_allowed');
  });
});

describe('a key that may not be used', () => {
  test('is told why: blocked, expired, replaced, unknown', async () => {
    const { directory, state } = await open(
      [
        object('key', 'b', { blocked: true }),
        object('key', 'e', { expires_at: new Date(2_000_000).toISOString() }),
        object('key', 'r'),
      ],
      [
        hashOf('sk-b', 'b'),
        hashOf('sk-e', 'e'),
        hashOf('sk-old', 'r', { expiresMs: 2_000_000 }),
        hashOf('sk-new', 'r'),
      ],
    );
    const told = () => ['sk-b', 'sk-e', 'sk-old', 'sk-new', 'sk-x'].map((key) => codeOf(() => directory.find(key)));
    expect(told()).toEqual(['not_allowed', 'known', 'known', 'known', 'unknown']);
    state.nowMs = 2_000_000;
    expect(told()).toEqual(['not_allowed', 'key_expired', 'key_expired', 'known', 'unknown']);
  });

  test('is not called wrong while the store is away; known ones and the master key go on', async () => {
    const { directory, state } = await open([object('key', 'k')], [hashOf('sk-k', 'k')]);
    state.readable = false;
    expect(['sk-k', 'sk-master', 'sk-x'].map((key) => codeOf(() => directory.find(key)))).toEqual([
      'known',
      'known',
      'keys_unavailable',
    ]);
  });
});
