const mostNanoUsd = 2n ** 63n - 1n;

/**
 * Dollars as people write them, exactly, as nano-dollars: `"12.5"`, `12.5`, `1e-7`. The error says why something is none: a currency sign, a
 * negative or no number, more than nine digits behind the point, more than 64 bits hold.
 */
export const readUsd = (value: unknown): { readonly nanoUsd: bigint } | { readonly problem: string } => {
  if (typeof value !== 'number' && typeof value !== 'string')
    return { problem: 'must be an amount in US dollars, such as "12.50"' };
  const text = typeof value === 'number' ? String(value) : value;
  const match = /^(\d{1,30})(?:\.(\d{1,40}))?(?:e([+-]?\d{1,2}))?$/i.exec(text);
  if (match === null) return { problem: problemOf(text) };
  const [, whole = '', fraction = '', exponent = '0'] = match;
  // Nine places make nano-dollars; an exponent moves the point.
  const places = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const nanoUsd = places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places);
  if (places < 0 && digits % 10n ** BigInt(-places) !== 0n)
    return { problem: 'has more than nine digits behind the point; nothing smaller than a nano-dollar is counted' };
  if (nanoUsd > mostNanoUsd) return { problem: 'is more than 9223372036.854775807, the most that can be counted' };
  return { nanoUsd };
};

const problemOf = (text: string): string => {
  if (/^-/.test(text)) return 'must not be negative';
  if (/[$€£¥]|usd|eur/i.test(text))
    return 'must be a plain amount in US dollars without a sign or currency, such as "12.50"';
  return 'must be an amount in US dollars, such as "12.50"';
};
