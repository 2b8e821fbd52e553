import type { ObjectKind } from '../../../core/access/object-kind.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';
import type { Acting, Administration } from '../../admin/administration.ts';

const onPage = 200;
/** Such lists have no pages, and an end all the same. */
const most = 10_000;

/** Everything of a kind that the caller may see. */
export const allObjects = async <Kind extends ObjectKind>(
  acting: Acting,
  kind: Kind,
  administration: Administration,
): Promise<readonly StoredObject<Kind>[]> => {
  const found: StoredObject<Kind>[] = [];
  let after: string | undefined;
  do {
    const page = await administration.list(acting, { kind, limit: onPage, ...(after === undefined ? {} : { after }) });
    found.push(...page.objects);
    after = page.next;
  } while (after !== undefined && found.length < most);
  return found;
};
