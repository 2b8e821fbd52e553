import type { ObjectKind } from '../../core/access/object-kind.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { ObjectQuery, ObjectVersion, StoredObject } from '../../ports/admin-store.ts';
import type { Acting, Administration } from './administration.ts';

const onPage = 200;
/** What other products list whole has an end all the same. */
const usualMost = 20_000;

interface With {
  readonly administration: Administration;
}

/** Everything of a kind that the caller may see, up to `most`; with `names`, what names these objects. */
export const everyObject = async <Kind extends ObjectKind>(
  acting: Acting,
  kind: Kind,
  { administration, names, most = usualMost }: With & { readonly names?: ObjectQuery['names']; readonly most?: number },
): Promise<readonly StoredObject<Kind>[]> => {
  const query = { kind, limit: onPage, ...(names === undefined ? {} : { names }) };
  const found: StoredObject<Kind>[] = [];
  let after: string | undefined;
  do {
    const page = await administration.list(acting, { ...query, ...(after === undefined ? {} : { after }) });
    found.push(...page.objects);
    after = page.next;
  } while (after !== undefined && found.length < most);
  return found;
};

/** What an object held at each revision, newest first, up to `most` of them. */
export const everyVersion = async <Kind extends ObjectKind>(
  acting: Acting,
  kind: Kind,
  { id, administration, most = usualMost }: With & { readonly id: string; readonly most?: number },
): Promise<readonly ObjectVersion<Kind>[]> => {
  const found: ObjectVersion<Kind>[] = [];
  let before: number | undefined;
  do {
    const asked = { id, limit: onPage, ...(before === undefined ? {} : { before }) };
    const page = await administration.versions(acting, kind, asked);
    found.push(...page.versions);
    before = page.next;
  } while (before !== undefined && found.length < most);
  return found;
};

/** The object, or undefined where there is none. */
export const objectOrNone = async <Kind extends ObjectKind>(
  acting: Acting,
  kind: Kind,
  { id, administration }: With & { readonly id: string },
): Promise<StoredObject<Kind> | undefined> => {
  try {
    return await administration.get(acting, kind, id);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  }
};
