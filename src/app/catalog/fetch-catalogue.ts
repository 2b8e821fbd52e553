import { readFileSync, statSync } from 'node:fs';
import type { Egress } from '../../core/catalog/active-provider.ts';
import type { ModelCatalogue } from '../../core/catalog/models/model-catalogue.ts';
import { readCatalogueFile } from './catalogue-store.ts';

const largestBytes = 32 * 1024 * 1024;
const timeoutMs = 60_000;

/** Whether a catalogue comes over the network. */
export const isAddress = (from: string): boolean => /^https?:\/\//.test(from);

/** Gets a catalogue from a file, or from an address by the given way out. Throws an `Error` that says what to do. */
export const fetchCatalogue = async (from: string, egress?: Egress): Promise<ModelCatalogue> => {
  const bytes = isAddress(from) ? await download(from, egress) : readFile(from);
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

const download = async (url: string, egress: Egress = {}): Promise<Uint8Array> => {
  let response: Response;
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      ...(egress.proxy === undefined ? {} : { proxy: egress.proxy }),
      ...(egress.ca === undefined ? {} : { tls: { ca: egress.ca } }),
    } as RequestInit);
  } catch (error) {
    throw new Error(
      `${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}. Without a network, use --from FILE.`,
    );
  }
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}.`);
  return readWithin(response, url);
};

const readWithin = async (response: Response, url: string): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of response.body ?? []) {
    total += piece.length;
    if (total > largestBytes) throw new Error(`${url} holds more than ${largestBytes} bytes, which is no catalogue.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};
