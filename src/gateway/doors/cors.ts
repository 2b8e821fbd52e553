import type { Incoming, WireReply } from '../incoming.ts';

/** The headers a browser needs to read an answer; none when the origin is not allowed or none was sent. */
export const corsHeaders = (incoming: Incoming, origins: readonly string[]): Readonly<Record<string, string>> => {
  const origin = incoming.header('origin');
  if (origin === undefined || origins.length === 0) return {};
  if (origins.includes('*')) return { 'access-control-allow-origin': '*', ...exposed };
  return origins.includes(origin) ? { 'access-control-allow-origin': origin, vary: 'origin', ...exposed } : {};
};

const exposed = { 'access-control-expose-headers': '*' };

/** Answers OPTIONS, whether a browser's preflight or a plain question. */
export const optionsReply = (incoming: Incoming, origins: readonly string[]): WireReply => {
  const allowed = corsHeaders(incoming, origins);
  const asked = incoming.header('access-control-request-headers');
  const preflight =
    Object.keys(allowed).length === 0
      ? {}
      : {
          'access-control-allow-methods': 'GET, POST, OPTIONS',
          'access-control-max-age': '86400',
          ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
        };
  return { status: 204, headers: { allow: 'GET, HEAD, POST, OPTIONS', ...allowed, ...preflight }, body: null };
};
