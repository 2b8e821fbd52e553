import { describe, expect, test } from 'bun:test';
import { parseConfig } from './parse-config.ts';
import { defaultConfig } from './settings.ts';

const configOf = (text: string, environment: Record<string, string> = {}) => {
  const parsed = parseConfig(text, environment);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};

const problemsOf = (text: string, environment: Record<string, string> = {}) => {
  const parsed = parseConfig(text, environment);
  return 'problems' in parsed ? parsed.problems : [];
};

test('an empty file gives every default', () => {
  expect(configOf('')).toEqual(defaultConfig);
});

test('an entry may be written in snake_case or in the spelling of the catalogue', () => {
  const snake = configOf('providers: [{id: anthropic, base_url: "http://127.0.0.1:9000/", api_key: x}]');
  const camel = configOf('providers: [{id: anthropic, baseUrl: "http://127.0.0.1:9000", apiKey: x}]');
  expect(snake).toEqual(camel);
  expect(snake.providers?.[0]).toEqual({
    id: 'anthropic',
    enabled: true,
    apiKey: 'x',
    entry: { baseUrl: 'http://127.0.0.1:9000' },
  });
});

test('one way to serve an operation needs no list', () => {
  const config = configOf(`
providers:
  - id: mine
    base_url: http://10.0.0.1:8000/v1
    auth: { kind: header, name: x-key, env: MINE_KEY }
    serves:
      chat: { dialect: anthropic-messages, path: /messages }
    manners: [{ models: "^small", maxOutputTokens: 100 }]
`);
  expect(config.providers?.[0]?.entry).toEqual({
    baseUrl: 'http://10.0.0.1:8000/v1',
    auth: { kind: 'header', name: 'x-key', env: ['MINE_KEY'] },
    serves: { chat: [{ dialect: 'anthropic-messages', path: '/messages' }] },
    manners: [{ models: '^small', maxOutputTokens: 100 }],
  });
});

test('variables are filled in, also where a number or a switch is wanted', () => {
  const config = configOf(
    'server: {port: "${PORT:-4100}", host: "${HOST}"}\nproviders: [{id: openai, api_key: "a${KEY}$${b}", enabled: "${ON}"}]',
    { HOST: '0.0.0.0', KEY: '123', ON: 'false' },
  );
  expect(config.server).toEqual({ port: 4100, host: '0.0.0.0' });
  expect(config.providers?.[0]).toMatchObject({ apiKey: 'a123${b}', enabled: false });
});

test('a missing variable is reported where it stands, once', () => {
  expect(problemsOf('providers:\n  - id: openai\n    api_key: ${NOPE}\n')).toEqual([
    {
      path: 'providers[0].api_key',
      line: 3,
      column: 14,
      message: 'names the environment variable NOPE, which is not set',
      fix: 'set NOPE, or write ${NOPE:-default}',
    },
  ]);
});

