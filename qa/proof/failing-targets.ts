import { startSimulator } from '../../src/simulators/index.ts';
import type { Scenario } from '../../src/simulators/server/scenario.ts';
import { type StartedProgram, startProgram } from '../../test/support/sluice-program.ts';

const masterKey = 'sk-proof';
const queued = 50_000;

/** One provider that can be taken down and brought back. */
class FailingTarget {
  readonly id: string;
  #simulator = startSimulator();
  readonly #port = this.#simulator.port;
  #earlier = 0;

  constructor(id: string) {
    this.id = id;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** Calls it has got. */
  get calls(): number {
    return this.#earlier + this.#simulator.requests.length;
  }

  /** Every call fails so; `refused` takes connections no more. */
  kill(how: Scenario | 'refused'): void {
    if (how === 'refused') this.stop();
    else this.answer(() => how);
  }

  answer(scenario: () => Scenario): void {
    this.#simulator.script(...Array.from({ length: queued }, () => ({ scenario: scenario() })));
  }

  heal(): void {
    this.#earlier = this.calls;
    this.#simulator.stop();
    this.#simulator = startSimulator({ port: this.#port });
  }

  stop(): void {
    this.#simulator.stop();
  }
}

export interface FailingHouse {
  readonly targets: readonly FailingTarget[];
  /** True when the whole answer is there. */
  ask(route: string, stream: boolean): Promise<boolean>;
  /** How many targets of a route have their circuit open. */
  open(route: string): Promise<number>;
  stop(): Promise<void>;
}

/** Sluice before `count` providers, with a route over all of them for each name, each with models and so with health of its own. */
export const startFailingHouse = async (count: number, names: readonly string[]): Promise<FailingHouse> => {
  const targets = Array.from({ length: count }, (_, index) => new FailingTarget(`t${index}`));
  const sluice: StartedProgram = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 500,
      log: { level: 'error' },
      providers: targets.map(({ id, url }) => ({
        id,
        like: 'openai-compatible',
        base_url: url,
        api_key: 'sk-provider',
      })),
      routes: Object.fromEntries(
        names.map((name) => [name, { balance: targets.map(({ id }) => `${id}/${name}`), first_byte_ms: 400 }]),
      ),
    }),
  });
  const send = (path: string, model: string, stream: boolean): Promise<Response> =>
    fetch(sluice.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'go' }], max_tokens: 9 }),
    });
  return {
    targets,
    ask: async (route, stream) => {
      const response = await send('/v1/chat/completions', route, stream);
      const text = await response.text();
      return response.status === 200 && (!stream || text.endsWith('data: [DONE]\n\n'));
    },
    open: async (route) => {
      const answer = (await (await send('/v1/route', route, false)).json()) as {
        readonly candidates: readonly { readonly reason: string }[];
      };
      return answer.candidates.filter(({ reason }) => reason === 'circuit-open').length;
    },
    stop: async () => {
      await sluice.stop();
      for (const target of targets) target.stop();
    },
  };
};

/** Calls go on, several at once, until `done`; the answer is how many came and how many failed. */
export const keepAsking = async (
  ask: (index: number) => Promise<boolean>,
  clients: number,
  done: (calls: number) => boolean,
): Promise<{ readonly calls: number; readonly failed: number }> => {
  let calls = 0;
  let failed = 0;
  const one = async (): Promise<void> => {
    while (!done(calls)) {
      calls += 1;
      if (!(await ask(calls))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return { calls, failed };
};
