import type { ObjectPlace } from '../../../core/access/object-refusals.ts';
import type { ObjectsTold } from '../../../ports/store/objects-told.ts';
import type { AppendChange } from '../changes/append-change.ts';
import type { NodeContext } from './node-context.ts';
import type { Place } from './place.ts';
import { changeOf } from './read-object.ts';
import type { Writing } from './write-object.ts';

/** The topic of changes of objects. */
export const objectsTopic = 'objects';

export const subjectOf = ({ kind, id }: ObjectPlace): string => JSON.stringify([kind, id]);

/** Tells this node and all others that an object is another one by now, or gone. */
export const tellObject = async (
  context: NodeContext,
  { sql, append }: Pick<Writing, 'sql'> & { readonly append: AppendChange },
  place: Place,
): Promise<void> => {
  const number = await append({ orgId: place.orgId, topic: objectsTopic, subject: subjectOf(place) });
  const told: ObjectsTold = { kind: 'change', number, change: await changeOf(sql, place) };
  context.changed(objectsTopic, told);
};
