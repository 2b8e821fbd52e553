import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../core/errors/gateway-error.ts';

/** A file with a token or keys, as text. Throws `upstream_auth` that names the file and never quotes it. */
export const readSecretFile = async (path: string, what: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? 'unknown';
    throw new GatewayError('upstream_auth', `${what} ${path} cannot be read (${code}).`);
  }
};
