import { clientSecrets, grow, malformed, prompts, secrets } from './plants.ts';

/** What was answered to one call. */
export interface Answered {
  readonly name: string;
  readonly status: number;
  readonly body: string;
  readonly headers: string;
  /** The secret that the answer is there to show. */
  readonly mayRepeat?: string;
}

export interface Calls {
  readonly url: string;
  readonly answered: Answered[];
}

interface Call {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly key?: string;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mayRepeat?: string;
}

/** Every call once. */
export const makeCalls = async (calls: Calls, round: number): Promise<void> => {
  const keys = await makeKeys(calls, round);
  for (const list of [chats, otherDoors, repeatedCalls, faultyProviders, refusedCallers, malformedCalls, operatorCalls])
    for (const call of list(keys, round)) await send(calls, call);
};

const send = async (calls: Calls, call: Call): Promise<string> => {
  const { name, path, method = 'POST', key = secrets.masterKey, body, raw, headers, mayRepeat } = call;
  const response = await fetch(calls.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: raw ?? JSON.stringify(body ?? {}) }),
  });
  const text = await response.text().catch((error: unknown) => String(error));
  const told = JSON.stringify([...response.headers]);
  const { status } = response;
  calls.answered.push({ name, status, body: text, headers: told, ...(mayRepeat === undefined ? {} : { mayRepeat }) });
  return text;
};

interface Keys {
  readonly plain: string;
  readonly poor: string;
  readonly hidden: string;
  readonly id: string;
}

const makeKeys = async (calls: Calls, round: number): Promise<Keys> => {
  const made = async (body: object): Promise<{ readonly id: string; readonly key: string }> => {
    // The one answer that shows a key is not looked at: it is what it is for.
    const response = await fetch(`${calls.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { readonly id: string; readonly key: string };
  };
  if (round === 0)
    await send(calls, {
      name: 'a credential',
      path: '/admin/v1/credentials?organisation=elsewhere',
      body: { provider: 'openai', api_key: secrets.ownKey },
      ...(await elsewhere(calls)),
    });
  const plain = await made({ alias: `plain ${round}` });
  const poor = await made({ budgets: [{ limit_usd: '0.000000001', window: 'day' }] });
  const hidden = await made({ private: true });
  grow(`a key of round ${round}`, plain.key);
  return { plain: plain.key, poor: poor.key, hidden: hidden.key, id: plain.id };
};

/** An organisation that brings its own key, which no call of this proof is made with. */
const elsewhere = async (calls: Calls): Promise<object> => {
  await send(calls, { name: 'an organisation', path: '/admin/v1/organisations', body: { id: 'elsewhere' } });
  return {};
};

const user = (content: unknown) => ({ role: 'user', content });
const chat = '/v1/chat/completions';

const chats = ({ plain }: Keys): readonly Call[] => [
  {
    name: 'a chat',
    path: `${chat}?note=${clientSecrets.queryNote}`,
    key: plain,
    headers: { 'x-note': clientSecrets.headerNote, cookie: `session=${clientSecrets.password}` },
    body: { model: 'openai/gpt-4o', messages: [{ role: 'system', content: prompts.system }, user(prompts.user)] },
  },
  {
    name: 'a key in the address',
    path: `/v1beta/models/gemini-2.5-flash:generateContent?key=${plain}`,
    key: '',
    body: { contents: [{ role: 'user', parts: [{ text: prompts.gemini }] }] },
  },
  {
    name: 'a stream',
    path: chat,
    key: plain,
    body: { model: 'openai/gpt-4o', stream: true, messages: [user(prompts.streamed)] },
  },
  {
    name: 'tools',
    path: chat,
    key: plain,
    body: {
      model: 'anthropic/claude-sonnet-4-5',
      messages: [
        user('Look it up.'),
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'c',
              type: 'function',
              function: { name: 'look_up', arguments: JSON.stringify({ q: prompts.toolArguments }) },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: prompts.toolResult },
      ],
      tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }],
    },
  },
  {
    name: 'a picture',
    path: chat,
    key: plain,
    body: {
      model: 'openai/gpt-4o',
      messages: [user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${btoa(prompts.picture)}` } }])],
    },
  },
];

const otherDoors = ({ plain }: Keys): readonly Call[] => [
  {
    name: 'messages',
    path: '/v1/messages',
    key: plain,
    body: { model: 'openai/gpt-4o', max_tokens: 50, stream: true, messages: [user(prompts.messages)] },
  },
  {
    name: 'responses',
    path: '/v1/responses',
    key: plain,
    body: { model: 'openai/gpt-4o', input: prompts.responses, instructions: prompts.instructions },
  },
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    key: plain,
    body: { model: 'openai/text-embedding-3-small', input: prompts.embedding },
  },
  {
    name: 'rerank',
    path: '/v2/rerank',
    key: plain,
    body: { model: 'cohere/rerank-v3.5', query: 'x', documents: [prompts.document, 'y'] },
  },
  {
    name: 'moderations',
    path: '/v1/moderations',
    key: plain,
    body: { model: 'openai/omni-moderation-latest', input: prompts.moderated },
  },
];

