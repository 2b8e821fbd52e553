import { lookup } from 'node:dns/promises';
import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { inProcessScheme } from '../../core/catalog/provider.ts';
import { type Finding, found } from './finding.ts';

const limitMs = 5000;
const skewedMs = 30_000;
const atOnce = 8;
/** The header tells whole seconds, rounded down. */
const halfSecondMs = 500;

export interface Reached {
  readonly findings: readonly Finding[];
  /** How far the providers' clocks are ahead of ours, for those that told the time. */
  readonly skewsMs: readonly number[];
}

/** Looks up and connects to every ready provider. Nothing is asked of a model, and no key is sent. */
export const checkProviders = async (providers: readonly ActiveProvider[]): Promise<Reached> => {
  const ready = providers.filter((provider) => provider.ready && !provider.entry.baseUrl.startsWith(inProcessScheme));
  const waiting = [...ready];
  const findings: Finding[] = [];
  const skewsMs: number[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { finding, skewMs } = await reach(next);
      findings.push(finding);
      if (skewMs !== undefined) skewsMs.push(skewMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (ready.length === 0)
    findings.push(found('providers', 'warning', 'none is ready but the built-in demo; set a key'));
  return { findings: findings.sort((one, other) => (one.check < other.check ? -1 : 1)), skewsMs };
};

interface Outcome {
  readonly finding: Finding;
  readonly skewMs?: number;
}

const reach = async ({ entry, keySource, egress }: ActiveProvider): Promise<Outcome> => {
  const check = `provider ${entry.id}`;
  const { origin, hostname } = new URL(entry.baseUrl);
  const way = egress?.proxy === undefined ? '' : ' through the proxy';
  if (egress?.proxy === undefined) {
    const address = await lookup(hostname.replace(/^\[|\]$/g, '')).catch(() => undefined);
    if (address === undefined) {
      return { finding: found(check, 'bad', `the name ${hostname} cannot be looked up; check base_url and the DNS`) };
    }
  }
  const begunMs = Date.now();
  try {
    const response = await fetch(`${origin}/`, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
      ...(egress?.proxy === undefined ? {} : { proxy: egress.proxy }),
      ...(egress?.ca === undefined ? {} : { tls: { ca: egress.ca } }),
    } as RequestInit);
    const tookMs = Date.now() - begunMs;
    const date = Date.parse(response.headers.get('date') ?? '');
    const key = keySource.kind === 'environment' ? `key from ${keySource.variable}` : keyWords[keySource.kind];
    const finding = found(check, 'ok', `${origin} answers${way} in ${tookMs} ms; ${key}`);
    return Number.isNaN(date) ? { finding } : { finding, skewMs: date + halfSecondMs - (begunMs + tookMs / 2) };
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    const why = typeof code === 'string' ? code : `no answer within ${limitMs} ms`;
    return { finding: found(check, 'bad', `${origin} cannot be reached${way} (${why})${adviceOf(why)}`) };
  }
};

const keyWords = { config: 'key from the config file', none: 'without a key' } as const;

const adviceOf = (why: string): string =>
  /CERT|SIGNED|ISSUER|VERIFY/.test(why)
    ? '; give the certificate to trust as ca_file'
    : '; check base_url, firewall and proxy';

/** What the providers' `Date` headers say of this machine's clock. They tell whole seconds. */
export const checkClock = (skewsMs: readonly number[]): Finding => {
  const sorted = [...skewsMs].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return found('clock', 'ok', 'no provider told the time');
  const seconds = Math.round(Math.abs(median) / 1000);
  if (Math.abs(median) < skewedMs) return found('clock', 'ok', 'agrees with the providers');
  const direction = median > 0 ? 'behind' : 'ahead of';
  return found('clock', 'bad', `${seconds} s ${direction} the providers; signed calls will be refused. Set it by NTP`);
};
