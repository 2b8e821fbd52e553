import type { DialectId } from '../../src/core/ir/index.ts';

/** A provider behind the gateway, and the dialects it is asked in, best first. A new upstream is one row. */
export interface Upstream {
  readonly provider: string;
  readonly serves: readonly [DialectId, ...DialectId[]];
}

export const upstreams: readonly Upstream[] = [
  { provider: 'openai', serves: ['openai-responses', 'openai-chat'] },
  { provider: 'anthropic', serves: ['anthropic-messages'] },
  { provider: 'gemini', serves: ['gemini'] },
  { provider: 'chat-only', serves: ['openai-chat'] },
  { provider: 'cohere', serves: ['cohere'] },
];

/** What a provider's format can carry, as far as clients can tell. */
export interface WireFacts {
  /** Where the seal of a thought stands when a call follows it; undefined where thoughts are not sealed. */
  readonly sealOn: 'thought' | 'call' | undefined;
  /** A seal as it comes back to the provider that made it. */
  seal(signature: string): string;
  /** Whether a request can name the one tool to call; else that tool alone is offered. */
  readonly namesForcedTool?: false;
  readonly countsReasoning: boolean;
  readonly countsCacheWrites: boolean;
}

const facts: Readonly<Partial<Record<DialectId, WireFacts>>> = {
  'openai-chat': {
    sealOn: undefined,
    seal: (signature) => signature,
    countsReasoning: true,
    countsCacheWrites: false,
  },
  'openai-responses': {
    sealOn: 'thought',
    seal: (signature) => `gAAAAAB${signature}`,
    countsReasoning: true,
    countsCacheWrites: false,
  },
  'anthropic-messages': {
    sealOn: 'thought',
    seal: (signature) => signature,
    countsReasoning: false,
    countsCacheWrites: true,
  },
  cohere: {
    sealOn: undefined,
    seal: (signature) => signature,
    namesForcedTool: false,
    countsReasoning: true,
    countsCacheWrites: false,
  },
  gemini: {
    sealOn: 'call',
    seal: (signature) => signature,
    countsReasoning: true,
    countsCacheWrites: false,
  },
};

/** The dialect a provider is asked in by clients of a door: the door's own when it can be. */
export const wireOf = (upstream: Upstream, door: DialectId): DialectId =>
  upstream.serves.includes(door) ? door : upstream.serves[0];

export const factsOf = (wire: DialectId): WireFacts => {
  const found = facts[wire];
  if (found === undefined) throw new Error(`Nothing is written down about ${wire}.`);
  return found;
};
