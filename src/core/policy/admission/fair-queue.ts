import { type Member, ShareGroup } from './share-group.ts';

/** Who wants a place: an organisation, and one of its keys. */
export interface Claimant {
  readonly orgId: string;
  readonly key: string;
}

/** Somebody who waits. Exactly one of the two is called, once. */
export interface Waiting extends Claimant {
  start(): void;
  /** There is no room, and none is in sight for so long. */
  shed(retryAfterMs: number): void;
}

export interface QueueLimits {
  /** Places at one time. */
  readonly capacity: number;
  /** How many may wait, all together. */
  readonly queued: number;
  /** How long one may wait, in milliseconds; whoever would wait longer is told at once. */
  readonly waitMs: number;
}

/** `started`: it has a place. `waiting`: `start` or `shed` will be called. `shed`: it may come again after so long. */
export type Entered =
  | { readonly kind: 'started' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'shed'; readonly retryAfterMs: number };

interface KeyShare extends Member {
  readonly waiting: Waiting[];
}

interface OrgShare extends Member {
  waiting: number;
  servedAt: number;
  readonly keys: ShareGroup<KeyShare>;
}

/** The weight of a new value in the average time between two places that come free. */
const newShare = 0.1;
const started: Entered = { kind: 'started' };
const waits: Entered = { kind: 'waiting' };
/** Of the time one may wait: what is expected is an average, and places come free unevenly. */
const surely = 1 / 3;
const leastRetryMs = 1000;
const mostRetryMs = 30_000;

/**
 * Places for calls under way, shared out fairly. A place that comes free goes to the organisation that has the fewest, and within it to the key that has
 * the fewest, first come first served; as many as the others used of late are kept free of whoever has the most. Nobody waits in vain: whoever would not get a place in time is told at once, and when too many wait, those of whom there
 * are most make room. Pure; times are milliseconds on a clock that never goes back.
 */
