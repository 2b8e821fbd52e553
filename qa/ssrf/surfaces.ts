/** A place of a request where an address may stand. */
export interface Surface {
  readonly name: string;
  readonly path: string;
  headers?(address: string): Readonly<Record<string, string>>;
  body?(address: string): object;
}

const chat = '/v1/chat/completions';
const model = 'house/m';
const ask = { model, max_tokens: 9 };
const said = (content: unknown): object => ({ ...ask, messages: [{ role: 'user', content }] });
const hello = said('Hi');
/** What HTTP clients can put into a header at all. */
const headerSafe = (address: string): string => encodeURI(address).replaceAll('%5C', '\\').replaceAll('%25', '%');
const portkey = (address: string): Readonly<Record<string, string>> => ({
  'x-portkey-provider': 'house',
  'x-portkey-custom-host': headerSafe(address),
});

/** Everything of requests that names, or looks as if it named, an address. */
export const surfaces: readonly Surface[] = [
  { name: 'custom host header', path: chat, headers: portkey, body: () => hello },
  { name: 'custom host header, messages', path: '/v1/messages', headers: portkey, body: () => hello },
  {
    name: 'custom host of a config',
    path: chat,
    headers: (url) => ({
      'x-portkey-config': JSON.stringify({ provider: 'house', custom_host: headerSafe(url), api_key: 'k' }),
    }),
    body: () => hello,
  },
  { name: 'api_base', path: chat, body: (url) => ({ ...hello, api_base: url }) },
  { name: 'base_url', path: chat, body: (url) => ({ ...hello, base_url: url, custom_host: url, host: url }) },
  { name: 'model name', path: chat, body: (url) => ({ ...hello, model: url }) },
  { name: 'provider of a model name', path: chat, body: (url) => ({ ...hello, model: `house@${url}/m` }) },
  { name: 'picture', path: chat, body: (url) => said([{ type: 'image_url', image_url: { url } }]) },
  {
    name: 'file and sound',
    path: chat,
    body: (url) =>
      said([
        { type: 'file', file: { file_url: url, file_data: url } },
        { type: 'input_audio', input_audio: { data: url, format: 'wav', url } },
      ]),
  },
  {
    name: 'picture of messages',
    path: '/v1/messages',
    body: (url) => said([{ type: 'image', source: { type: 'url', url } }]),
  },
  {
    name: 'document and servers of messages',
    path: '/v1/messages',
    body: (url) => ({
      ...said([{ type: 'document', source: { type: 'url', url } }]),
      mcp_servers: [{ type: 'url', name: 'm', url }],
    }),
  },
  {
    name: 'picture and file of responses',
    path: '/v1/responses',
    body: (url) => ({
      ...ask,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: url },
            { type: 'input_file', file_url: url },
          ],
        },
      ],
    }),
  },
  {
    name: 'tool server of responses',
    path: '/v1/responses',
    body: (url) => ({ ...ask, input: 'Hi', tools: [{ type: 'mcp', server_label: 'm', server_url: url }] }),
  },
  {
    name: 'file of generateContent',
    path: '/v1beta/models/house%2Fm:generateContent',
    body: (url) => ({
      contents: [{ role: 'user', parts: [{ fileData: { fileUri: url, mimeType: 'image/png' } }] }],
    }),
  },
  {
    name: 'webhooks',
    path: chat,
    body: (url) => ({ ...hello, webhook_url: url, callback_url: url, metadata: { webhook: url } }),
  },
  { name: 'documents to rank', path: '/v1/rerank', body: (url) => ({ model, query: url, documents: [url, { url }] }) },
  {
    name: 'key of LiteLLM’s manner',
    path: '/key/generate',
    body: (url) => ({ metadata: { webhook: url, api_base: url }, aliases: { a: url }, duration: '1s' }),
  },
  {
    name: 'model of LiteLLM’s manner',
    path: '/model/new',
    body: (url) => ({ model_name: 'm', litellm_params: { model: 'openai/m', api_base: url, api_key: 'k' } }),
  },
  {
    name: 'credential',
    path: '/admin/v1/credentials',
    body: (url) => ({ provider: 'house', api_key: url, base_url: url, token_uri: url }),
  },
  {
    name: 'forwarded host',
    path: chat,
    headers: (url) => ({
      'x-forwarded-host': headerSafe(url),
      'x-original-url': headerSafe(url),
      referer: headerSafe(url),
    }),
    body: () => hello,
  },
];
