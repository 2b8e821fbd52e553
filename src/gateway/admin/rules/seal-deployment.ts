import type { SecretSeal } from '../../../ports/access/secret-seal.ts';
import type { SealedCredential } from './seal-credential.ts';

/** Takes the secrets out of what a client wants and seals them for their place, all together. */
export const sealDeployment = async <Data extends object>(
  wanted: Data,
  at: { readonly orgId: string; readonly id: string },
  seal: SecretSeal,
): Promise<SealedCredential<Data>> => {
  const { secrets, ...data } = wanted as Data & { readonly secrets?: unknown };
  if (secrets === undefined) return { data: data as unknown as Data, sealed: [] };
  const field = await seal.seal({ ...at, kind: 'deployment', field: 'secrets' }, JSON.stringify(secrets));
  return { data: data as unknown as Data, sealed: [field] };
};
