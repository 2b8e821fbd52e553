/** The files a config file names. Paths are relative to the folder of the config file. Each is read once for each time the config file is. */
export interface ConfigFiles {
  read(path: string): { readonly text: string } | { readonly problem: string };
  /** What keeps a text from being used as one or more certificates. */
  certificateProblem(pem: string): string | undefined;
  /** What keeps a private key from being used with a certificate. */
  keyProblem(certificatePem: string, keyPem: string): string | undefined;
  /** What keeps a text from being used as a credentials file of Google's, as one sentence. */
  googleKeyProblem(text: string): string | undefined;
}

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates in a text, each for itself; what people write between them is left out. */
export const certificatesIn = (text: string): readonly string[] => text.match(certificate) ?? [];

/** For texts that are checked without a place of their own. */
export const noFiles: ConfigFiles = {
  read: () => ({ problem: 'cannot be read here' }),
  certificateProblem: () => undefined,
  keyProblem: () => undefined,
  googleKeyProblem: () => undefined,
};
