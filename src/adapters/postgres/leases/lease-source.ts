import type { LeaseRequest } from '../../../core/ledger/leases/grant-leases.ts';
import type { leaseOperations } from '../nouns/leases.ts';

type Operations = typeof leaseOperations;

/** How the store thread is asked. */
type Call = <Name extends keyof Operations>(
  name: Name,
  input: Parameters<Operations[Name]>[1],
) => Promise<Awaited<ReturnType<Operations[Name]>>>;

interface CounterName {
  readonly orgId: string;
  readonly id: string;
}

/** Whom a node's ledger asks for leases (`shared.source` of `openLedger`): the store thread's operations. */
export const leaseSource = (call: Call) => ({
  join: () => call('leases.join', {}),
  confirm: () => call('leases.confirm', {}),
  take: (request: LeaseRequest, nodes: number) => call('leases.take', { request, nodes }),
  expire: (afterMs: number) => call('leases.expire', { afterMs }),
  read: (counters: readonly CounterName[]) => call('leases.read', { counters }),
  drop: (counters: readonly CounterName[]) => call('leases.drop', { counters }),
  leave: () => call('leases.leave', {}),
});
