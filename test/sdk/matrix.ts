import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { defaultConfig } from '../../src/contract/settings.ts';
import {
  eventually,
  type GatewayUnderTest,
  masterKey,
  providerKey,
  startGatewayUnderTest,
} from '../e2e/gateway-under-test.ts';
import { type Exchange, type Scenario, type Stage, scenarios } from './scenarios.ts';
import type { Ask, Failure, FailureName, How, SdkClient } from './sdk-client.ts';
import { factsOf, type Upstream, upstreams, wireOf } from './upstreams.ts';

export interface House {
  readonly sluice: GatewayUnderTest;
}

/** One gateway for a test file, cleared before every test. Read `sluice` inside tests only. */
export const startHouse = (): House => {
  let sluice: GatewayUnderTest | undefined;
  beforeAll(async () => {
    // Where money is kept, some providers' streams are read to their end for the counts; here they are to see the client leave.
    sluice = await startGatewayUnderTest({ config: { money: { ...defaultConfig.money, drainAbandoned: false } } });
  });
  afterAll(() => sluice?.stop());
  beforeEach(() => sluice?.simulator.clear());
  return {
    get sluice() {
      if (sluice === undefined) throw new Error('The gateway runs only inside tests.');
      return sluice;
    },
  };
};

/** Every scenario and every failure with every upstream, streamed and not. */
export const describeMatrix = <Raw>(client: SdkClient<Raw>, house: House): void => {
  describe(client.name, () => {
    describe.each(upstreams)('behind it $provider', (upstream) => {
      describe.each([
        { how: 'whole', stream: false },
        { how: 'streamed', stream: true },
      ])('$how', ({ stream }) => {
        const cell = { client, house, upstream, stream };
        const lacks = client.lacks ?? [];
        for (const scenario of scenarios)
          if (scenario.needs === undefined || !lacks.includes(scenario.needs))
            test(scenario.name, () => play(scenario, cell));
        for (const [name, cause] of failures) test(`fails as ${name}`, () => fail(cell, name, cause));
        if (!lacks.includes('retries')) test('waits and asks again when the provider is busy', () => retry(cell));
        test('a client that leaves before the answer', () => leaveEarly(cell));
        if (!stream) return;
        test('a client that leaves in the middle of the answer', () => leaveMidway(cell));
        test.each([
          'delay-frame-5.error-frames-5',
          'delay-frame-5.cut-frames-5',
          'delay-frame-5.reset-frames-5',
          'missing-end',
        ])('a stream with %s is an error, never an answer', (fault) => breakStream(cell, fault));
      });
    });
  });
};

interface Cell<Raw> {
  readonly client: SdkClient<Raw>;
  readonly house: House;
  readonly upstream: Upstream;
  readonly stream: boolean;
}

const connect = <Raw>({ client, house }: Cell<Raw>, change: { key?: string; retries?: number } = {}) =>
  client.connect({ url: house.sluice.url, key: masterKey, retries: 0, ...change });

const play = <Raw>(scenario: Scenario, cell: Cell<Raw>): Promise<void> => {
  const { client, house, upstream, stream } = cell;
  const { simulator } = house.sluice;
  const wire = wireOf(upstream, client.door);
  const speaker = connect(cell);
  const stage: Stage<Raw> = {
    client,
    wire,
    facts: factsOf(wire),
    stream,
    simulator,
    ask: async (ask): Promise<Exchange<Raw>> => {
      const before = simulator.requests.length;
      const pieces: string[] = [];
      const onPiece = (piece: string) => void pieces.push(piece);
      const model = `${upstream.provider}/simulated`;
      const heard = await speaker.say({ ...ask, model }, { stream, onPiece });
      const calls = simulator.requests.slice(before);
      const call = calls[0];
      if (call?.request === undefined) throw new Error(`The provider got no request it could read (${calls.length}).`);
      expect(calls).toHaveLength(1);
      expect(call.route.dialect).toBe(wire);
      expect(call.request.stream).toBe(stream);
      // Natively a client's own inventions pass; a translation makes none.
      if (wire !== client.door) expect(call.request.rest).toEqual({});
      if (stream) expect(pieces.join('')).toBe(heard.text);
      if (stream && heard.text.split(' ').length > 5) expect(pieces.length).toBeGreaterThan(3);
      return { heard, call, got: call.request };
    },
  };
  return scenario.play(stage);
};

interface Cause {
  /** The fault a provider's model name asks for. */
  readonly fault?: string;
  readonly key?: string;
  readonly model?: string;
  readonly status: number;
  readonly says: string;
}

