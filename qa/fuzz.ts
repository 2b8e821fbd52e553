import { parseArgs } from 'node:util';
import { fuzzHttp } from './fuzz/fuzz-http.ts';
import { fuzzRequest } from './fuzz/fuzz-requests.ts';
import { fuzzStream } from './fuzz/fuzz-streams.ts';
import { runLongBodies } from './fuzz/long-bodies.ts';
import { keptBytes } from './fuzz/spent.ts';
import { Tally } from './fuzz/tally.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    streams: { type: 'string', default: '200000' },
    http: { type: 'string' },
    seed: { type: 'string' },
  },
});
const requests = Number(values.requests);
const streams = Number(values.streams);
/** A share of the requests also goes to a whole gateway over HTTP. */
const http = Number(values.http ?? Math.min(4000, Math.floor(requests / 25)));
const seed = Number(values.seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] ?? 1) % 1_000_000_000);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Everything that hangs on the prototypes every object has; a case that adds or changes one of these has broken all others. */
const prototypes = (): string =>
  [Object.prototype, Array.prototype, String.prototype, Function.prototype]
    .map((prototype) =>
      JSON.stringify(
        Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, { value }]) => [name, typeof value]),
      ),
    )
    .join('\n');

say(`fuzz: seed ${seed}, ${requests} requests, ${streams} streams`);
const before = prototypes();
const tally = new Tally();
let peakBytes = 0;

const runAll = (count: number, one: (index: number) => void): void => {
  for (let index = 0; index < count; index += 1) {
    one(index);
    if (index % 1000 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  }
};

/** Cases that load what is loaded once: formats, tables, compiled code. What is kept beyond it grows with the cases and is a leak. */
const warmUp = Math.min(1000, requests, streams);
const warm = new Tally();
runAll(warmUp, (index) => fuzzRequest(seed + 1, index, warm));
runAll(warmUp, (index) => fuzzStream(seed + 1, index, warm));
const keptAtStart = keptBytes();
/** Of hundreds of thousands of cases: what the caches of the engine may take beside. */
const mostKeptMb = 32;
/** What a process may hold at its worst, rubbish that nothing has collected yet included. */
const mostResidentMb = 1500;

const startMs = performance.now();
runAll(requests, (index) => fuzzRequest(seed, index, tally));
const requestsMs = performance.now() - startMs;
say(`requests: ${JSON.stringify(tally.counts)} in ${Math.round(requestsMs / 1000)} s`);
runLongBodies(tally);
runAll(streams, (index) => fuzzStream(seed, index, tally));
say(
  `streams too: ${JSON.stringify(tally.counts)} in ${Math.round((performance.now() - startMs - requestsMs) / 1000)} s`,
);
await fuzzHttp(http, seed, tally);
say(`${http} over HTTP too: ${JSON.stringify(tally.counts)}`);
for (const finding of tally.findings) say(`${finding.kind}: ${finding.case}: ${finding.what}`);

const prototypeUnchanged = prototypes() === before;
const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
const keptMb = megabytes(keptBytes() - keptAtStart);
const residentMb = megabytes(peakBytes);
const { crash, http5xx, slow, malformed, accepted, refused } = tally.counts;
const pass =
  crash + http5xx + slow + malformed === 0 && prototypeUnchanged && keptMb < mostKeptMb && residentMb < mostResidentMb;
say(
  JSON.stringify({
    requests,
    streams,
    http,
    accepted,
    refused,
    crash,
    http5xx,
    malformed,
    slow,
    maxMs: Math.round(tally.maxMs),
    keptMb,
    residentMb,
    prototypeUnchanged,
    seed,
    pass,
  }),
);
process.exit(pass ? 0 : 1);
