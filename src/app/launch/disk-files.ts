import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseGoogleKey } from '../../adapters/credentials/google/google-key.ts';
import { type ConfigFiles, certificatesIn } from '../../contract/network/config-files.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { readProblem } from './read-problem.ts';

/** The files beside a config file, each read once. */
export class DiskFiles implements ConfigFiles {
  readonly #folder: string;
  readonly #read = new Map<string, { readonly text: string } | { readonly problem: string }>();

  constructor(configPath: string) {
    this.#folder = dirname(resolve(configPath));
  }

  /** Every file that was asked for. */
  get paths(): readonly string[] {
    return [...this.#read.keys()];
  }

  read(path: string): { readonly text: string } | { readonly problem: string } {
    const absolute = resolve(this.#folder, path);
    const known = this.#read.get(absolute);
    if (known !== undefined) return known;
    const read = readText(absolute);
    this.#read.set(absolute, read);
    return read;
  }

  certificateProblem(pem: string): string | undefined {
    const found = certificatesIn(pem);
    if (found.length === 0) return 'holds no certificate';
    return found.every((text) => isGood(() => new X509Certificate(text)))
      ? undefined
      : 'holds a certificate that cannot be read';
  }

  keyProblem(certificatePem: string, keyPem: string): string | undefined {
    if (!isGood(() => createPrivateKey(keyPem))) return 'holds no private key, or one behind a password';
    const [first = ''] = certificatesIn(certificatePem);
    return new X509Certificate(first).checkPrivateKey(createPrivateKey(keyPem))
      ? undefined
      : 'holds the private key of another certificate';
  }

  googleKeyProblem(text: string): string | undefined {
    try {
      parseGoogleKey(text, 'it');
      return undefined;
    } catch (error) {
      // The first sentence; the second one is the advice, which stands beside it in a list of problems.
      return error instanceof GatewayError ? error.message.split(/\.(?: |$)/)[0] : String(error);
    }
  }
}

const readText = (path: string): { readonly text: string } | { readonly problem: string } => {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { problem: readProblem(error) };
  }
};

const isGood = (read: () => unknown): boolean => {
  try {
    return read() !== undefined;
  } catch {
    return false;
  }
};