const failures: readonly (readonly [FailureName, Cause])[] = [
  ['bad-request', { fault: 'status-400', status: 400, says: 'The request was not valid.' }],
  [
    'rate-limit',
    { fault: 'status-429.retry-after-1', status: 429, says: 'Rate limit reached. Please try again later.' },
  ],
  ['server', { fault: 'status-500', status: 500, says: 'The server had an error while processing your request.' }],
  ['overloaded', { fault: 'status-503', status: 503, says: 'The model is overloaded. Please try again later.' }],
  ['upstream-key', { fault: 'status-401', status: 502, says: 'refused the key Sluice uses for it' }],
  ['wrong-key', { key: 'sk-somebody-elses', status: 401, says: 'key' }],
  ['unknown-model', { model: 'nowhere/simulated', status: 404, says: 'There is no provider' }],
];

const hello = (model: string): Ask<never> => ({ model, said: [{ by: 'user', text: 'Hello there.' }], maxTokens: 200 });

const longTalk = 'Say all of these many words again, one after the other, please, and do not stop before the very end.';

const failureOf = async <Raw>(cell: Cell<Raw>, ask: Ask<never>, change: { key?: string } = {}): Promise<Failure> => {
  const how: How = { stream: cell.stream };
  const outcome = await connect(cell, change)
    .say(ask, how)
    .then(
      (heard) => ({ heard: { text: heard.text, finish: heard.finish } }),
      (error: unknown) => ({ error }),
    );
  if (!('error' in outcome)) throw new Error(`It should have failed, but said ${JSON.stringify(outcome.heard)}.`);
  return cell.client.failure(outcome.error);
};

const fail = async <Raw>(cell: Cell<Raw>, name: FailureName, cause: Cause): Promise<void> => {
  const { client, upstream } = cell;
  const model = cause.fault === undefined ? 'simulated' : `sim.${cause.fault}--simulated`;
  const ask = hello(cause.model ?? `${upstream.provider}/${model}`);
  const failure = await failureOf(cell, ask, cause.key === undefined ? {} : { key: cause.key });
  expect({ kind: failure.kind, status: failure.status }).toEqual({ kind: client.failures[name], status: cause.status });
  expect(failure.message).toContain(cause.says);
  expect(failure.message).not.toContain(providerKey);
};

const retry = async <Raw>(cell: Cell<Raw>): Promise<void> => {
  const { simulator } = cell.house.sluice;
  simulator.script({ scenario: { status: 429, retryAfter: { how: 'ms', value: 5 } } });
  const heard = await connect(cell, { retries: 1 }).say(hello(`${cell.upstream.provider}/simulated`), {
    stream: cell.stream,
  });
  expect(heard.text).toBe('You said: "Hello there.".');
  expect(simulator.requests).toHaveLength(2);
};

const leaveEarly = async <Raw>(cell: Cell<Raw>): Promise<void> => {
  const { simulator } = cell.house.sluice;
  const leaving = new AbortController();
  const ask = hello(`${cell.upstream.provider}/sim.delay-head-3000--simulated`);
  const answer = connect(cell)
    .say(ask, { stream: cell.stream, signal: leaving.signal })
    .then(
      (heard) => heard.text,
      () => '',
    );
  await eventually(() => simulator.requests.length === 1, 'the call reaches the provider');
  leaving.abort();
  expect(await answer).toBe('');
  await eventually(() => simulator.requests[0]?.aborted === true, 'the provider sees the client leave');
};

const leaveMidway = async <Raw>(cell: Cell<Raw>): Promise<void> => {
  const { simulator } = cell.house.sluice;
  const leaving = new AbortController();
  const pieces: string[] = [];
  const ask: Ask<never> = {
    model: `${cell.upstream.provider}/sim.delay-frame-25--simulated`,
    said: [{ by: 'user', text: longTalk }],
    maxTokens: 400,
  };
  const onPiece = (piece: string) => {
    pieces.push(piece);
    leaving.abort();
  };
  await connect(cell)
    .say(ask, { stream: true, signal: leaving.signal, onPiece })
    .catch(() => undefined);
  await eventually(() => simulator.requests[0]?.aborted === true, 'the provider sees the client leave');
  expect(pieces.join('')).toStartWith('You');
  expect(pieces.join('').length).toBeLessThan(longTalk.length / 2);
};

const breakStream = async <Raw>(cell: Cell<Raw>, fault: string): Promise<void> => {
  const ask: Ask<never> = {
    model: `${cell.upstream.provider}/sim.${fault}--simulated`,
    said: [{ by: 'user', text: longTalk }],
    maxTokens: 400,
  };
  const failure = await failureOf(cell, ask);
  expect(cell.client.brokenStream).toContain(failure.kind);
  expect(failure.message).not.toBe('');
};
