import { doors, providers } from '../../test/e2e/doors.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from '../../test/e2e/gateway-under-test.ts';
import { mutatedRequest } from './fuzz-requests.ts';
import { spentMs } from './spent.ts';
import { describe, slowMs, type Tally } from './tally.ts';

const models = providers.map((provider) => `${provider}/simulated`);

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

/** Mutated requests to a whole gateway with simulated providers behind it: no 5xx for bad input, none slow, and a good request is served after each batch. */
export const fuzzHttp = async (count: number, seed: number, tally: Tally): Promise<void> => {
  if (count === 0) return;
  const sluice = await startGatewayUnderTest();
  try {
    for (let index = 0; index < count; index += 1) {
      await one(sluice, { seed, index }, tally);
      if (index % 100 === 99) await stillServes(sluice, index, tally);
    }
  } finally {
    await sluice.stop();
  }
};

const one = async (
  sluice: GatewayUnderTest,
  at: { readonly seed: number; readonly index: number },
  tally: Tally,
): Promise<void> => {
  const drawn = mutatedRequest(at.seed + 500_000_003, at.index, models);
  const name = `http ${at.index} (${drawn.name})`;
  const path = doors.find((door) => door.name === drawn.door.id)?.path(drawn.model, drawn.stream) ?? '/';
  const send = () => exchange(sluice, path, drawn.bytes);
  let outcome = await send();
  for (let again = 0; again < 2 && outcome.tookMs >= slowMs; again += 1) outcome = await send();
  tally.maxMs = Math.max(tally.maxMs, outcome.tookMs);
  if (outcome.tookMs >= slowMs) tally.report({ kind: 'slow', case: name, what: `${Math.round(outcome.tookMs)} ms` });
  if (outcome.status < 300) tally.counts.accepted += 1;
  else if (outcome.status < 500) tally.counts.refused += 1;
  else tally.report({ kind: 'http5xx', case: name, what: `${outcome.status} ${outcome.text.slice(0, 300)}` });
};

/** One request and its whole answer; a connection that broke counts as status 599. */
const exchange = async (sluice: GatewayUnderTest, path: string, bytes: Uint8Array): Promise<Outcome> => {
  const start = spentMs();
  try {
    const response = await sluice.post(path, undefined, { raw: Uint8Array.from(bytes) });
    const text = await response.text();
    return { status: response.status, text, tookMs: spentMs() - start };
  } catch (error) {
    return { status: 599, text: describe(error), tookMs: spentMs() - start };
  }
};

const stillServes = async (sluice: GatewayUnderTest, index: number, tally: Tally): Promise<void> => {
  for (const door of doors) {
    const model = models[index % models.length] ?? '';
    const response = await sluice.post(door.path(model, false), door.body(model, false));
    const text = await response.text();
    if (response.status !== 200)
      tally.report({
        kind: 'http5xx',
        case: `after http ${index} (${door.name})`,
        what: `a good request got ${response.status} ${text.slice(0, 200)}`,
      });
  }
};
