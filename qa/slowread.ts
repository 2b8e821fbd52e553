// Clients that read slowly make the gateway hold next to nothing: it stops reading from the provider instead, and cuts nobody who still reads.
// `bun qa/slowread.ts [--readers 1000] [--seconds 150] [--limit-kib 64] [--limit-mb 150] [--client fetch|socket]`. Where it may, it runs in a network of its own with packets of the usual size: the big
// packets of the loopback device make the system hold megabytes for each connection.
import { parseArgs } from 'node:util';
import { startProgram } from '../test/support/sluice-program.ts';
import { startChild } from './proof/child-program.ts';
import { finish, residentMb, say } from './proof/finish.ts';
import { kernelQueuedBytes } from './proof/kernel-queues.ts';

const { values } = parseArgs({
  options: {
    readers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '150' },
    'limit-kib': { type: 'string', default: '64' },
    'limit-mb': { type: 'string', default: '150' },
    client: { type: 'string', default: 'fetch' },
  },
});
const limitKib = Number(values['limit-kib']);
const limitMb = Number(values['limit-mb']);
const readers = Number(values.readers);
const seconds = Number(values.seconds);

if (process.env['SLUICE_PROOF_NETWORK'] === undefined && Bun.which('unshare') !== null) {
  const buffers =
    'echo 4096 65536 131072 > /proc/sys/net/ipv4/tcp_rmem; echo 4096 16384 131072 > /proc/sys/net/ipv4/tcp_wmem';
  const script = `ip link set lo up mtu 1500 && ${buffers} && exec "$@"`;
  const probe = Bun.spawnSync(['unshare', '-rn', 'sh', '-c', script, 'sh', 'true']);
  if (probe.exitCode === 0) {
    const again = [process.execPath, Bun.main, ...process.argv.slice(2)];
    const { exitCode } = Bun.spawnSync(['unshare', '-rn', 'sh', '-c', script, 'sh', ...again], {
      env: { ...process.env, SLUICE_PROOF_NETWORK: 'own' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    process.exit(exitCode);
  }
}
const ownNetwork = process.env['SLUICE_PROOF_NETWORK'] === 'own';

const masterKey = 'sk-proof';
const upstream = await startChild('upstream-program.ts');
const upstreamPort = Number(upstream.greeting);
const cuts: string[] = [];
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    drain_ms: 0,
    egress: { client: values.client },
    // A client at this rate that reads 64 KiB at once is silent for a minute, which is the usual limit.
    stall_ms: 180_000,
    providers: [{ id: 'proof', base_url: `http://127.0.0.1:${upstreamPort}/v1` }],
  }),
  line: (line) => {
    if (line.startsWith('{')) cuts.push((JSON.parse(line) as { readonly end?: string }).end ?? 'none');
  },
});

/** Ten megabytes in frames of a kilobyte. */
const model = 'proof/stream-10000-1024-0';
await Promise.all(
  ['/v1/chat/completions', '/v1/messages'].map((path) =>
    fetch(sluice.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'go' }], max_tokens: 9, stream: true }),
    }).then((response) => response.bytes()),
  ),
);
const warmUpSent = Number(await upstream.ask('sent'));
await Bun.sleep(1000);
const beforeMb = await residentMb(sluice.pid);
cuts.length = 0;

const port = Number(new URL(sluice.url).port);
const clients = await startChild('slow-readers-program.ts', sluice.url, masterKey, String(readers), '1024', model);
say(
  `${clients.greeting} of ${readers} readers have begun, ${ownNetwork ? 'in a network of their own' : 'on the loopback device'}`,
);

let peakMb = 0;
let pausedBytes = 0;
/** The largest share of the bytes that neither the system nor a client held, seen between two looks at all the counts. */
let heldBytes = 0;
for (let second = 0; second < seconds; second += 1) {
  await Bun.sleep(1000);
  const sent = Number(await upstream.ask('sent')) - warmUpSent;
  const [read = '0'] = (await clients.ask('read')).split(' ');
  const queued = await kernelQueuedBytes([port, upstreamPort]);
  peakMb = Math.max(peakMb, await residentMb(sluice.pid));
  pausedBytes = sent;
  if (second >= Math.min(3, seconds - 1)) heldBytes = Math.max(heldBytes, sent - Number(read) - queued);
}
const [, ended = '0'] = (await clients.ask('read')).split(' ');
const alive = (await fetch(`${sluice.url}/livez`)).status === 200;
await clients.stop();
sluice.kill('SIGKILL');
await upstream.stop();

// The translated half writes other words than it reads, so counts of bytes say something of whole streams only: memory is the other witness.
const growthMb = Math.round(peakMb - beforeMb);
const perStreamKib = Math.round((Math.max(0, peakMb - beforeMb) * 1024) / readers);
const heldKib = Math.round(Math.max(0, heldBytes) / readers / 1024);
const paused = pausedBytes < readers * 10_000_000 * 0.5;
const begun = Number(clients.greeting);
finish(
  'slowread',
  {
    client: values.client,
    readers,
    begun,
    seconds,
    perStreamKiB: perStreamKib,
    heldKiB: heldKib,
    rssGrowthMB: growthMb,
    beforeMB: Math.round(beforeMb),
    sentMB: Math.round(pausedBytes / 1e6),
    paused,
    ended: Number(ended),
    ownNetwork,
    limitKib,
    limitMb,
  },
  begun === readers &&
    perStreamKib <= limitKib &&
    heldKib <= limitKib &&
    growthMb <= limitMb &&
    paused &&
    Number(ended) === 0 &&
    alive,
);
