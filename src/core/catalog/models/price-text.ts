import {
  largestRate,
  type ModelPrice,
  type PriceService,
  type PriceSheet,
  type PriceUnit,
  type PriceVersion,
  priceServices,
  priceUnits,
  type Rates,
} from '../../money/price.ts';
import { priceSources } from './price-sources.ts';

/**
 * Prices as one short line: versions joined by `|`, each a row of words. `@2026-09-01` says from when, `=mg` or `=mg!` from where (`!`: sources
 * disagree or only one knows), `:batch` opens a service, `>200000` a tier, and `i3e9` is a rate: the unit's letters and whole nano-dollars.
 */
const unitCodes: Readonly<Record<PriceUnit, string>> = {
  input: 'i',
  output: 'o',
  'cache-read': 'r',
  'cache-write': 'w',
  'cache-write-1h': 'W',
  reasoning: 'R',
  'audio-input': 'ai',
  'audio-output': 'ao',
  'audio-cache-read': 'ar',
  'image-input': 'ii',
  'image-output': 'io',
  'image-cache-read': 'ir',
  'video-output': 'vo',
  citation: 'ci',
  characters: 'ch',
  pixels: 'px',
  request: 'rq',
  image: 'im',
  'input-image': 'in',
  'input-second': 'is',
  'output-second': 'os',
  page: 'pg',
  query: 'qu',
  'web-search': 'ws',
  'file-search': 'fs',
  'code-session': 'cs',
};

const unitByCode: ReadonlyMap<string, PriceUnit> = new Map(priceUnits.map((unit) => [unitCodes[unit], unit]));
const sourceByCode: ReadonlyMap<string, string> = new Map(Object.entries(priceSources));
const sourceCodes: ReadonlyMap<string, string> = new Map(
  Object.entries(priceSources).map(([code, name]) => [name, code]),
);

export const writePrice = (price: ModelPrice): string => price.map(writeVersion).join('|');

const writeVersion = (version: PriceVersion): string => {
  const words = version.validFrom === undefined ? [] : [`@${version.validFrom}`];
  words.push(
    `=${version.sources.map((source) => sourceCodes.get(source) ?? '').join('')}${version.agreed ? '' : '!'}`,
    ...writeSheet(version.standard),
  );
  for (const service of priceServices) {
    const sheet = version.services[service];
    if (sheet !== undefined) words.push(`:${service}`, ...writeSheet(sheet));
  }
  return words.join(' ');
};

const writeSheet = ({ rates, tiers }: PriceSheet): readonly string[] => [
  ...writeRates(rates),
  ...tiers.flatMap((tier) => [`>${tier.aboveInputTokens}`, ...writeRates(tier.rates)]),
];

const writeRates = (rates: Rates): readonly string[] =>
  priceUnits.flatMap((unit) => {
    const rate = rates[unit];
    return rate === undefined ? [] : [`${unitCodes[unit]}${shortInteger(rate)}`];
  });

/** `3000000000` is `3e9`: a whole number and its zeros. */
const shortInteger = (value: number): string => String(value).replace(/0{3,}$/, (zeros) => `e${zeros.length}`);

interface VersionDraft {
  validFrom?: string;
  sources: readonly string[];
  agreed: boolean;
  readonly standard: SheetDraft;
  readonly services: Partial<Record<PriceService, SheetDraft>>;
}

interface SheetDraft {
  readonly rates: Partial<Record<PriceUnit, number>>;
  readonly tiers: { readonly aboveInputTokens: number; readonly rates: Partial<Record<PriceUnit, number>> }[];
}

/** Reads what `writePrice` wrote. Throws an `Error` that names the word it cannot read. */
export const readPrice = (text: string): ModelPrice => text.split('|').map(readVersion);

const readVersion = (text: string): PriceVersion => {
  const draft: VersionDraft = { sources: [], agreed: true, standard: { rates: {}, tiers: [] }, services: {} };
  let sheet = draft.standard;
  let rates = sheet.rates;
  for (const word of text.split(' ')) {
    const rest = word.slice(1);
    switch (word[0]) {
      case '@':
        draft.validFrom = rest;
        break;
      case '=':
        draft.agreed = !rest.endsWith('!');
        draft.sources = [...rest.replace('!', '')].map((code) => known(sourceByCode.get(code), word));
        break;
      case ':':
        sheet = { rates: {}, tiers: [] };
        draft.services[
          known(
            priceServices.find((service) => service === rest),
            word,
          )
        ] = sheet;
        rates = sheet.rates;
        break;
      case '>':
        rates = {};
        sheet.tiers.push({ aboveInputTokens: wholeNumber(rest, word), rates });
        break;
      default:
        readRate(word, rates);
    }
  }
  return draft;
};

const readRate = (word: string, into: Partial<Record<PriceUnit, number>>): void => {
  let at = 0;
  while (at < word.length && !isDigit(word.charCodeAt(at))) at++;
  into[known(unitByCode.get(word.slice(0, at)), word)] = wholeNumber(word.slice(at), word);
};

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const wholeNumber = (digits: string, word: string): number => {
  const value = wholeForm.test(digits) ? Number(digits) : Number.NaN;
  if (value <= largestRate) return value;
  throw new Error(`The price holds "${word.slice(0, 40)}", which is no whole number from 0 to ${largestRate}.`);
};

const wholeForm = /^\d{1,16}(?:e\d{1,2})?$/;

const known = <Item>(item: Item | undefined, word: string): Item => {
  if (item !== undefined) return item;
  throw new Error(`The price holds "${word.slice(0, 40)}", which has no meaning.`);
};
