// Sends every abuse some times over, in a process of its own: making the bodies takes time too. `URL KEY ROUNDS PAUSE_MS`. Each line it says is an abuse that
// is over, as JSON.
import { abuses } from './abuses.ts';

const [url = '', key = '', rounds = '1', pauseMs = '0'] = process.argv.slice(2);
process.stdout.write('ready\n');

let at = 0;
for await (const _ of console) {
  const abuse = abuses[at % abuses.length];
  if (abuse === undefined || at >= abuses.length) break;
  at += 1;
  const body = abuse.body();
  const statuses: (number | string)[] = [];
  await Bun.sleep(Number(pauseMs));
  for (let round = 0; round < Number(rounds); round += 1) {
    const answer = await fetch(url + abuse.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...abuse.headers },
      body,
    }).catch((error: unknown) => String((error as { readonly code?: string }).code));
    if (typeof answer !== 'string') await answer.arrayBuffer().catch(() => undefined);
    statuses.push(typeof answer === 'string' ? answer : answer.status);
  }
  process.stdout.write(`${JSON.stringify({ name: abuse.name, statuses: [...new Set(statuses)] })}\n`);
}
process.stdout.write('{}\n');
