import type { Reply } from '../server/reply.ts';
import { checkAwsSignature, type SimulatedAws } from './check-aws-signature.ts';
import {
  judgeEntraGrant,
  judgeGoogleGrant,
  judgeRefresh,
  refusedTokenReply,
  type SimulatedEntra,
  type SimulatedServiceAccount,
  type SimulatedUser,
  type TokenAnswer,
  tokenReply,
} from './token-service.ts';

/** A call as any server would hand it on. Header names are lower case. */
export interface CloudCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CloudOptions {
  readonly aws?: SimulatedAws;
  readonly google?: SimulatedServiceAccount;
  readonly googleUser?: SimulatedUser;
  readonly entra?: SimulatedEntra;
  /** How far the cloud's clock is ahead of this machine's. */
  readonly aheadMs?: number;
  readonly tokenLifetimeSeconds?: number;
}

/**
 * The gate of a cloud in front of a simulated provider: it hands out tokens at `/token` (Google) and `/{tenant}/oauth2/v2.0/token` (Entra), and
 * lets calls in that carry one of them or are signed.
 */
export class SimulatedCloud {
  readonly #options: CloudOptions;
  readonly #tokens = new Set<string>();
  #granted = 0;
  #asked = 0;
  #turnedAway = 0;

  constructor(options: CloudOptions) {
    this.#options = options;
  }

  /** Token requests so far, granted or not. */
  get tokenRequests(): number {
    return this.#asked;
  }

  /** Calls that were not let in. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** The newest token. */
  get token(): string | undefined {
    return [...this.#tokens].at(-1);
  }

  /** Ends the life of every token, as an administrator can. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  /** The gate's answer; undefined when the call may go on to the provider. */
  answer(call: CloudCall): Reply | undefined {
    const path = call.path.split('?')[0] ?? '';
    const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(path)?.[1];
    if (path === '/token' || tenant !== undefined) return this.#grant(call, tenant);
    const refusal = this.#refusal(call);
    if (refusal !== undefined) this.#turnedAway += 1;
    return refusal;
  }

  #refusal(call: CloudCall): Reply | undefined {
    const { aws } = this.#options;
    if (aws !== undefined) return checkAwsSignature(call, aws, this.#nowMs());
    const [, bearer = ''] = /^Bearer (.+)$/.exec(call.headers['authorization'] ?? '') ?? [];
    return this.#tokens.has(bearer) ? undefined : unauthorized;
  }

  #nowMs(): number {
    return Date.now() + (this.#options.aheadMs ?? 0);
  }

  #grant(call: CloudCall, tenant: string | undefined): Reply {
    this.#asked += 1;
    const form = new URLSearchParams(call.body);
    const answer = this.#judge(form, tenant, `http://${call.headers['host'] ?? ''}/token`);
    if (answer.kind === 'refused') return refusedTokenReply(answer, this.#nowMs());
    this.#granted += 1;
    const token = `ya29.simulated-access-token-${String(this.#granted).padStart(4, '0')}`;
    this.#tokens.add(token);
    return tokenReply(token, this.#options.tokenLifetimeSeconds ?? 3600);
  }

  #judge(form: URLSearchParams, tenant: string | undefined, url: string): TokenAnswer {
    const { google, googleUser, entra } = this.#options;
    if (tenant === undefined && googleUser !== undefined) return judgeRefresh(form, googleUser);
    if (tenant !== undefined && entra !== undefined) return judgeEntraGrant(form, tenant, entra);
    if (tenant === undefined && google !== undefined)
      return judgeGoogleGrant(form, google, { url, nowMs: this.#nowMs() });
    return { kind: 'refused', status: 404, error: 'not_found', description: 'There is no such token service.' };
  }
}

const unauthorized: Reply = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    error: { code: 401, message: 'Request had invalid authentication credentials.', status: 'UNAUTHENTICATED' },
  }),
};
