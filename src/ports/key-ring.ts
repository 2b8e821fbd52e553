import type { AdminGrantDocument } from '../core/access/documents.ts';
import type { KeyPolicy } from '../core/access/key-policy.ts';
import type { ScopeLimit } from '../core/access/scope-limit.ts';
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
  /** Everything a call with this key is charged to, as `kind:id`, in the order organisation, team, project, user, key, then customer and tags. */
  readonly scopes: readonly string[];
  /** The budgets of those scopes. */
  readonly budgets: readonly Budget[];
  /** The rate limits of those scopes; absent: none. */
  readonly limits?: readonly ScopeLimit[];
  /** What the key may do; absent: everything. */
  readonly policy?: KeyPolicy;
  /** What its calls are answered is kept nowhere. */
  readonly private?: true;
  /** The key was made in the manners of another product, and answers tell what that one's would. */
  readonly manners?: 'litellm';
  /** What an `admin` key may do at the admin API. */
  readonly grant?: AdminGrant;
}

/** `teamId`: the only team it may look after. */
export interface AdminGrant {
  readonly of: AdminGrantDocument['of'];
  readonly access: AdminGrantDocument['access'];
  readonly teamId?: string;
}

/** Whom and what a request names beside its key. */
export interface CallerNames {
  /** The caller's own end user. */
  readonly customer?: string;
  readonly tags?: readonly string[];
}

export interface KeyRing {
  /**
   * The identity behind a key a client sent, or undefined. Takes the same time for every wrong key of a length. Throws `GatewayError`: `not_allowed` for
   * a blocked key, `key_expired`, `keys_unavailable` when keys cannot be looked up now.
   */
  find(key: string): Identity | undefined;
  /**
   * Where other nodes make keys too: makes known those of these keys that are somebody's. Rejects with `keys_unavailable` when that cannot be found out now.
   * Absent where all keys are in memory.
   */
  readonly learn?: (keys: readonly string[]) => Promise<void>;
  /** The identity with the scopes, budgets and limits of a customer and of tags added. Throws `not_allowed` for a blocked one. */
  naming(identity: Identity, names: CallerNames): Identity;
}
