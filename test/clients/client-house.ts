import { afterAll, beforeAll, beforeEach } from 'bun:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from '../e2e/gateway-under-test.ts';

/** Every provider's dialect behind the gateway; `simulated` is a model of each. */
export const upstreams = ['openai', 'anthropic', 'gemini', 'chat-only', 'ollama'] as const;

export interface ClientHouse {
  readonly sluice: GatewayUnderTest;
  /** A call as the client makes it: its own headers and nothing else. */
  call(method: string, path: string, how?: Call): Promise<Response>;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** One gateway for a test file, cleared before every test. */
export const startClientHouse = (): ClientHouse => {
  let sluice: GatewayUnderTest | undefined;
  beforeAll(async () => {
    sluice = await startGatewayUnderTest();
  });
  afterAll(() => sluice?.stop());
  beforeEach(() => sluice?.simulator.clear());
  const running = (): GatewayUnderTest => {
    if (sluice === undefined) throw new Error('The gateway runs only inside tests.');
    return sluice;
  };
  return {
    get sluice() {
      return running();
    },
    call: (method, path, { headers = {}, body } = {}) =>
      fetch(running().url + path, {
        method,
        redirect: 'error',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
};

export const bearer = { authorization: `Bearer ${masterKey}` };

/** The data of a stream's events, without `[DONE]`. */
export const eventsOf = async (response: Response): Promise<readonly JsonObject[]> =>
  (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data:') && !line.includes('[DONE]'))
    .map((line) => JSON.parse(line.slice('data:'.length)) as JsonObject);

export const json = async (response: Response): Promise<JsonObject> => (await response.json()) as JsonObject;

/** A provider's refusal of a prompt that is too long, in its own words. */
export const tooLong = {
  openai: {
    error: {
      message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
      type: 'invalid_request_error',
      param: 'input',
      code: 'context_length_exceeded',
    },
  },
  anthropic: {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
  },
  gemini: {
    error: {
      code: 400,
      message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      status: 'INVALID_ARGUMENT',
    },
  },
} as const;

/** The next answer of the simulated provider is this refusal. */
export const refuseNext = ({ sluice }: ClientHouse, status: number, body: JsonObject): void =>
  sluice.simulator.script({
    reply: { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
