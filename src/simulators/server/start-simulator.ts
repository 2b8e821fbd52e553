import type { SimulatedAnswer } from '../answer/simulated-answer.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';
import type { SimulatedEmbeddingRequest } from '../decode/embeddings.ts';
import type { SimulatedRerankRequest } from '../retrieval/decode-retrieval.ts';
import type { SimulatedRequest } from '../simulated-request.ts';
import type { SimulatorRefusal } from '../simulator-refusal.ts';
import { alterReply } from './alter-reply.ts';
import { playReply } from './play-reply.ts';
import type { Reply } from './reply.ts';
import type { SimulatedRoute } from './route.ts';
import type { Scenario } from './scenario.ts';
import { simulateCall } from './simulate-call.ts';
import { type RawExchange, startRawUpstream } from './start-raw-upstream.ts';

/** What the next request gets in place of the default: another answer, faults, or a whole reply as it stands. */
export interface Script {
  readonly answer?: SimulatedAnswer | ((request: SimulatedRequest) => SimulatedAnswer);
  readonly scenario?: Scenario;
  readonly reply?: Reply;
}

/** A request the simulator got. Members are filled as the exchange goes on. */
export interface RecordedCall {
  readonly route: SimulatedRoute;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly body: string;
  readonly request?: SimulatedRequest;
  readonly embedding?: SimulatedEmbeddingRequest;
  readonly rerank?: SimulatedRerankRequest;
  readonly refusal?: SimulatorRefusal;
  readonly scenario: Scenario;
  readonly connection: number;
  readonly requestOnConnection: number;
  readonly receivedMs: number;
  /** When the answer was over, whole or not; undefined while it runs. */
  finishedMs?: number;
  /** The client went before the answer was over. */
  aborted: boolean;
  /** Settles when the answer is over. */
  readonly finished: Promise<void>;
}

export interface SimulatorOptions {
  /** The one key that is right; any will do when absent, and none need come when it is null. */
  readonly key?: string | null;
  readonly port?: number;
  readonly models?: readonly string[];
  /** For every request that no script is left for. */
  readonly answer?: Script['answer'];
  /** The gate of a cloud that calls must pass; keys are not looked at then. */
  readonly cloud?: SimulatedCloud;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RecordedCall[];
  readonly connections: { readonly opened: number; readonly open: number };
  /** Queues scripts; each chat, embeddings or count request takes one. */
  script(...scripts: readonly Script[]): void;
  /** Forgets requests and scripts. */
  clear(): void;
  stop(): void;
}

export const simulatedModels = ['simulated', 'simulated-large', 'simulated-embedding'] as const;

/**
 * Starts the simulated providers: every dialect on one loopback port, told apart by path. Ids are numbered, so that a run repeats.
 * README.md lists paths and faults.
 */
export const startSimulator = (options: SimulatorOptions = {}): Simulator => {
  const requests: RecordedCall[] = [];
  const scripts: Script[] = [];
  let serial = 0;
  const server = startRawUpstream(
    (exchange) => {
      serial++;
      return answerExchange(exchange, { serial: String(serial), scripts, requests, options });
    },
    options.port === undefined ? {} : { port: options.port },
  );
  return {
    url: server.url,
    port: server.port,
    requests,
    get connections() {
      return server.connections;
    },
    script: (...more) => void scripts.push(...more),
    clear: () => {
      requests.length = 0;
      scripts.length = 0;
    },
    stop: () => server.stop(),
  };
};

interface Desk {
  readonly serial: string;
  readonly scripts: Script[];
  readonly requests: RecordedCall[];
  readonly options: SimulatorOptions;
}

const decoder = new TextDecoder();

const answerExchange = async (exchange: RawExchange, desk: Desk): Promise<void> => {
  const { method, target, headers } = exchange.request;
  const body = decoder.decode(exchange.request.body);
  const call = { method, path: target, headers, body };
  const turnedAway = desk.options.cloud?.answer(call);
  if (turnedAway !== undefined) {
    await playReply(exchange, turnedAway, { dialect: 'openai-chat', scenario: {} });
    return;
  }
  const script = method === 'POST' ? desk.scripts.shift() : undefined;
  const answer = script?.answer ?? desk.options.answer;
  const outcome = simulateCall(call, {
    models: desk.options.models ?? simulatedModels,
    serial: desk.serial,
    nowSeconds: Math.floor(Date.now() / 1000),
    ...(desk.options.cloud === undefined ? {} : { key: null }),
    ...(desk.options.key === undefined ? {} : { key: desk.options.key }),
    ...(answer === undefined ? {} : { answer }),
    ...(script?.scenario === undefined ? {} : { scenario: script.scenario }),
  });
  const { reply, ...found } = outcome;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const { connection, requestOnConnection } = exchange;
  const recorded: RecordedCall = {
    ...found,
    method,
    path: target,
    headers,
    body,
    connection,
    requestOnConnection,
    receivedMs: Date.now(),
    aborted: false,
    finished,
  };
  desk.requests.push(recorded);
  const { dialect } = outcome.route;
  const sent = script?.reply ?? alterReply(reply, dialect, outcome.scenario);
  const whole = await playReply(exchange, sent, { dialect, scenario: outcome.scenario });
  recorded.aborted = !whole && exchange.closed && !endsItself(outcome.scenario);
  recorded.finishedMs = Date.now();
  resolve();
};

/** Whether the simulator itself closes the connection in this scenario. */
const endsItself = (scenario: Scenario): boolean =>
  scenario.reset !== undefined ||
  scenario.halfHead === true ||
  (scenario.cut !== undefined && scenario.cut.how !== 'hang');
