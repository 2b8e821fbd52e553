import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindNames, type ObjectKind } from '../../src/core/access/object-kind.ts';
import {
  type GatewayUnderTest,
  masterKey,
  providerKey,
  startGatewayUnderTest,
} from '../../test/e2e/gateway-under-test.ts';
import type { Role } from './callers.ts';
import { organisationOf, teamOf } from './organisations.ts';
import type { Owner } from './probes.ts';

/** A gateway with two organisations, two teams in the first, and a key for everybody. */
export interface World {
  readonly url: string;
  readonly keys: Readonly<Record<Role, string>>;
  /** A new object to be read, changed or deleted; its id. */
  fresh(kind: ObjectKind, owner: Owner): Promise<string>;
  /** What a creation of a kind sends. */
  creation(kind: ObjectKind, owner: Owner): Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

export const startWorld = async (): Promise<World> => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-access-'));
  const gateway = await startGatewayUnderTest({ dataDirectory: directory });
  const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  };
  let count = 0;
  const creation: World['creation'] = (kind, owner) => {
    count += 1;
    const id = `made-${count}`;
    const ofTeam = kind === 'key' || kind === 'project' ? { team_id: teamOf(owner) } : {};
    const ofKind: Partial<Record<ObjectKind, object>> = {
      'access-group': { models: ['*'] },
      config: { config: { targets: [{ provider: 'openai' }] } },
      preset: { config: { temperature: 0 } },
      deployment: { name: 'tried', params: { model: 'openai/gpt-4o' } },
      // The simulated provider knows this key, so that calls go on to work.
      credential: { provider: 'openai', api_key: providerKey },
    };
    return { id, ...ofTeam, ...ofKind[kind] };
  };
  const fresh: World['fresh'] = async (kind, owner) => {
    if (kind === 'organisation') return organisationOf(owner);
    // Its keys hold it, so it outlives the tries.
    if (kind === 'team' && owner === 'own') return teamOf(owner);
    const made = await ask(
      'POST',
      `/${kindNames[kind].plural}?organisation=${organisationOf(owner)}`,
      creation(kind, owner),
    );
    return made['id'] as string;
  };
  for (const id of ['first', 'other']) await ask('POST', '/organisations', { id });
  for (const owner of ['own', 'other-team', 'other-organisation'] as const)
    await ask('POST', `/teams?organisation=${organisationOf(owner)}`, { id: teamOf(owner) });
  return {
    url: gateway.url,
    keys: await makeKeys(ask),
    fresh,
    creation,
    stop: () => stop(gateway, directory),
  };
};

const stop = async (gateway: GatewayUnderTest, directory: string): Promise<void> => {
  await gateway.stop();
  rmSync(directory, { recursive: true, force: true });
};

type Ask = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

const makeKeys = async (ask: Ask): Promise<World['keys']> => {
  const key = async (body: object, organisation = 'first') => {
    const made = await ask('POST', `/keys?organisation=${organisation}`, body);
    return { id: made['id'] as string, key: made['key'] as string };
  };
  const admin = async (of: string, access: string): Promise<string> =>
    (await key({ admin: { of, access }, ...(of === 'team' ? { team_id: 'mine' } : {}) })).key;
  const expired = await key({ expires_in: '1s' });
  const blocked = await key({ blocked: true });
  const [revoked, replaced] = [await key({}), await key({})];
  await ask('DELETE', `/keys/${revoked.id}?organisation=first`);
  await ask('POST', `/keys/${replaced.id}/rotate?organisation=first`, {});
  await Bun.sleep(1100);
  return {
    nobody: '',
    wrong: `sk-sluice-${'0'.repeat(43)}`,
    expired: expired.key,
    blocked: blocked.key,
    revoked: revoked.key,
    replaced: replaced.key,
    member: (await key({ team_id: 'mine' })).key,
    narrow: (await key({ routes: ['models'] })).key,
    'foreign-member': (await key({}, 'other')).key,
    'team-read': await admin('team', 'read'),
    'team-write': await admin('team', 'write'),
    'organisation-read': await admin('organisation', 'read'),
    'organisation-write': await admin('organisation', 'write'),
    master: masterKey,
  };
};
