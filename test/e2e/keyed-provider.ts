import type { AuthScheme } from '../../src/core/catalog/provider.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

/** What a key is told; undefined: an answer. */
export type KeyAnswer = { readonly status: number; readonly body: object } | undefined;

export interface KeyedProvider {
  readonly gateway: GatewayUnderTest;
  /** The keys that calls came with, in order. */
  readonly used: string[];
  stop(): Promise<void>;
}

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const whole = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** A gateway before a provider `many` that tells each key something of its own. */
export const startProvider = async (
  keys: readonly string[],
  answer: (key: string, model: string) => KeyAnswer,
  auth: AuthScheme = { kind: 'bearer', env: [] },
): Promise<KeyedProvider> => {
  const used: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const body = (await request.json()) as { readonly model: string; readonly stream?: boolean };
      const key =
        request.headers.get('authorization')?.slice('Bearer '.length) ??
        request.headers.get('x-key') ??
        new URL(request.url).searchParams.get('key') ??
        '';
      used.push(key);
      const refusal = answer(key, body.model);
      if (refusal !== undefined) return Response.json(refusal.body, { status: refusal.status });
      if (body.stream !== true) return Response.json(whole);
      return new Response(`${chunk({ content: 'Hi' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      });
    },
  });
  const [apiKey = '', ...otherKeys] = keys;
  const gateway = await startGatewayUnderTest({
    providers: [
      {
        id: 'many',
        enabled: true,
        apiKey,
        otherKeys,
        entry: {
          baseUrl: `http://127.0.0.1:${server.port}/v1`,
          auth,
          free: true,
          serves: { chat: [{ dialect: 'openai-chat', path: '/chat/completions' }] },
        },
      },
    ],
  });
  return {
    gateway,
    used,
    stop: async () => {
      await gateway.stop();
      await server.stop(true);
    },
  };
};
