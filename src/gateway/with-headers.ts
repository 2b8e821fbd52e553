import type { Incoming } from './incoming.ts';

/** The same request with headers that came in its body. A header that was sent as one too keeps both, joined by a comma. */
export const withHeaders = (incoming: Incoming, added: Readonly<Record<string, string>>): Incoming => ({
  method: incoming.method,
  path: incoming.path,
  query: incoming.query,
  header: (name) => {
    const own = incoming.header(name);
    const more = added[name];
    return own === undefined || more === undefined ? (more ?? own) : `${own},${more}`;
  },
  headerNames: () => new Set([...incoming.headerNames(), ...Object.keys(added)]),
  readBody: (limitBytes, announcedBytes, came) => incoming.readBody(limitBytes, announcedBytes, came),
  address: () => incoming.address(),
  settled: () => incoming.settled(),
  signal: incoming.signal,
});