export class FairQueue {
  readonly #orgs = new ShareGroup<OrgShare>();
  /** Organisations of which somebody waits. */
  readonly #waitingOrgs = new Set<OrgShare>();
  #taken = 0;
  #waiting = 0;
  #turn = 0;
  /** Of the average; unknown until two places came free while somebody waited. */
  #releaseMs: number | undefined;
  #releasedAtMs: number | undefined;
  #measuredAtMs = 0;

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting;
  }

  enter(entry: Waiting, limits: QueueLimits, nowMs: number): Entered {
    const org = this.#orgs.of(entry.orgId, newOrg);
    const key = org.keys.of(entry.key, newKey);
    if (this.#waiting === 0 && this.#taken < limits.capacity && this.#mayTake(org, key, { limits, nowMs })) {
      this.#take(org, key, nowMs);
      return started;
    }
    const expectedMs = this.#expectedMs(org, key, { limits, nowMs });
    if (expectedMs > limits.waitMs * surely || (this.#waiting >= limits.queued && !this.#makeRoom(org, limits))) {
      this.#forget(entry.orgId, org, entry.key);
      return { kind: 'shed', retryAfterMs: retryAfter(expectedMs) };
    }
    key.waiting.push(entry);
    org.waiting += 1;
    this.#waiting += 1;
    this.#waitingOrgs.add(org);
    this.#startNext(limits, nowMs);
    return waits;
  }

  /** A place is free again. */
  leave({ orgId, key: name }: Claimant, limits: QueueLimits, nowMs: number): void {
    const org = this.#orgs.members.get(orgId);
    const key = org?.keys.members.get(name);
    if (org === undefined || key === undefined || key.taken === 0) return;
    // Only while somebody waits does the time between two say how fast places come free.
    if (this.#waiting > 0) this.#noteRelease(nowMs);
    else this.#releasedAtMs = undefined;
    this.#orgs.leave(org);
    org.keys.leave(key);
    this.#taken -= 1;
    this.#forget(orgId, org, name);
    this.#startNext(limits, nowMs);
  }

  /** It waits no more: it was told otherwise, or its client has left. */
  giveUp(entry: Waiting): boolean {
    const org = this.#orgs.members.get(entry.orgId);
    const key = org?.keys.members.get(entry.key);
    const place = key?.waiting.indexOf(entry) ?? -1;
    if (org === undefined || key === undefined || place < 0) return false;
    key.waiting.splice(place, 1);
    this.#waitsLess(org);
    this.#forget(entry.orgId, org, entry.key);
    return true;
  }

  /** How long a new one of this key would wait: its turn comes once for every other organisation and key that has claims too. */
  #expectedMs(org: OrgShare, key: KeyShare, { limits: { capacity }, nowMs }: Moment): number {
    if (this.#releaseMs === undefined || nowMs - this.#measuredAtMs > measuredForMs) return 0;
    const orgs = Math.max(1, this.#orgs.members.size);
    const keys = Math.max(1, org.keys.members.size);
    // Below its share it is the next to be served.
    if (org.taken + org.waiting < capacity / orgs && key.taken + key.waiting.length < capacity / orgs / keys) return 0;
    return Math.max((org.waiting + 1) * orgs, (key.waiting.length + 1) * orgs * keys) * this.#releaseMs;
  }

  /** The organisation that claims most gives up the last that came of its busiest key. False when the new one's own claims most. */
  #makeRoom(own: OrgShare, limits: QueueLimits): boolean {
    if (limits.queued === 0) return false;
    let most = own;
    for (const org of this.#waitingOrgs) if (org.taken + org.waiting > most.taken + most.waiting + 1) most = org;
    if (most === own) return false;
    let busiest: KeyShare | undefined;
    for (const key of most.keys.members.values())
      if (key.waiting.length > (busiest?.waiting.length ?? 0)) busiest = key;
    const victim = busiest?.waiting.pop();
    if (victim === undefined) return false;
    this.#waitsLess(most);
    victim.shed(retryAfter(limits.waitMs));
    return true;
  }

  #startNext(limits: QueueLimits, nowMs: number): void {
    const at = { limits, nowMs };
    while (this.#waiting > 0 && this.#taken < limits.capacity) {
      const next = this.#next(at);
      const entry = next?.key.waiting.shift();
      if (next === undefined || entry === undefined) return;
      this.#waitsLess(next.org);
      this.#take(next.org, next.key, nowMs);
      entry.start();
    }
  }

  /** Of those that may have one more, the organisation that has the fewest, and of those that have as few the one that was served longest ago. */
  #next(at: Moment): { readonly org: OrgShare; readonly key: KeyShare } | undefined {
    let found: { readonly org: OrgShare; readonly key: KeyShare } | undefined;
    for (const org of this.#waitingOrgs) {
      if (found !== undefined && !hasFewer(org, found.org)) continue;
      const key = this.#nextKey(org, at);
      if (key !== undefined) found = { org, key };
    }
    return found;
  }

  #nextKey(org: OrgShare, at: Moment): KeyShare | undefined {
    let found: KeyShare | undefined;
    for (const key of org.keys.members.values())
      if (key.waiting.length > 0 && (found === undefined || key.taken < found.taken) && this.#mayTake(org, key, at))
        found = key;
    return found;
  }

  #mayTake(org: OrgShare, key: KeyShare, { limits, nowMs }: Moment): boolean {
    const { capacity } = limits;
    return this.#orgs.mayTake(org, capacity, nowMs) && org.keys.mayTake(key, capacity, nowMs);
  }

  #take(org: OrgShare, key: KeyShare, nowMs: number): void {
    this.#turn += 1;
    org.servedAt = this.#turn;
    this.#orgs.take(org, nowMs);
    org.keys.take(key, nowMs);
    this.#taken += 1;
  }

  #waitsLess(org: OrgShare): void {
    org.waiting -= 1;
    this.#waiting -= 1;
    if (org.waiting === 0) this.#waitingOrgs.delete(org);
  }

  #noteRelease(nowMs: number): void {
    const before = this.#releasedAtMs;
    this.#releasedAtMs = nowMs;
    if (before === undefined) return;
    this.#measuredAtMs = nowMs;
    const ms = nowMs - before;
    this.#releaseMs = this.#releaseMs === undefined ? ms : this.#releaseMs + newShare * (ms - this.#releaseMs);
  }

  /** Whoever claims nothing is kept nowhere. */
  #forget(orgId: string, org: OrgShare, name: string): void {
    const key = org.keys.members.get(name);
    if (key !== undefined && key.taken === 0 && key.waiting.length === 0) org.keys.members.delete(name);
    if (org.keys.members.size === 0) this.#orgs.members.delete(orgId);
  }
}

interface Moment {
  readonly limits: QueueLimits;
  readonly nowMs: number;
}

const newOrg = (): OrgShare => ({ taken: 0, waiting: 0, servedAt: 0, keys: new ShareGroup() });
const newKey = (): KeyShare => ({ taken: 0, waiting: [] });

const hasFewer = (org: OrgShare, than: OrgShare): boolean =>
  org.taken < than.taken || (org.taken === than.taken && org.servedAt < than.servedAt);

/** What was measured before says nothing any more: whoever waits measures anew. */
const measuredForMs = 10_000;

const retryAfter = (ms: number): number => Math.min(mostRetryMs, Math.max(leastRetryMs, Math.ceil(ms)));
