// One tenant asks for fifty times its share of what can be done at one time: the others hardly notice.
// `bun qa/fair [--seconds 20] [--limit-ok 99.9] [--limit-ratio 1.5] [--limit-more-ms 10]`
import { startProgram } from '../../test/support/sluice-program.ts';
import { Dice } from '../fuzz/dice.ts';
import { startChild } from '../proof/child-program.ts';
import { finish, say } from '../proof/finish.ts';
import { numberOptions } from '../proof/number-options.ts';
import { makeCall, type Outcome, openLoop, percentile } from '../proof/open-loop.ts';

const options = numberOptions({ seconds: 20, 'limit-ok': 99.9, 'limit-ratio': 1.5, 'limit-more-ms': 10 });
const { seconds } = options;

const masterKey = 'sk-proof';
const answerMs = 200;
const places = 20;
const tenants = 10;
const dice = new Dice(7);
/** No two answers take the same time; places would come free in bursts. */
const answerTimes = { next: () => answerMs / 2 + dice.below(answerMs + 1) };
/** Calls a second of each, when all take the same. */
const share = places / (answerMs / 1000) / tenants;

const upstream = await startChild('upstream-program.ts');
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    drain_ms: 0,
    log: { level: 'error' },
    limits: { concurrency: places },
    providers: [{ id: 'proof', base_url: `http://127.0.0.1:${upstream.greeting}/v1`, free: true }],
  }),
});

const made = async (path: string, body: object): Promise<{ readonly key?: string }> => {
  const response = await fetch(`${sluice.url}/admin/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { readonly key?: string };
};

const keys: string[] = [];
for (let index = 0; index < tenants; index += 1) {
  await made('/organisations', { id: `tenant${index}` });
  const { key } = await made(`/keys?organisation=tenant${index}`, {});
  if (key === undefined) throw new Error('no key was made');
  keys.push(key);
}
const [greedy = '', ...others] = keys;

const call = (key: string): Promise<Outcome> =>
  makeCall({ url: sluice.url, key, model: `proof/whole-${answerTimes.next()}`, stream: false });
/** Half of their share each: a usual day. */
const usual = (): Promise<readonly Outcome[]> =>
  openLoop({ perSecond: (share / 2) * others.length, seconds }, (index) => call(others[index % others.length] ?? ''));

await openLoop({ perSecond: share * others.length, seconds: 2 }, (index) => call(others[index % others.length] ?? ''));
const solo = await usual();
say(`${solo.length} calls of ${others.length} tenants alone`);
const flood = openLoop({ perSecond: share * 50, seconds: seconds + 1 }, () => call(greedy));
await Bun.sleep(500);
const beside = await usual();
const greedyOnes = await flood;
await sluice.stop();
await upstream.stop();

const p99 = (outcomes: readonly Outcome[]): number =>
  percentile(
    outcomes.map(({ ms }) => ms),
    0.99,
  );
const okShare = (outcomes: readonly Outcome[]): number =>
  (100 * outcomes.filter(({ ok }) => ok).length) / outcomes.length;
const shed = greedyOnes.filter(({ ok }) => !ok);
const untold = shed.filter(({ status, told }) => status !== 429 || !told).length;
const bound = p99(solo) * options['limit-ratio'] + options['limit-more-ms'];
const found = {
  others: beside.length,
  othersOkPct: Number(okShare(beside).toFixed(3)),
  soloP99Ms: Math.round(p99(solo)),
  p99Ms: Math.round(p99(beside)),
  p99Ratio: Number((p99(beside) / p99(solo)).toFixed(3)),
  greedy: greedyOnes.length,
  greedyOk: greedyOnes.length - shed.length,
  untold,
};
finish(
  'fair',
  found,
  okShare(solo) === 100 &&
    found.othersOkPct >= options['limit-ok'] &&
    p99(beside) <= bound &&
    shed.length > greedyOnes.length / 2 &&
    found.greedyOk > 0 &&
    untold === 0,
);