test.each([
  ['servr: {}', 'servr', 1, 1, 'is not a known key', 'did you mean `server`?'],
  ['port: 4100', 'port', 1, 1, 'is not a known key', 'write it under `server`'],
  ['log:\n  level: inof', 'log.level', 2, 10, 'must be one of "debug", "info", "warn", "error"', 'write "info"'],
  ['server:\n  port: abc', 'server.port', 2, 9, 'must be a number, got a text', 'write a number'],
  ['server:\n  port: 99999', 'server.port', 2, 9, 'must be at most 65535', 'write 65535 or less'],
  ['limits: {body_bytes: 0}', 'limits.body_bytes', 1, 22, 'must be at least 1', 'write 1 or more'],
  ['providers: [{base_url: "http://x"}]', 'providers[0].id', 1, 13, 'is missing', 'add `id`, a text'],
  [
    'providers: [{id: nobody}]',
    'providers[0].id',
    1,
    18,
    '"nobody" is not in the catalogue, so it needs a base_url',
    'add base_url',
  ],
  [
    'providers: [{id: openai, base_url: "ftp://x"}]',
    'providers[0].base_url',
    1,
    36,
    'must be an http or https address without "?" and "#"',
    '',
  ],
  [
    'providers: [{id: openai, base_url: "in-process:demo"}]',
    'providers[0].base_url',
    1,
    36,
    'must be an http or https address without "?" and "#"',
    '',
  ],
  [
    'providers: [{id: openai, auth: {kind: basic}}]',
    'providers[0].auth.kind',
    1,
    39,
    'must be one of "bearer", "header", "query", "aws", "google", "azure", "none"',
    '',
  ],
  [
    'providers: [{id: openai, serves: {chat: {dialect: openai, path: /x}}}]',
    'providers[0].serves.chat.dialect',
    1,
    51,
    'must be one of "openai-chat", "openai-completions", "openai-responses", "anthropic-messages", "gemini"',
    'write "openai-chat"',
  ],
  [
    'providers: [{id: openai, serves: {chats: []}}]',
    'providers[0].serves.chats',
    1,
    35,
    'is not a known key',
    'did you mean `chat`?',
  ],
  ['providers: [{id: openai, owns: "("}]', 'providers[0].owns', 1, 32, 'is not a regular expression', ''],
  [
    'providers:\n- {id: openai}\n- {id: openai}',
    'providers[1].id',
    3,
    8,
    '"openai" is already the id of providers[0]',
    '',
  ],
  ['server: {}\nserver: {}', '', 2, 1, 'Map keys must be unique', ''],
  ['a: [1\nb: 2', '', 2, 1, 'Flow sequence', ''],
  ['server:\n  host: &a [*a]', '', 2, 13, '*a stands inside &a itself', ''],
  ['money: {discount: 200%}', 'money.discount', 1, 19, 'must be at most 100%', ''],
  ['- 1', '', 1, 1, 'The document must be a map of settings.', ''],
  ['a: 1\nb: \u0000x', '', 2, 4, 'The character U+0000 has no place in a text file', ''],
  ['server: {host: "http://0.0.0.0"}', 'server.host', 1, 16, 'must be an address or a name of this machine', ''],
  ['admin: {port: 1, host: "10.0.0.1:9"}', 'admin.host', 1, 24, 'must be an address or a name of this machine', ''],
  ['server: {port: 4100}\nadmin: {port: 4100}', 'admin.port', 2, 15, 'is the port of `server` too', 'another port'],
  [
    'server: {port: 4100, host: 0.0.0.0}\nadmin: {port: 4100, host: 10.0.0.1}',
    'admin.port',
    2,
    15,
    'is the port of `server` too',
    '',
  ],
  ['null', '', 1, 1, 'The document must be a map of settings.', ''],
])('%j is refused with path, line and fix', (text, path, line, column, message, fix) => {
  const [problem] = problemsOf(text);
  expect(problem).toMatchObject({ path, line, column });
  expect(problem?.message).toStartWith(message);
  expect(problem?.fix).toContain(fix);
});

test('two ports of one number are fine at two addresses', () => {
  expect(problemsOf('server: {port: 4100, host: 10.0.0.1}\nadmin: {port: 4100}')).toEqual([]);
  expect(problemsOf('server: {port: 0}\nadmin: {port: 0}')).toEqual([]);
});

test('every problem of a file is reported, in the order of its lines', () => {
  const problems = problemsOf('heartbeat_ms: soon\nlimits: {json_depth: -1}\nnope: 1\n');
  expect(problems.map(({ path, line }) => [path, line])).toEqual([
    ['heartbeat_ms', 1],
    ['limits.json_depth', 2],
    ['nope', 3],
  ]);
});

test('a value never stands in a message, since it may be a secret', () => {
  const text = 'master_key: "a secret with spaces"\nproviders: [{id: openai, api_key: [hush-hush]}]';
  const problems = problemsOf(text);
  expect(problems).toHaveLength(2);
  expect(JSON.stringify(problems)).not.toMatch(/a secret|hush/);
});

test('of a file that is spoiled throughout, the first problems are told', () => {
  expect(problemsOf('['.repeat(500))).toHaveLength(20);
});

test('an anchor that is used again is no circle', () => {
  expect(
    configOf('timeouts: &a {connect_ms: 5}\nproviders: [{id: demo, timeouts: *a}, {id: openai, timeouts: *a}]'),
  ).toBeDefined();
});

