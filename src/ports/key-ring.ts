import type { Budget } from '../core/ledger/budget.ts';

/**
 * Who is calling, as the directory knows it at this moment. It is replaced as a whole when something about it changes, so an exchange keeps what held when
 * it began.
 */
export interface Identity {
  readonly orgId: string;
  /** A name for logs; never the key. */
  readonly label: string;
  /** Absent for the master key. */
  readonly keyId?: string;
  /** `master`: the installation's own key; `admin`: a key for the admin API; `member`: a key for calls. */
  readonly role: 'master' | 'admin' | 'member';
  /** Everything a call with this key is charged to, as `kind:id`, in the order organisation, team, project, user, key. */
  readonly scopes: readonly string[];
  /** The budgets of those scopes. */
  readonly budgets: readonly Budget[];
}

export interface KeyRing {
  /** The identity behind a key a client sent, or undefined. Takes the same time for every wrong key of a length. */
  find(key: string): Identity | undefined;
}
