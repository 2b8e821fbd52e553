import { invalidField } from '../../../core/errors/gateway-error.ts';

const largestPage = 1000;

/** A part of a list of names, and what a client needs to ask for the next. */
export interface ListPage {
  readonly names: readonly string[];
  /** Names follow in the direction that was asked for. */
  readonly more: boolean;
}

/** Anthropic's words: `limit`, and `after_id` or `before_id`. Without them the whole list is one page. Throws a 400 that names the word. */
export const anthropicPage = (names: readonly string[], query: URLSearchParams): ListPage => {
  const size = sizeIn(query, 'limit') ?? names.length;
  const after = placeIn(names, query, 'after_id');
  const before = placeIn(names, query, 'before_id');
  if (after !== undefined && before !== undefined) throw invalidField('before_id', 'cannot stand beside after_id.');
  if (before !== undefined) {
    const start = Math.max(0, before - size);
    return { names: names.slice(start, before), more: start > 0 };
  }
  const start = after === undefined ? 0 : after + 1;
  return { names: names.slice(start, start + size), more: start + size < names.length };
};

/** Google's words: `pageSize` and `pageToken`, which is the last name of the page before. */
export const geminiPage = (names: readonly string[], query: URLSearchParams): ListPage => {
  const size = sizeIn(query, 'pageSize') ?? sizeIn(query, 'page_size') ?? names.length;
  const last = placeIn(names, query, query.has('page_token') ? 'page_token' : 'pageToken');
  const start = last === undefined ? 0 : last + 1;
  return { names: names.slice(start, start + size), more: start + size < names.length };
};

/** Whether a request asks for a part of a list. */
export const asksForPage = (query: string): boolean =>
  /(?:^|&)(?:limit|after_id|before_id|pageSize|page_size|pageToken|page_token)=/.test(query);

const sizeIn = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (size < 1) throw invalidField(name, `must be a whole number from 1 to ${largestPage}.`);
  return Math.min(size, largestPage);
};

const placeIn = (names: readonly string[], query: URLSearchParams, name: string): number | undefined => {
  const asked = query.get(name);
  if (asked === null || asked === '') return undefined;
  const place = names.indexOf(asked);
  if (place < 0) throw invalidField(name, 'names no model of this list; begin again without it.');
  return place;
};
