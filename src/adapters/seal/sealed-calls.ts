import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { KeyMint } from '../../ports/access/key-mint.ts';
import type { OnceStore } from '../../ports/access/once-store.ts';
import {
  type CallsOnce,
  type FirstCall,
  type KeptAnswer,
  mostKeptBytes,
  type OnceAsk,
  type RepeatedCall,
} from '../../ports/calls-once.ts';
import type { Clock } from '../../ports/clock.ts';
import { openRaw, sealRaw } from './aes-seal.ts';

export interface SealedCallsParts {
  readonly store: OnceStore;
  readonly mint: Pick<KeyMint, 'hash'>;
  readonly clock: Clock;
  /** An end could not be written down. */
  failed(error: unknown): void;
}

/**
 * Calls by their clients' names. An answer is sealed under a key made of the pepper and of the client's own Idempotency-Key, which is kept nowhere: without
 * it, nobody reads the answer, also not with the database and the pepper.
 */
export class SealedCalls implements CallsOnce {
  readonly #parts: SealedCallsParts;

  constructor(parts: SealedCallsParts) {
    this.#parts = parts;
  }

  async begin(ask: OnceAsk): Promise<FirstCall | RepeatedCall> {
    const { store, mint, clock } = this.#parts;
    const { orgId, requestId } = ask;
    const callId = mint.hash(nameOf('call', ask));
    const digest = mint.hash(
      `once request ${ask.request} ${new Bun.CryptoHasher('sha256').update(ask.body).digest('hex')}`,
    );
    const found = await store.begin({ callId, orgId, digest, requestId, nowMs: clock.wallMs() });
    if (found.kind === 'first') return this.#first(ask, callId);
    if (found.digest !== digest) throw mismatch();
    switch (found.kind) {
      case 'begun':
        throw conflict(`The first call with this Idempotency-Key (${found.requestId}) is still under way.`, 1000);
      case 'lost':
        throw conflict(
          `What became of the first call with this Idempotency-Key (${found.requestId}) is not known: Sluice stopped while it was under way. Take a new key to send it again.`,
        );
      case 'status':
        throw conflict(
          `The first call with this Idempotency-Key (${found.requestId}) was answered with status ${found.status ?? 200}, and its answer was not kept. Take a new key to send it again.`,
        );
      case 'kept':
        return { kind: 'repeated', requestId: found.requestId, answer: this.#open(ask, callId, found) };
    }
  }

  #first(ask: OnceAsk, callId: string): FirstCall {
    const { store, failed } = this.#parts;
    const { requestId } = ask;
    const keepStatus = (status: number): Promise<void> => store.keep({ callId, requestId, status }).catch(failed);
    return {
      kind: 'first',
      keep: (answer) => {
        const { status, body } = answer;
        if (body.length > mostKeptBytes) return keepStatus(status);
        const sealed = sealRaw(this.#keyOf(ask), callId, packed(answer));
        return store.keep({ callId, requestId, status, answer: sealed }).catch(failed);
      },
      keepStatus,
      release: () => store.release({ callId, requestId }).catch(failed),
    };
  }

  #open(
    ask: OnceAsk,
    callId: string,
    kept: { readonly status: number | undefined; readonly answer: Uint8Array | undefined },
  ): KeptAnswer {
    const { headers, body } = unpacked(openRaw(this.#keyOf(ask), callId, kept.answer ?? new Uint8Array()));
    return { status: kept.status ?? 200, headers, body };
  }

  #keyOf(ask: OnceAsk): Uint8Array {
    return Buffer.from(this.#parts.mint.hash(nameOf('answer', ask)), 'base64url');
  }
}

const nameOf = (purpose: 'call' | 'answer', { orgId, callerId, key }: OnceAsk): string =>
  `once ${purpose} ${JSON.stringify([orgId, callerId, key])}`;

/** One line of JSON, then the body. */
const packed = ({ headers, body }: KeptAnswer): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify(headers)}\n`), body]);

const unpacked = (bytes: Uint8Array): Pick<KeptAnswer, 'headers' | 'body'> => {
  const end = bytes.indexOf(0x0a);
  return {
    headers: JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Record<string, string>,
    body: bytes.subarray(end + 1),
  };
};

const conflict = (message: string, retryAfterMs?: number): GatewayError =>
  new GatewayError('idempotency_conflict', message, {
    param: 'Idempotency-Key',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

const mismatch = (): GatewayError =>
  new GatewayError(
    'idempotency_mismatch',
    'This Idempotency-Key was used for another request within the last day: another path or another body. Take a new key for a new request.',
    { param: 'Idempotency-Key' },
  );
