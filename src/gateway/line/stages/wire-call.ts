import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../core/ir/index.ts';
import type { WireCall } from '../../../ports/upstream.ts';
import type { Incoming } from '../../incoming.ts';
import type { Target } from '../records.ts';

const baseHeaders = { 'content-type': 'application/json', 'accept-encoding': 'identity', 'user-agent': 'sluice' };

const providerHeaders = new WeakMap<ActiveProvider, Readonly<Record<string, string>>>();

const openaiBeta = /^openai-beta$/;

/** Headers of a client that mean something to a provider of the same dialect: beta switches travel with the body fields they allow. */
const forwarded: Readonly<Partial<Record<DialectId, RegExp>>> = {
  'anthropic-messages': /^anthropic-(?!ratelimit)/,
  'openai-chat': openaiBeta,
  'openai-responses': openaiBeta,
};

/** How a target is called. `method` is Gemini's; `client` is given in the native lane, whose client's own headers go along. */
export const wireCall = (
  target: Target,
  body: Uint8Array | string,
  how: { readonly method?: string | undefined; readonly client?: Incoming | undefined },
): WireCall => {
  const { provider } = target;
  refuseTooLarge(body, provider);
  return {
    url: urlOf(target, how.method),
    method: 'POST',
    headers: forwardedHeaders(target, how.client),
    body,
    timeouts: target.timeouts ?? provider.timeouts,
    answerBytes: provider.limits?.answerBytes,
    egress: provider.egress,
  };
};

/** A call beside a target's own path, for what it keeps: `rest` follows the path. */
export const callBeside = (
  target: Target,
  how: { readonly method: WireCall['method']; readonly rest: string; readonly query: string },
): WireCall => {
  const { provider } = target;
  const [path = '', own = ''] = urlOf(target, undefined).split('?', 2);
  const query = [own, how.query].filter((part) => part !== '').join('&');
  return {
    url: `${path}${how.rest}${query === '' ? '' : `?${query}`}`,
    method: how.method,
    headers: headersOf(provider),
    timeouts: provider.timeouts,
    answerBytes: provider.limits?.answerBytes,
    egress: provider.egress,
  };
};

/** Asks a provider whether it is there, as its configuration wants it. */
export const probeCall = (provider: ActiveProvider): WireCall => {
  const { path = '/models', timeoutMs = 3000 } = provider.probe ?? {};
  return {
    url: joinUrl(provider.entry.baseUrl, path),
    method: 'GET',
    headers: headersOf(provider),
    timeouts: { connectMs: timeoutMs, firstByteMs: timeoutMs, idleMs: timeoutMs, totalMs: timeoutMs },
    egress: provider.egress,
  };
};

/** A UTF-16 unit is at most three bytes in UTF-8, so most texts need no counting. */
const refuseTooLarge = (body: Uint8Array | string, { entry, limits }: ActiveProvider): void => {
  const most = limits?.bodyBytes;
  if (most === undefined || body.length * 3 <= most) return;
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body).length : body.length;
  if (bytes <= most) return;
  throw new GatewayError(
    'body_too_large',
    `The request is ${bytes} bytes for ${entry.title}, which is sent at most ${most}. Send less, or raise its limits.body_bytes.`,
  );
};

const urls = new WeakMap<Target, string>();

/** Targets are remembered per configuration, and the address of most depends on nothing else. */
const urlOf = (target: Target, method: string | undefined): string => {
  const known = urls.get(target);
  if (known !== undefined) return known;
  const url = writeUrl(target, method);
  const { path, streamPath } = target.served;
  if (streamPath === undefined && !path.includes('{method}')) urls.set(target, url);
  return url;
};

/** Chat streams are told by Gemini's name for them, in every dialect. */
const streamMethod = 'streamGenerateContent';

const writeUrl = (target: Target, method: string | undefined): string => {
  const { entry, apiKey } = target.provider;
  const { served } = target;
  let path = method === streamMethod ? (served.streamPath ?? served.path) : served.path;
  const query = path.includes('{method}') && method === streamMethod ? 'alt=sse' : '';
  if (path.includes('{')) {
    path = path.replace('{model}', encodeModel(target.model)).replace('{method}', method ?? '');
  }
  const url = joinUrl(entry.baseUrl, path);
  const key =
    entry.auth.kind === 'query' && apiKey !== undefined ? `${entry.auth.name}=${encodeURIComponent(apiKey)}` : '';
  const parts = [query, key].filter((part) => part !== '');
  if (parts.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`;
};

/** A slash in a model's name divides steps of a path, but not in Amazon's resource names. `@` may stand in a path and some hosts want it so. */
const encodeModel = (model: string): string => {
  const wellFormed = model.toWellFormed();
  const steps = wellFormed.startsWith('arn:') ? [wellFormed] : wellFormed.split('/');
  return steps.map(encodeURIComponent).join('/').replaceAll('%40', '@');
};

/**
 * Joins base and path. A version that ends the base and begins the path is written once, since users write base URLs both ways; a path under
 * `/api` stands beside the version, not below it.
 */
export const joinUrl = (base: string, path: string): string => {
  const version = /\/v\d+(?:alpha|beta)?$/.exec(base)?.[0];
  if (version === undefined) return base + path;
  if (path.startsWith('/api/')) return base.slice(0, -version.length) + path;
  return path.startsWith(`${version}/`) ? base + path.slice(version.length) : base + path;
};

const headersOf = (provider: ActiveProvider): Readonly<Record<string, string>> => {
  const known = providerHeaders.get(provider);
  if (known !== undefined) return known;
  const headers = Object.freeze({
    ...baseHeaders,
    ...lowerCaseNames(provider.entry.headers ?? {}),
    ...authHeader(provider),
  });
  providerHeaders.set(provider, headers);
  return headers;
};

const lowerCaseNames = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const authHeader = ({ entry, apiKey }: ActiveProvider): Readonly<Record<string, string>> => {
  if (apiKey === undefined) return {};
  if (entry.auth.kind === 'bearer') return { authorization: `Bearer ${apiKey}` };
  return entry.auth.kind === 'header' ? { [entry.auth.name.toLowerCase()]: apiKey } : {};
};

/** Headers that a route passes on stand behind those of the call itself: none of them can take the place of a key. */
const forwardedHeaders = (target: Target, client: Incoming | undefined): Readonly<Record<string, string>> => {
  const own = client === undefined ? headersOf(target.provider) : withClientHeaders(target, client);
  return target.forwarded === undefined ? own : { ...target.forwarded, ...own };
};

const withClientHeaders = ({ provider, served }: Target, client: Incoming): Readonly<Record<string, string>> => {
  const own = headersOf(provider);
  const pattern = forwarded[served.dialect];
  // Walking through all headers is dear, and OpenAI's clients have just one of these.
  if (pattern === undefined || (pattern === openaiBeta && client.header('openai-beta') === undefined)) return own;
  let merged: Record<string, string> | undefined;
  for (const name of client.headerNames()) {
    if (!pattern.test(name)) continue;
    merged ??= { ...own };
    merged[name] = client.header(name) ?? '';
  }
  return merged ?? own;
};
