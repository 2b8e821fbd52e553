import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Something sent to hold the gateway up. */
export interface Abuse {
  readonly name: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  body(): string | Uint8Array<ArrayBuffer>;
}

const chatPath = '/v1/chat/completions';
const megabyte = 1024 * 1024;

const chat = (more: object): string =>
  JSON.stringify({ model: 'proof/whole', messages: [{ role: 'user', content: 'x' }], ...more });

const bombs: readonly Abuse[] = [
  {
    name: 'brotli bomb',
    path: chatPath,
    headers: { 'content-encoding': 'br' },
    body: () => new Uint8Array(brotliCompressSync(new Uint8Array(50 * megabyte))),
  },
  {
    name: 'gzip bomb',
    path: chatPath,
    headers: { 'content-encoding': 'gzip' },
    body: () => new Uint8Array(gzipSync(new Uint8Array(50 * megabyte))),
  },
];

const depths: readonly Abuse[] = [
  { name: 'arrays a million deep', path: chatPath, body: () => '['.repeat(1_000_000) },
  {
    name: 'objects half a million deep',
    path: chatPath,
    body: () => `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`,
  },
  {
    name: 'depth behind a string',
    path: '/v1/messages',
    body: () => `{"a":"${'['.repeat(megabyte)}","b":${'['.repeat(megabyte)}`,
  },
  { name: 'as deep as allowed, many times', path: chatPath, body: () => chat({ metadata: { deep: deepLists() } }) },
];

const deepLists = (): readonly string[] => Array.from({ length: 1000 }, () => `${'['.repeat(60)}${']'.repeat(60)}`);

const widths: readonly Abuse[] = [
  { name: '15 MB of empty objects', path: chatPath, body: () => `[${'{},'.repeat(5_000_000)}{}]` },
  { name: 'as many values as allowed', path: chatPath, body: () => chat({ metadata: Array(190_000).fill(0) }) },
  {
    name: 'as many messages as allowed',
    path: '/v1/messages',
    body: () => chat({ max_tokens: 1, messages: Array(45_000).fill({ role: 'user', content: 'x' }) }),
  },
  {
    name: 'as many tools as allowed',
    path: '/v1/messages',
    body: () =>
      chat({ max_tokens: 1, tools: Array.from({ length: 30_000 }, (_, at) => ({ name: `t${at}`, input_schema: {} })) }),
  },
  {
    name: 'one long text',
    path: chatPath,
    body: () => chat({ messages: [{ role: 'user', content: 'x'.repeat(16 * megabyte) }] }),
  },
  {
    name: 'one long text, translated',
    path: '/v1/messages',
    body: () => chat({ max_tokens: 1, messages: [{ role: 'user', content: 'é'.repeat(4 * megabyte) }] }),
  },
  {
    name: 'a text of escapes',
    path: chatPath,
    body: () => `{"model":"proof/whole","x":"${'\\u0041'.repeat(2 * megabyte)}"}`,
  },
  { name: 'a long number', path: chatPath, body: () => `{"model":"proof/whole","seed":1${'0'.repeat(4 * megabyte)}}` },
  { name: 'white space', path: chatPath, body: () => `{${' '.repeat(16 * megabyte)}}` },
];

const collisions: readonly Abuse[] = [
  { name: '100,000 names', path: chatPath, body: () => named((at) => `k${at}`) },
  { name: 'names that are numbers far apart', path: chatPath, body: () => named((at) => String(at * 65_537)) },
  { name: 'one name again and again', path: chatPath, body: () => named(() => 'model') },
  {
    name: 'names of prototypes',
    path: chatPath,
    body: () => named((at) => (at % 2 === 0 ? '__proto__' : 'constructor')),
  },
  {
    name: 'names of two letters in all orders',
    path: chatPath,
    body: () => named((at) => [...Array(17).keys()].map((bit) => ((at >> bit) & 1 ? 'Aa' : 'BB')).join('')),
  },
];

const named = (name: (at: number) => string): string => {
  const members = Array.from({ length: 95_000 }, (_, at) => `"${name(at)}":0`);
  return `{"model":"proof/whole","messages":[{"role":"user","content":"x"}],"metadata":{${members.join(',')}}}`;
};

/** Texts that hold a careless regular expression up: long runs that nearly fit. */
const long = 200_000;
const patterns: readonly Abuse[] = [
  { name: 'a long model name', path: chatPath, body: () => chat({ model: `${'a'.repeat(long)}!` }) },
  { name: 'a model name of slashes', path: chatPath, body: () => chat({ model: '/'.repeat(long) }) },
  { name: 'dashes and digits', path: chatPath, body: () => chat({ model: '4-'.repeat(250) }) },
  { name: 'nearly a data address', path: '/v1/messages', body: () => picture(`data:${'a/'.repeat(long)}`) },
  {
    name: 'nearly base64',
    path: '/v1/messages',
    body: () => picture(`data:image/png;base64,${'A'.repeat(long)} \n${'='.repeat(long)}`),
  },
  {
    name: 'nearly a key',
    path: chatPath,
    body: () => chat({ messages: [{ role: 'user', content: 'sk-'.repeat(long) }] }),
  },
  { name: 'spaces before an end', path: chatPath, body: () => `${' '.repeat(long)}${chat({})}${'\n'.repeat(long)}x` },
  {
    name: 'a long content type',
    path: chatPath,
    headers: { 'content-type': `application/${'a+'.repeat(3000)}!` },
    body: () => '{}',
  },
  {
    name: 'a long bearer',
    path: chatPath,
    headers: { authorization: `Bearer ${' '.repeat(6000)}x` },
    body: () => '{}',
  },
  { name: 'a long path', path: `/v1beta/models/${'a'.repeat(8000)}:generateContent`, body: () => '{}' },
  {
    name: 'a schema of references',
    path: '/v1/messages',
    body: () => chat({ max_tokens: 1, tools: [{ name: 'f', input_schema: references() }] }),
  },
];

const picture = (url: string): string =>
  chat({ max_tokens: 1, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url } }] }] });

const references = (): object => ({
  $defs: Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`d${at}`, { anyOf: Array(8).fill({ $ref: `#/$defs/d${(at + 1) % 40}` }) }]),
  ),
  $ref: '#/$defs/d0',
});

export const abuses: readonly Abuse[] = [...bombs, ...depths, ...widths, ...collisions, ...patterns];
