// A provider for the proofs in a process of its own. Says its port, and answers each line on its input with the bytes it has sent.
import { ProofUpstream } from './proof-upstream.ts';

const upstream = new ProofUpstream();
process.stdout.write(`${await upstream.listen()}\n`);
for await (const _ of console) process.stdout.write(`${upstream.sentBytes}\n`);
process.exit(0);
