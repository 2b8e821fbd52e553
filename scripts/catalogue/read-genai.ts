import type { PriceUnit } from '../../src/core/money/price.ts';
import { genaiIds } from './provider-ids.ts';
import {
  day,
  dollarsPerMillion,
  known,
  limit,
  list,
  number,
  type Quote,
  type QuotedRates,
  rateKey,
  record,
  setRate,
  text,
} from './quote.ts';

const units: Readonly<Record<string, PriceUnit>> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cache-read',
  cache_write_mtok: 'cache-write',
  input_audio_mtok: 'audio-input',
  output_audio_mtok: 'audio-output',
  cache_audio_read_mtok: 'audio-cache-read',
};

/**
 * A quote for each of the given ids (by provider) that one of the source's rules fits. `today` chooses among dated prices the one the other
 * sources also speak of. Ids only this source has are no ids of the provider: they name whole families.
 */
export const readGenai = (
  source: unknown,
  today: string,
  idsByProvider: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Quote[] =>
  list(source)
    .map(record)
    .flatMap((provider) => {
      const name = genaiIds[text(provider['id']) ?? ''];
      if (name === undefined) return [];
      const models = list(provider['models']).map(record);
      return [...(idsByProvider.get(name) ?? [])].flatMap((id) => {
        const bare = id.slice(id.lastIndexOf('/') + 1);
        const asked = name === 'fireworks' ? bare : id;
        const model =
          models.find((candidate) => candidate['id'] === asked) ?? models.find(({ match }) => fits(match, asked));
        return model === undefined ? [] : [quote(name, id, model, today)];
      });
    });

/** The source's rules: one condition, or a list of them joined by `or` or `and`. */
const fits = (rule: unknown, id: string): boolean => {
  const { equals, starts_with, ends_with, contains, regex, or, and } = record(rule);
  const low = id.toLowerCase();
  if (typeof equals === 'string') return low === equals.toLowerCase();
  if (typeof starts_with === 'string') return low.startsWith(starts_with.toLowerCase());
  if (typeof ends_with === 'string') return low.endsWith(ends_with.toLowerCase());
  if (typeof contains === 'string') return low.includes(contains.toLowerCase());
  if (typeof regex === 'string') return new RegExp(regex).test(id);
  if (Array.isArray(or)) return or.some((part) => fits(part, id));
  return Array.isArray(and) && and.every((part) => fits(part, id));
};

interface Version {
  readonly validFrom?: string;
  readonly rates: QuotedRates;
}

const quote = (provider: string, id: string, model: Readonly<Record<string, unknown>>, today: string): Quote => {
  const versions = versionsOf(model['prices']);
  const current = versions.findLast(({ validFrom }) => validFrom === undefined || validFrom <= today);
  const others = versions.filter((version) => version !== current);
  return {
    source: 'genai-prices',
    provider,
    id,
    facts: known({
      title: text(model['name']),
      contextTokens: limit(model['context_window']),
      status: model['deprecated'] === true ? ('deprecated' as const) : undefined,
    }),
    rates: current?.rates ?? new Map(),
    ...(others.length === 0 ? {} : { otherVersions: others }),
    ...(current?.validFrom === undefined ? {} : { validFrom: current.validFrom }),
  };
};

/** Dated prices by day. Prices by the hour are left out but for the dearer, standard one, which is written last. */
const versionsOf = (prices: unknown): readonly Version[] => {
  if (!Array.isArray(prices)) return [{ rates: ratesOf(record(prices)) }];
  const rows = prices.map(record);
  const hourly = rows.findLast((row) => record(row['constraint'])['start_time'] !== undefined);
  if (hourly !== undefined) return [{ rates: ratesOf(record(hourly['prices'])) }];
  return rows.map((row) => {
    const validFrom = day(record(row['constraint'])['start_date']);
    return { ...(validFrom === undefined ? {} : { validFrom }), rates: ratesOf(record(row['prices'])) };
  });
};

const ratesOf = (prices: Readonly<Record<string, unknown>>): QuotedRates => {
  const rates: QuotedRates = new Map();
  for (const [name, unit] of Object.entries(units)) {
    const price = prices[name];
    const base = number(price) ?? number(record(price)['base']);
    if (base !== undefined) setRate(rates, rateKey('standard', 0, unit), dollarsPerMillion(base));
    for (const tier of list(record(price)['tiers']).map(record)) {
      const start = limit(tier['start']);
      const dollars = number(tier['price']);
      if (start !== undefined && dollars !== undefined)
        setRate(rates, rateKey('standard', start, unit), dollarsPerMillion(dollars));
    }
  }
  const thousandRequests = number(prices['requests_kcount']);
  if (thousandRequests !== undefined) setRate(rates, rateKey('standard', 0, 'request'), thousandRequests * 1e6);
  return rates;
};
