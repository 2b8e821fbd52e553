import { nearestWords } from '../../catalog/edit-distance.ts';
import { invalidField } from '../../errors/gateway-error.ts';
import type { JsonObject } from '../../json/json.ts';

/** What a node may hold and is acted on. */
const known = [
  'strategy',
  'targets',
  'name',
  'weight',
  'provider',
  'virtual_key',
  'override_params',
  'default_params',
  'drop_params',
  'retry',
  'request_timeout',
  'custom_host',
  'forward_headers',
  'cb_config',
  'api_key',
] as const;

/** What such trees hold besides: it changes nothing here, and the answer says so. */
const ignored: Readonly<Record<string, string>> = {
  cache: 'there is no cache of answers',
  fetch_integrated_models: 'models are listed as they are set up',
};

/** True of every answer and every target here, whatever a tree says. */
const silent: ReadonlySet<string> = new Set(['strict_open_ai_compliance', 'passthrough', 'metadata']);

const credentials = /^(?:(?:aws|azure|vertex|openai|oracle|amzn|workers_ai|snowflake|huggingface|fireworks)_\w+)$/;
const guards =
  /^(?:(?:input|output)_(?:guardrails|mutators)|(?:before|after)_request_hooks|default_(?:input|output)_guardrails)$/;

/** Members with the names in the documents' spelling: `overrideParams` is `override_params`. What is written both ways goes by the latter. */
export const inSnakeCase = (written: JsonObject): JsonObject => {
  let plain = true;
  for (const name of Object.keys(written)) if (upper.test(name)) plain = false;
  if (plain) return written;
  const renamed = Object.entries(written).map(([name, value]) => [snake(name), value] as const);
  return { ...Object.fromEntries(renamed), ...ownSnake(written) };
};

const upper = /[A-Z]/;

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const ownSnake = (written: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(written).filter(([name]) => !upper.test(name)));

/** Throws a 400 that names a member which must not be passed over. The answer tells those that are. */
export const checkMembers = (node: JsonObject, at: string): readonly string[] => {
  const told: string[] = [];
  for (const name of Object.keys(node)) {
    if ((known as readonly string[]).includes(name) || silent.has(name)) continue;
    const why = Object.hasOwn(ignored, name) ? ignored[name] : undefined;
    if (why === undefined) throw invalidField(`${at}.${name}`, refusalOf(name));
    told.push(`ignored ${at}.${name} (${why})`);
  }
  return told;
};

const refusalOf = (name: string): string => {
  if (credentials.test(name))
    return 'is not taken from a call. Name a provider that is set up, or a credential of the organisation as virtual_key.';
  if (guards.test(name)) return 'cannot be followed here, and a call must not pass as if it had been checked.';
  if (name === 'prompt_id') return 'names a saved prompt, and none are kept here.';
  if (name === 'options') return 'is the former name of targets. Write `targets`.';
  const [nearest] = nearestWords(name, known, 1);
  return `is not a member of such a tree${nearest === undefined ? '' : `; the nearest is "${nearest}"`}.`;
};

/** The members of a part of a node, in the documents' spelling. Throws a 400 for one that is not known. */
export const partMembers = (written: JsonObject, names: readonly string[], at: string): JsonObject => {
  const part = inSnakeCase(written);
  for (const name of Object.keys(part))
    if (!names.includes(name)) throw invalidField(`${at}.${name}`, `is not known here. Known: ${names.join(', ')}.`);
  return part;
};
