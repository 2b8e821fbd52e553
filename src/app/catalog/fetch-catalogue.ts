import { readFileSync, statSync } from 'node:fs';
import type { Egress } from '../../core/catalog/active-provider.ts';
import type { ModelCatalogue } from '../../core/catalog/models/model-catalogue.ts';
import { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream, UpstreamReply } from '../../ports/upstream.ts';
import { readCatalogueFile } from './catalogue-store.ts';

const largestBytes = 32 * 1024 * 1024;
const timeouts = { connectMs: 10_000, firstByteMs: 60_000, idleMs: 60_000, totalMs: 120_000 };
const mostRedirects = 5;

/** How it is asked for over the network. */
export interface CatalogueNetwork {
  readonly upstream: Upstream;
  /** How calls to an address leave; undefined for straight. */
  egress(url: string): Egress | undefined;
}

/** Whether a catalogue comes over the network. */
export const isAddress = (from: string): boolean => /^https?:\/\//.test(from);

/** Gets a catalogue from a file, or from an address by the given way out. Throws an `Error` that says what to do. */
export const fetchCatalogue = async (from: string, network: CatalogueNetwork): Promise<ModelCatalogue> => {
  const bytes = isAddress(from) ? await download(from, network) : readFile(from);
  try {
    return readCatalogueFile(bytes);
  } catch (error) {
    throw new Error(`${from} is not taken. ${error instanceof Error ? error.message : String(error)}`);
  }
};

const readFile = (path: string): Uint8Array => {
  try {
    if (statSync(path).size > largestBytes) throw new Error('it is too large');
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    throw new Error(`${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}.`);
  }
};

/** The operator names the first address; where it leads on is checked. */
const download = async (first: string, network: CatalogueNetwork): Promise<Uint8Array> => {
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const reply = await ask(url, url !== first, network);
    const next = reply.status >= 300 && reply.status < 400 ? reply.header('location') : undefined;
    if (next === undefined) return whole(reply, url);
    reply.cancel();
    if (!URL.canParse(next, url)) throw new Error(`${url} leads to something that is no address.`);
    url = new URL(next, url).href;
  }
  throw new Error(`${first} leads on more than ${mostRedirects} times.`);
};

const ask = async (url: string, checked: boolean, network: CatalogueNetwork): Promise<UpstreamReply> => {
  const way = network.egress(url);
  const egress = checked ? ({ ...way, checked } as const) : way;
  const headers = { accept: '*/*', 'user-agent': 'sluice' };
  try {
    return await network.upstream.send(
      { url, method: 'GET', headers, timeouts, answerBytes: largestBytes, egress },
      new Cancellation(),
    );
  } catch (error) {
    throw unreachable(url, error);
  }
};

const whole = async (reply: UpstreamReply, url: string): Promise<Uint8Array> => {
  if (reply.status < 200 || reply.status > 299) {
    reply.cancel();
    throw new Error(`${url} answered with status ${reply.status}.`);
  }
  return reply.readAll().catch((error: unknown) => {
    throw unreachable(url, error);
  });
};

const unreachable = (url: string, error: unknown): Error => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(`${url} cannot be reached: ${why.replace(/\.$/, '')}. Without a network, use --from FILE.`);
};
