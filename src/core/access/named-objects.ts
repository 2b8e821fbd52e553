import type { Documents, ScopeDocument } from './documents.ts';
import type { ObjectKind } from './object-kind.ts';

/** Another object that a document names, and the field that does. */
export interface NamedObject {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly field: string;
}

type Finder<Data> = (data: Data) => readonly (NamedObject | undefined)[];

const one = (kind: ObjectKind, field: string, id: string | undefined): NamedObject | undefined =>
  id === undefined ? undefined : { kind, id, field };

const budgetOf: Finder<ScopeDocument> = ({ budget_id: id }) => [one('budget', 'budget_id', id)];

const finders: { readonly [Kind in ObjectKind]: Finder<Documents[Kind]> } = {
  organisation: budgetOf,
  customer: budgetOf,
  tag: budgetOf,
  user: budgetOf,
  team: (data) => [
    ...budgetOf(data),
    ...(data.members ?? []).map(({ user_id }, index) => one('user', `members[${index}].user_id`, user_id)),
  ],
  project: (data) => [...budgetOf(data), one('team', 'team_id', data.team_id)],
  key: (data) => [
    ...budgetOf(data),
    one('team', 'team_id', data.team_id),
    one('project', 'project_id', data.project_id),
    one('user', 'user_id', data.user_id),
    ...(data.access_groups ?? []).map((id, index) => one('access-group', `access_groups[${index}]`, id)),
  ],
  budget: () => [],
  'access-group': () => [],
  credential: () => [],
  config: () => [],
  deployment: () => [],
  preset: () => [],
};

/** Everything of its organisation that a document depends on: it must be there, and stay while the document does. */
export const namedObjects = <Kind extends ObjectKind>(kind: Kind, data: Documents[Kind]): readonly NamedObject[] => {
  const finder = finders[kind] as Finder<Documents[Kind]>;
  return finder(data).filter((found) => found !== undefined);
};
