import { arrayAt, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/json/json.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { UsageError } from '../launch/usage-error.ts';
import { AdminCallError, AdminClient } from './admin-client.ts';

type Action = (client: AdminClient, given: Given, terminal: Terminal) => Promise<void>;

/** `sluice keys create | list | revoke | rotate`, over the admin API of the running gateway. */
export const keys = async (given: Given, terminal: Terminal): Promise<number> => {
  const [name = ''] = given.operands;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new UsageError(`\`sluice keys\` takes ${Object.keys(actions).join(', ')}, got "${name}".`);
  try {
    await action(await AdminClient.of(given, terminal), given, terminal);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof AdminCallError)) throw error;
    terminal.err(error.message);
    return exitCodes.failed;
  }
};

const create: Action = async (client, { flags }, terminal) => {
  const made = await client.ask('POST', `/keys${organisationOf(flags)}`, wantedKey(flags));
  if (flags['json'] !== undefined) terminal.out(JSON.stringify(made, null, 2));
  else tellSecret(made, terminal);
};

/** Flags by the member of a key they set. */
const members: Readonly<Record<string, string>> = {
  alias: 'alias',
  team: 'team_id',
  project: 'project_id',
  user: 'user_id',
  expires: 'expires_in',
};

const wantedKey = (flags: Given['flags']): JsonObject => {
  const wanted: JsonDraft = {};
  for (const [flag, member] of Object.entries(members)) if (flags[flag] !== undefined) wanted[member] = flags[flag];
  if (flags['models'] !== undefined) wanted['models'] = flags['models'].split(',').map((model) => model.trim());
  if (flags['window'] !== undefined && flags['budget'] === undefined)
    throw new UsageError('--window says how long a budget lasts; give --budget USD too.');
  if (flags['budget'] !== undefined)
    wanted['budgets'] = [{ limit_usd: flags['budget'], window: flags['window'] ?? 'lifetime' }];
  return wanted;
};

const list: Action = async (client, { flags }, terminal) => {
  const all: Json[] = [];
  let cursor: Json | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
    const team = flags['team'] === undefined ? '' : `&team_id=${encodeURIComponent(flags['team'])}`;
    const page = await client.ask(
      'GET',
      `/keys${organisationOf(flags) || '?'}&limit=200${team}${more}`.replace('?&', '?'),
    );
    all.push(...arrayAt(page, 'data'));
    cursor = page['next'] ?? undefined;
  } while (cursor !== undefined);
  if (flags['json'] !== undefined) terminal.out(JSON.stringify(all, null, 2));
  else for (const key of all.filter(isObject)) terminal.out(keyLine(key));
};

const keyLine = (key: JsonObject): string =>
  [
    String(key['id']).padEnd(28),
    String(key['shown'] ?? '').padEnd(20),
    String(key['alias'] ?? '').padEnd(24),
    key['blocked'] === true ? 'blocked' : key['expires_at'] === undefined ? '' : `expires ${String(key['expires_at'])}`,
  ]
    .join('  ')
    .trimEnd();

const revoke: Action = async (client, given, terminal) => {
  const id = idOf(given);
  await client.ask('DELETE', `/keys/${encodeURIComponent(id)}${organisationOf(given.flags)}`);
  terminal.out(`The key ${id} is revoked.`);
};

const rotate: Action = async (client, given, terminal) => {
  const path = `/keys/${encodeURIComponent(idOf(given))}/rotate${organisationOf(given.flags)}`;
  const { grace } = given.flags;
  const rotated = await client.ask('POST', path, grace === undefined ? {} : { grace });
  if (given.flags['json'] !== undefined) terminal.out(JSON.stringify(rotated, null, 2));
  else tellSecret(rotated, terminal);
};

const actions: Readonly<Record<string, Action>> = { create, list, revoke, rotate };

const tellSecret = (key: JsonObject, terminal: Terminal): void => {
  terminal.out(`Key ${String(key['id'])}, shown this once: ${String(key['key'])}`);
};

const organisationOf = ({ organisation }: Given['flags']): string =>
  organisation === undefined ? '' : `?organisation=${encodeURIComponent(organisation)}`;

const idOf = ({ operands: [action, id] }: Given): string => {
  if (id === undefined)
    throw new UsageError(`\`sluice keys ${action ?? ''}\` needs the id of a key; \`sluice keys list\` shows them.`);
  return id;
};
