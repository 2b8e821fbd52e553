/** `bun bench/micro.ts [WORD]`: the hot functions on their own, in one process, their best as a multiple of a yardstick's best in the same run. */
import { benches, yardsticks } from './micro/specimens.ts';
import { lastResult, type Specimen, type Timing, timeOf } from './micro/time-loop.ts';

const word = Bun.argv[2] ?? '';
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const line = (name: string, timing: Timing, multiple: number): string =>
  `${name.padEnd(48)} ${(timing.medianNs / 1000).toFixed(3).padStart(9)} µs  best ${(timing.bestNs / 1000).toFixed(3).padStart(8)} µs  ${multiple.toFixed(2).padStart(6)}×`;

const reference = new Map(yardsticks.map((specimen) => [specimen.name, timeOf(specimen)]));
for (const [name, timing] of reference) say(line(name, timing, 1));
say('');

const show = (specimen: Specimen): void => {
  const timing = timeOf(specimen);
  const unit = reference.get(specimen.yardstick)?.bestNs ?? Number.NaN;
  say(line(specimen.name, timing, timing.bestNs / unit));
};

for (const bench of benches) {
  try {
    for (const specimen of await bench.specimens()) if (specimen.name.includes(word)) show(specimen);
  } catch (failure) {
    say(`${bench.module}: not measured (${failure instanceof Error ? failure.message : String(failure)})`);
  }
}
if (lastResult() === undefined) say('');
