import type { Dice } from '../fuzz/dice.ts';

type Config = Readonly<Record<string, unknown>>;

/** Ways to spoil a good config file. Each answers a text that must not be accepted. */
const spoilers: Readonly<Record<string, (config: Config, dice: Dice) => string>> = {
  'cut off': (config, dice) => {
    const text = JSON.stringify(config);
    return text.slice(0, 1 + dice.below(text.length - 2));
  },
  'unknown key': (config, dice) => JSON.stringify({ ...config, [`${word(dice)}_x`]: dice.below(10) }),
  'unknown key of a provider': (config, dice) => withProvider(config, dice, { [`${word(dice)}_x`]: true }),
  'wrong type': (config, dice) => JSON.stringify({ ...config, [dice.pick(members)]: dice.pick(strangers) }),
  'out of range': (config, dice) =>
    JSON.stringify({ ...config, [dice.pick(['stall_ms', 'heartbeat_ms', 'drain_ms'])]: -1 - dice.below(1000) }),
  'fraction of a millisecond': (config, dice) => JSON.stringify({ ...config, drain_ms: dice.below(100) + 0.5 }),
  'id used twice': (config) => {
    const providers = config['providers'] as readonly unknown[];
    return JSON.stringify({ ...config, providers: [...providers, providers[0]] });
  },
  'bad address': (config, dice) => withProvider(config, dice, { base_url: dice.pick(['x', 'ftp://a', '//a', '']) }),
  'unknown dialect': (config, dice) =>
    withProvider(config, dice, { serves: { chat: { dialect: word(dice), path: '/x' } } }),
  'unknown quirk': (config, dice) => withProvider(config, dice, { quirks: [word(dice)] }),
  'broken pattern': (config, dice) => withProvider(config, dice, { owns: dice.pick(['(', '[a', '*', 'a{2,1}']) }),
  'variable that is not set': (config, dice) =>
    withProvider(config, dice, { api_key: `\${SLUICE_NOT_SET_${word(dice)}}` }),
  'file that is not there': (config, dice) => withProvider(config, dice, { ca_file: `/none/${word(dice)}.pem` }),
  'name that leads to itself': (config) => JSON.stringify({ ...config, aliases: { one: 'two', two: 'one' } }),
  'reserved parameter': (config) =>
    JSON.stringify({ ...config, model_settings: [{ models: '*', overrides: { model: 'other' } }] }),
  'not a map': (_, dice) => dice.pick(['[]', '"text"', '7', '', '- a\n- b\n', 'null']),
  'broken YAML': (config, dice) => `${JSON.stringify(config)}${dice.pick(['}', '\n: x', ' {', '\n\tx: 1', '\n"'])}`,
  'one byte that breaks it': (config, dice) => {
    const text = JSON.stringify(config);
    const quotes = [...text.matchAll(/"/g)].map((match) => match.index);
    const at = dice.pick(quotes.filter((index) => text[index + 1] !== ':' && text[index - 1] !== '\\'));
    return `${text.slice(0, at)}\u0000${text.slice(at + 1)}`;
  },
};

const members = [
  'providers',
  'limits',
  'timeouts',
  'cors',
  'log',
  'server',
  'stall_ms',
  'drop_params',
  'model_settings',
];
const strangers = ['text', 'maybe', [1], -7];

const word = (dice: Dice): string => Array.from({ length: 6 }, () => String.fromCharCode(97 + dice.below(26))).join('');

const withProvider = (config: Config, dice: Dice, change: object): string => {
  const providers = config['providers'] as readonly object[];
  const chosen = dice.below(providers.length);
  return JSON.stringify({
    ...config,
    providers: providers.map((provider, index) => (index === chosen ? { ...provider, ...change } : provider)),
  });
};

/** A config file that must be refused, and the name of what is wrong with it. */
export const badConfig = (good: Config, dice: Dice): { readonly how: string; readonly text: string } => {
  const how = dice.pick(Object.keys(spoilers));
  return { how, text: spoilers[how]?.(good, dice) ?? '' };
};