const repeatedCalls = ({ plain, hidden }: Keys, round: number): readonly Call[] => [
  ...[0, 1].map(
    (time): Call => ({
      name: time === 0 ? 'a call with a name' : 'the same again',
      path: chat,
      key: plain,
      headers: { 'idempotency-key': `${clientSecrets.idempotencyKey}-${round}` },
      body: { model: 'openai/gpt-4o', messages: [user(prompts.repeated)] },
    }),
  ),
  {
    name: 'a call with a private key',
    path: chat,
    key: hidden,
    headers: { 'idempotency-key': `${clientSecrets.idempotencyKey}-${round}` },
    body: { model: 'openai/gpt-4o', messages: [user(prompts.kept)] },
  },
  {
    name: 'a route',
    path: chat,
    key: plain,
    headers: { 'x-sluice-explain': '1' },
    body: { model: 'my-route', messages: [user(prompts.routed)] },
  },
  {
    name: 'where it would go',
    path: '/v1/route',
    key: plain,
    body: { model: 'my-route', messages: [user(prompts.routed)] },
  },
];

const faultyProviders = ({ plain }: Keys): readonly Call[] => [
  ...['401', '403', '404', '429', '500', '500 as-page', '503'].map(
    (how): Call => ({
      name: `a provider that repeats all in its ${how}`,
      path: chat,
      key: plain,
      body: { model: `echo/${how}`, messages: [user(prompts.failed)] },
      // What a provider says of the call may hold the words of who made it.
      mayRepeat: prompts.failed,
    }),
  ),
  {
    name: 'a broken stream',
    path: chat,
    key: plain,
    body: { model: 'echo/cut-off', stream: true, messages: [user(prompts.cut)] },
  },
  {
    name: 'a proxy that is not there',
    path: chat,
    key: plain,
    body: { model: 'behind-proxy/m', messages: [user(prompts.cut)] },
  },
];

const refusedCallers = ({ plain, poor }: Keys): readonly Call[] => [
  { name: 'a budget', path: chat, key: poor, body: { model: 'openai/gpt-4o', messages: [user(prompts.unpaid)] } },
  {
    name: 'a credit',
    path: '/v1/messages',
    key: poor,
    body: { model: 'openai/gpt-4o', max_tokens: 9, messages: [user(prompts.unpaid)] },
  },
  {
    name: 'a wrong key',
    path: chat,
    key: clientSecrets.wrongKey,
    body: { model: 'openai/gpt-4o', messages: [user(prompts.user)] },
  },
  { name: 'a wrong key in the address', path: `/v1/models?key=${clientSecrets.wrongKey}`, method: 'GET', key: '' },
  {
    name: 'a wrong password',
    path: '/admin/v1/keys',
    method: 'GET',
    key: '',
    headers: { authorization: `Basic ${btoa(`me:${clientSecrets.password}`)}` },
  },
  {
    name: 'a key in an inline config',
    path: chat,
    key: plain,
    headers: { 'x-portkey-config': JSON.stringify({ provider: 'openai', api_key: clientSecrets.portkeyKey }) },
    body: { model: 'gpt-4o', messages: [user(prompts.user)] },
  },
  {
    name: 'a key in a body',
    path: chat,
    key: plain,
    body: { model: 'openai/gpt-4o', api_key: clientSecrets.memberKey, messages: [user(prompts.user)] },
  },
];

const malformedCalls = ({ plain }: Keys): readonly Call[] => [
  {
    name: 'broken JSON',
    path: chat,
    key: plain,
    raw: `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"${malformed.broken}}`,
  },
  {
    name: 'a wrong role',
    path: chat,
    key: plain,
    body: { model: 'openai/gpt-4o', messages: [{ role: malformed.role, content: 'x' }] },
  },
  { name: 'a wrong list', path: chat, key: plain, body: { model: 'openai/gpt-4o', messages: malformed.content } },
  {
    name: 'a wrong number',
    path: '/v1/messages',
    key: plain,
    body: { model: 'anthropic/m', max_tokens: malformed.number, messages: [user('x')] },
  },
  {
    name: 'an unknown field',
    path: '/v1/messages',
    key: plain,
    body: {
      model: 'openai/gpt-4o',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'text', text: 7, [malformed.named]: 1 }] }],
    },
  },
  {
    name: 'a payment with a wrong signature',
    path: '/admin/v1/hooks/payments',
    key: '',
    headers: { 'x-sluice-signature': `t=1,v1=${'0'.repeat(64)}` },
    body: { payment_id: clientSecrets.password, paid_usd: '1' },
  },
];

/** What operators may read. */
const operatorCalls = ({ id }: Keys): readonly Call[] =>
  [
    '/admin/v1/keys',
    `/admin/v1/keys/${id}`,
    '/admin/v1/credentials?organisation=elsewhere',
    `/admin/v1/keys/${id}/credits`,
    '/admin/v1/organisations',
    '/key/list?return_full_object=true',
    '/spend/logs',
    '/global/spend/report?start_date=2020-01-01&end_date=2099-01-01',
    '/user/daily/activity?start_date=2020-01-01&end_date=2099-01-01',
    '/model/info',
    '/api/v1/keys',
    '/api/v1/activity',
    '/v1/models',
    '/health',
  ].map((path) => ({ name: path, path, method: 'GET' }));
