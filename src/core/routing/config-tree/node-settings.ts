import { invalidField } from '../../errors/gateway-error.ts';
import { isArray, isString, type Json, type JsonObject } from '../../json/json.ts';
import type { CircuitSetting, RetrySetting, RouteSettings } from '../route.ts';
import { mayForward } from './forwarded-headers.ts';
import { partMembers } from './tree-members.ts';
import { matchOf, numberAt, objectAt, statusesAt, textAt, textsAt } from './tree-values.ts';

/** What a reader of such trees is told by whoever has them read. */
export interface TreeGrants {
  /** Whether the tree may hold keys of providers: one that is sent may, one that is kept may not. */
  readonly takesKeys: boolean;
}

interface NodeReading {
  readonly at: string;
  readonly grants: TreeGrants;
  readonly warn: (warning: string) => void;
}

const usualRetries = [429, 500, 502, 503, 504, 529];
const mostRetries = 10;
const longestMs = 86_400_000;

/** The settings that stand on a node. Throws a 400 that names the place. */
export const settingsOfNode = (node: JsonObject, reading: NodeReading): RouteSettings => {
  const { at, grants } = reading;
  const { model: _model, ...overrides } = objectAt(node['override_params'], `${at}.override_params`) ?? {};
  const defaults = objectAt(node['default_params'], `${at}.default_params`);
  return present({
    retry: retryOf(node['retry'], reading),
    firstByteMs: numberAt(node['request_timeout'], `${at}.request_timeout`, { least: 1, most: longestMs }),
    overrides: Object.keys(overrides).length === 0 ? undefined : overrides,
    defaults,
    drops: dropsOf(node['drop_params'], `${at}.drop_params`),
    host: hostOf(node['custom_host'], `${at}.custom_host`),
    apiKey: keyOf(node['api_key'], `${at}.api_key`, grants),
    forwards: forwardsOf(node['forward_headers'], `${at}.forward_headers`),
    circuit: circuitOf(node, reading),
  });
};

const present = <Members extends object>(members: Members): { [Name in keyof Members]?: NonNullable<Members[Name]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

const retryOf = (written: Json | undefined, { at, warn }: NodeReading): RetrySetting | undefined => {
  const place = `${at}.retry`;
  const given = objectAt(written, place);
  if (given === undefined) return undefined;
  const names = ['attempts', 'on_status_codes', 'use_retry_after_header', 'use_retry_after_headers'];
  const retry = partMembers(given, names, place);
  const attempts = numberAt(retry['attempts'], `${place}.attempts`, { least: 0, most: mostRetries, whole: true });
  if (attempts === undefined) throw invalidField(`${place}.attempts`, 'is missing; write a whole number.');
  const statuses = statusesAt(retry['on_status_codes'] ?? usualRetries, `${place}.on_status_codes`);
  return { attempts, on: matchOf(statuses), followsRetryAfter: followsRetryAfter(retry, place, warn) };
};

/** Code and documentation of such trees disagree on the name; both are taken. */
const followsRetryAfter = (retry: JsonObject, place: string, warn: NodeReading['warn']): boolean => {
  const [code, documented] = [retry['use_retry_after_header'], retry['use_retry_after_headers']];
  for (const [name, value] of Object.entries({
    use_retry_after_header: code,
    use_retry_after_headers: documented,
  }))
    if (value !== undefined && typeof value !== 'boolean')
      throw invalidField(`${place}.${name}`, 'must be true or false.');
  if (documented !== undefined)
    warn(
      code === undefined || code === documented
        ? `${place}.use_retry_after_headers is read as use_retry_after_header`
        : `${place} says use_retry_after_header and use_retry_after_headers, which differ: the former holds`,
    );
  return (code ?? documented) === true;
};

const dropsOf = (written: Json | undefined, at: string): readonly string[] | undefined => {
  const drops = textsAt(written, at);
  drops?.forEach((name, index) => {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw invalidField(`${at}[${index}]`, 'must be the name of a parameter; paths into it are not taken.');
  });
  return drops;
};

/** What stands at an address is looked at when it is called; here only that it is one. */
const hostOf = (written: Json | undefined, at: string): string | undefined => {
  const text = textAt(written, at)?.trim();
  if (text === undefined || /^https?:\/\/[^\s/?#\\@]+(?:\/[^\s?#\\]*)?$/i.test(text)) return text;
  throw invalidField(
    at,
    'must be an address such as "https://models.example.com/v1", without a name, a query or a fragment.',
  );
};

const keyOf = (written: Json | undefined, at: string, { takesKeys }: TreeGrants): string | undefined => {
  const key = textAt(written, at);
  if (key === undefined) return undefined;
  if (!takesKeys)
    throw invalidField(
      at,
      'is not kept in a config: it would lie in the open. Keep it as a virtual key and name that.',
    );
  if (!/^[\x21-\x7e]{1,4096}$/.test(key)) throw invalidField(at, 'must be visible ASCII characters.');
  return key;
};

const forwardsOf = (written: Json | undefined, at: string): readonly string[] | undefined => {
  const names = isString(written ?? null)
    ? (written as string).split(',').map((name) => name.trim())
    : textsAt(written, at);
  return names?.map((name, index) => {
    const plain = name.toLowerCase();
    if (!mayForward(plain))
      throw invalidField(
        `${at}[${index}]`,
        'is a header that is not passed on: it belongs to the connection, or holds a key.',
      );
    return plain;
  });
};

const leastCooldownMs = 30_000;
const breakerMembers = [
  'failure_threshold',
  'failure_threshold_percentage',
  'minimum_requests',
  'cooldown_interval',
  'failure_status_codes',
];

/** The published contract has it on the node, the code below `strategy`; both are taken. */
const circuitOf = (node: JsonObject, { at, warn }: NodeReading): CircuitSetting | undefined => {
  const strategy = node['strategy'];
  const inner =
    typeof strategy === 'object' && strategy !== null && !isArray(strategy)
      ? (strategy as JsonObject)['cb_config']
      : undefined;
  const outer = node['cb_config'];
  if (inner === undefined && outer === undefined) return undefined;
  if (inner !== undefined && outer !== undefined && JSON.stringify(inner) !== JSON.stringify(outer))
    warn(`${at}.cb_config and ${at}.strategy.cb_config differ: the latter holds`);
  const place = inner === undefined ? `${at}.cb_config` : `${at}.strategy.cb_config`;
  const written = partMembers(objectAt(inner ?? outer, place) ?? {}, breakerMembers, place);
  const number = (name: string, least: number, most: number): number | undefined =>
    numberAt(written[name], `${place}.${name}`, { least, most, whole: name !== 'failure_threshold_percentage' });
  const failures = number('failure_threshold', 1, 1_000_000);
  const failurePercent = number('failure_threshold_percentage', 1, 100);
  if (failures === undefined && failurePercent === undefined)
    throw invalidField(place, 'needs a failure_threshold or a failure_threshold_percentage.');
  const cooldownMs = number('cooldown_interval', 1, longestMs) ?? leastCooldownMs;
  if (cooldownMs < leastCooldownMs) warn(`${place}.cooldown_interval is raised to ${leastCooldownMs}`);
  const statuses = written['failure_status_codes'];
  return present({
    failures,
    failurePercent,
    leastCalls: number('minimum_requests', 1, 1_000_000) ?? 5,
    openMs: Math.max(leastCooldownMs, cooldownMs),
    statuses: statuses === undefined ? undefined : statusesAt(statuses, `${place}.failure_status_codes`),
  }) as CircuitSetting;
};
