import type { CredentialDocument } from '../../../core/access/documents.ts';
import type { SealedField, SecretSeal } from '../../../ports/access/secret-seal.ts';
import { invalid } from '../invalid-object.ts';

export interface SealedCredential<Data> {
  /** Without the secret, which is not to be kept in the open. */
  readonly data: Data;
  readonly sealed: readonly SealedField[];
}

/** Takes the secret out of what a client wants and seals it for its place. */
export const sealCredential = async <Data extends object>(
  wanted: Data,
  at: { readonly orgId: string; readonly id: string },
  { seal, usableProvider }: { readonly seal: SecretSeal; usableProvider(id: string): boolean },
): Promise<SealedCredential<Data & Partial<Pick<CredentialDocument, 'shown'>>>> => {
  const { api_key: secret, ...data } = wanted as Data & { readonly api_key?: unknown; readonly provider?: unknown };
  const { provider } = data;
  if (typeof provider === 'string' && !usableProvider(provider))
    throw invalid('provider', `there is no provider "${provider}" that takes a key; see \`sluice providers\``);
  if (typeof secret !== 'string') return { data: data as unknown as Data, sealed: [] };
  const field = await seal.seal({ ...at, kind: 'credential', field: 'api_key' }, secret);
  const shown = secret.length < 12 ? '…' : `…${secret.slice(-4)}`;
  return { data: { ...(data as unknown as Data), shown }, sealed: [field] };
};
