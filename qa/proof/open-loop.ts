/** How one call went. */
export interface Outcome {
  /** The whole answer came. */
  readonly ok: boolean;
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly ms: number;
  /** Milliseconds on this process' clock. */
  readonly endedMs: number;
  /** It was refused and says when to come again. */
  readonly told: boolean;
}

export interface Call {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly stream: boolean;
}

/** Whoever has no answer by then has none. */
const longestMs = 30_000;

export const makeCall = async ({ url, key, model, stream }: Call): Promise<Outcome> => {
  const begunMs = performance.now();
  const ended = (status: number, ok: boolean, told = false): Outcome => {
    const endedMs = performance.now();
    return { ok, status, ms: endedMs - begunMs, endedMs, told };
  };
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'go' }] }),
      signal: AbortSignal.timeout(longestMs),
    });
    const text = await response.text();
    const ok = response.status === 200 && (!stream || text.endsWith('data: [DONE]\n\n'));
    return ended(response.status, ok, response.headers.get('retry-after') !== null);
  } catch {
    return ended(0, false);
  }
};

/** Calls come at a rate, whether earlier ones are answered or not, as those of many clients do. Resolves when the last is answered. */
export const openLoop = async (
  how: { readonly perSecond: number; readonly seconds: number },
  call: (index: number) => Promise<Outcome>,
): Promise<readonly Outcome[]> => {
  const begunMs = performance.now();
  const under: Promise<Outcome>[] = [];
  const all = Math.round(how.perSecond * how.seconds);
  while (under.length < all) {
    const due = Math.min(all, Math.floor(((performance.now() - begunMs) / 1000) * how.perSecond));
    while (under.length < due) under.push(call(under.length));
    await Bun.sleep(5);
  }
  return Promise.all(under);
};

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
