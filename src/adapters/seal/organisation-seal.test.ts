import { expect, test } from 'bun:test';
import type { DataKeys, WrappedKey } from '../../ports/access/secret-seal.ts';
import { encryptionKeyOf } from './aes-seal.ts';
import { OrganisationSeal } from './organisation-seal.ts';

const keptIn = (): DataKeys => {
  let keys: readonly WrappedKey[] = [];
  return {
    all: () => Promise.resolve(keys),
    add: (key) => {
      keys = [...keys, key];
      return Promise.resolve();
    },
    replace: (all) => {
      keys = all;
      return Promise.resolve();
    },
  };
};

const place = { orgId: 'a', kind: 'credential', id: 'c', field: 'api_key' } as const;
const [one, other] = [encryptionKeyOf('one'.repeat(20)), encryptionKeyOf('other'.repeat(20))];

test('a secret opens in its place and nowhere else, whatever row it is put into', async () => {
  const seal = await OrganisationSeal.open(one, keptIn());
  const sealed = await seal.seal(place, 'top secret');
  await seal.seal({ ...place, orgId: 'b' }, 'to have a key');
  expect(sealed.sealed).not.toContain('top');
  expect(seal.open(place, sealed)).toBe('top secret');
  for (const elsewhere of [{ orgId: 'b' }, { id: 'd' }, { field: 'other' }, { kind: 'key' as const }])
    expect(() => seal.open({ ...place, ...elsewhere }, sealed)).toThrow();
  const bytes = Buffer.from(sealed.sealed, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(() => seal.open(place, { ...sealed, sealed: bytes.toString('base64') })).toThrow();
});

test('the same secret is never sealed alike, and an organisation has one data key, also when two ask at once', async () => {
  const kept = keptIn();
  const seal = await OrganisationSeal.open(one, kept);
  const [first, second] = await Promise.all([seal.seal(place, 'x'), seal.seal(place, 'x')]);
  expect(first?.sealed).not.toBe(second?.sealed);
  expect((await kept.all()).length).toBe(1);
});

test('another encryption key opens nothing and says so; after wrapping anew it opens everything', async () => {
  const kept = keptIn();
  const sealed = await (await OrganisationSeal.open(one, kept)).seal(place, 'kept');
  await expect(OrganisationSeal.open(other, kept)).rejects.toThrow('another encryption key');
  await expect(OrganisationSeal.rewrap(other, one, kept)).rejects.toThrow('another encryption key');
  expect(await OrganisationSeal.rewrap(one, other, kept)).toBe(1);
  expect((await OrganisationSeal.open(other, kept)).open(place, sealed)).toBe('kept');
});

test('what is sealed with the data key of another node is opened once that key is told', async () => {
  const master = encryptionKeyOf('m'.repeat(32));
  const kept: WrappedKey[] = [];
  const followers: ((key: WrappedKey) => void)[] = [];
  const shared: DataKeys = {
    all: () => Promise.resolve([]),
    add: (key) => {
      kept.push(key);
      return Promise.resolve();
    },
    replace: () => Promise.resolve(),
    follow: (added) => followers.push(added),
  };
  const [one, two] = [await OrganisationSeal.open(master, shared), await OrganisationSeal.open(master, shared)];
  const place = { orgId: 'default', kind: 'credential', id: 'c', field: 'api_key' } as const;
  const sealed = await one.seal(place, 'secret');
  expect(() => two.open(place, sealed)).toThrow('is missing');
  for (const key of kept) for (const follower of followers) follower(key);
  expect(two.open(place, sealed)).toBe('secret');
  expect(one.open(place, sealed)).toBe('secret');
});