test('an alias bomb is refused instead of unfolded', () => {
  const levels = Array.from({ length: 12 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`);
  expect(problemsOf(`a0: &a0 [x]\n${levels.join('\n')}`)[0]?.message).toContain('alias');
});

describe('wrong entries of providers are told by path and line', () => {
  const told = (text: string, environment: Record<string, string> = {}) =>
    problemsOf(text, environment).map(({ path, line, message, fix }) => `${path}:${line} ${message}; ${fix}`);

  test.each([
    [
      'an unknown quirk',
      'providers:\n  - id: mine\n    base_url: http://h/v1\n    quirks: [developer-as-sytem]',
      /^providers\[0\]\.quirks\[0\]:4 must be one of .*; write "developer-as-system"$/,
    ],
    [
      'an unknown dialect',
      'providers:\n  - id: mine\n    base_url: http://h/v1\n    serves:\n      chat: {dialect: openai-chats, path: /chat}',
      /^providers\[0\]\.serves\.chat\.dialect:5 must be one of .*; write "openai-chat"$/,
    ],
    [
      'an id used twice',
      'providers:\n  - id: mine\n    base_url: http://h/v1\n  - id: mine\n    base_url: http://i/v1',
      /^providers\[1\]\.id:4 "mine" is already the id of providers\[0\]; give it another id, or merge the two entries$/,
    ],
    [
      'an id that is another name of a provider',
      'providers:\n  - id: together_ai\n    base_url: http://h/v1',
      /^providers\[0\]\.id:2 "together_ai" is another name of "together" in the catalogue; /,
    ],
    [
      'an alias that is an id of the catalogue',
      'providers:\n  - id: mine\n    base_url: http://h/v1\n    aliases: [groq]',
      /^providers\[0\]\.aliases\[0\]:4 "groq" is the id of a provider of the catalogue; write another alias/,
    ],
    [
      'an alias that another entry has',
      'providers:\n  - {id: a, base_url: "http://h/v1", aliases: [same]}\n  - {id: b, base_url: "http://i/v1", aliases: [same]}',
      /^providers\[1\]\.aliases\[0\]:3 "same" is already an alias of providers\[0\]; /,
    ],
    [
      'an alias that is a later id',
      'providers:\n  - {id: a, base_url: "http://h/v1", aliases: [b]}\n  - {id: b, base_url: "http://i/v1"}',
      /^providers\[1\]\.id:3 "b" is already an alias of providers\[0\]; /,
    ],
    [
      'a pattern that is not there',
      'providers:\n  - id: mine\n    like: gorq',
      /^providers\[0\]\.like:3 "gorq" is not a provider of the catalogue; .*nearest: groq, /,
    ],
    [
      'a pattern that answers inside',
      'providers:\n  - id: mine\n    like: demo',
      /^providers\[0\]\.like:3 "demo" answers inside Sluice and cannot be copied; /,
    ],
    [
      'a pattern for a provider that has a shape',
      'providers:\n  - id: groq\n    like: vllm',
      /^providers\[0\]\.like:3 "groq" is in the catalogue and has a shape of its own; /,
    ],
    [
      'a host of a format without an address',
      'providers:\n  - id: mine\n    like: openai-compatible',
      /^providers\[0\]\.id:2 "mine" stands for any host of its format, so it needs a base_url; add base_url$/,
    ],
    [
      'a name that is nearly one of the catalogue',
      'providers:\n  - id: gorq',
      /^providers\[0\]\.id:2 "gorq" is not in the catalogue, so it needs a base_url; .*such as groq$/,
    ],
  ])('%s', (_, text, expected) => {
    const problems = told(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  test('a host of a format may have its address in a variable', () => {
    expect(told('providers: [{id: openai-compatible}]', { OPENAI_COMPATIBLE_BASE_URL: 'http://h/v1' })).toEqual([]);
    expect(told('providers: [{id: openai-compatible}]')).toHaveLength(1);
  });

  test("an entry's own other names may be written again", () => {
    expect(told('providers: [{id: together, aliases: [together_ai, tg]}]')).toEqual([]);
  });
});
