// Three times as much is asked for as can be done: what is done hardly falls, the rest is told at once when to come again, and when there is less to do again
// all is well within seconds. `bun qa/overload [--seconds 20] [--times 3] [--limit-goodput 0.9] [--limit-p99 2] [--limit-shed-ms 50] [--limit-rss 1.25] [--limit-recover 5]`
import { startProgram } from '../../test/support/sluice-program.ts';
import { Dice } from '../fuzz/dice.ts';
import { startChild } from '../proof/child-program.ts';
import { finish, residentMb, say } from '../proof/finish.ts';
import { numberOptions } from '../proof/number-options.ts';
import { makeCall, type Outcome, openLoop, percentile } from '../proof/open-loop.ts';

const options = numberOptions({
  seconds: 20,
  times: 3,
  'limit-goodput': 0.9,
  'limit-p99': 2,
  'limit-shed-ms': 50,
  'limit-rss': 1.25,
  'limit-recover': 5,
});
const { seconds } = options;

const masterKey = 'sk-proof';
const places = 24;
const dice = new Dice(7);
const upstream = await startChild('upstream-program.ts');
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    drain_ms: 0,
    log: { level: 'error' },
    limits: { concurrency: places, queue_ms: 400 },
    providers: [{ id: 'proof', base_url: `http://127.0.0.1:${upstream.greeting}/v1`, free: true }],
  }),
});

/** Four streams of 50 pieces to one short answer. */
const call = (index: number): Promise<Outcome> => {
  const stream = index % 5 !== 0;
  return makeCall({
    url: sluice.url,
    key: masterKey,
    // No two answers take the same time; places would come free in bursts.
    model: stream ? `proof/stream-50-200-${10 + dice.below(11)}` : `proof/whole-${100 + dice.below(101)}`,
    stream,
  });
};

/** Answers a second while as many ask as there are places, each again as soon as it is answered. */
const peak = async (): Promise<number> => {
  // A cold process answers fewer, and the first answers take a while to come.
  const begunMs = performance.now() + 4000;
  const endMs = begunMs + 8000;
  let done = 0;
  let index = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < endMs) {
      index += 1;
      const { ok, endedMs } = await call(index);
      if (ok && endedMs >= begunMs && endedMs < endMs) done += 1;
    }
  };
  await Promise.all(Array.from({ length: places }, client));
  return done / 8;
};

const p99 = (outcomes: readonly Outcome[]): number =>
  percentile(
    outcomes.map(({ ms }) => ms),
    0.99,
  );
const well = (outcomes: readonly Outcome[]): readonly Outcome[] => outcomes.filter(({ ok }) => ok);

const peakPerSecond = await peak();
const busy = await openLoop({ perSecond: peakPerSecond * 0.8, seconds: Math.min(10, seconds) }, call);
const beforeMb = await residentMb(sluice.pid);
say(`${peakPerSecond.toFixed(1)} answers a second at most, p99 ${Math.round(p99(well(busy)))} ms at 80 % of that`);

let mostMb = 0;
const watch = setInterval(() => {
  void residentMb(sluice.pid).then((mb) => {
    mostMb = Math.max(mostMb, mb);
  });
}, 250);
const begunMs = performance.now();
const flood = await openLoop({ perSecond: peakPerSecond * options.times, seconds }, call);
clearInterval(watch);
const endedMs = begunMs + seconds * 1000;
const goodput = well(flood).filter((outcome) => outcome.endedMs <= endedMs).length / seconds;
const shed = flood.filter(({ ok }) => !ok);
const untold = shed.filter(({ status, told }) => (status !== 429 && status !== 503) || !told).length;
say(`${flood.length} were asked for, ${well(flood).length} answered, ${shed.length} told to come again`);

const calmMs = performance.now();
const calm = await openLoop({ perSecond: peakPerSecond * 0.7, seconds: 10 }, call);
/** After the last that failed. */
const recoverS = Math.max(0, ...calm.filter(({ ok }) => !ok).map((outcome) => (outcome.endedMs - calmMs) / 1000));
await sluice.stop();
await upstream.stop();

const found = {
  peakPerSecond: Number(peakPerSecond.toFixed(1)),
  goodputRatio: Number((goodput / peakPerSecond).toFixed(3)),
  p99Ratio: Number((p99(well(flood)) / p99(well(busy))).toFixed(2)),
  shed: shed.length,
  shedP90Ms: Math.round(
    percentile(
      shed.map(({ ms }) => ms),
      0.9,
    ),
  ),
  shedP99Ms: Math.round(p99(shed)),
  untold,
  rssRatio: Number((mostMb / beforeMb).toFixed(3)),
  recoverS: Number(recoverS.toFixed(1)),
};
finish(
  'overload',
  found,
  found.goodputRatio >= options['limit-goodput'] &&
    found.p99Ratio <= options['limit-p99'] &&
    found.shedP99Ms <= options['limit-shed-ms'] &&
    untold === 0 &&
    shed.length > 0 &&
    found.rssRatio <= options['limit-rss'] &&
    found.recoverS <= options['limit-recover'],
);
