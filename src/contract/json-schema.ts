import { z } from 'zod';
import { configSchema } from './config-schema.ts';
import type { DocumentPath } from './read-yaml.ts';

/** A JSON Schema node, as far as it is read here. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** The published JSON Schema of `sluice.yaml`. */
export const configJsonSchema = (): SchemaNode & Readonly<Record<string, unknown>> => ({
  ...(withVariables(z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode) as SchemaNode),
  title: 'sluice.yaml',
});

/** Numbers and switches may be written as `${NAME}`, which an editor must not mark as wrong. */
const withVariables = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(withVariables);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.fromEntries(
    Object.entries(node).map(([key, member]) => [key, withVariables(member)]),
  ) as SchemaNode;
  if (members.type !== 'integer' && members.type !== 'boolean') return members;
  const { description, default: preset, ...rule } = members;
  const texts = {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
  };
  return { ...texts, anyOf: [rule, { type: 'string', pattern: '^\\$\\{' }] };
};

/** The keys the schema knows at a place of the document. */
export const knownKeysAt = (path: DocumentPath): readonly string[] => {
  let nodes: readonly SchemaNode[] = [configJsonSchema()];
  for (const step of path) nodes = nodes.flatMap(branches).flatMap((node) => below(node, step));
  return [...new Set(nodes.flatMap(branches).flatMap(namesOf))];
};

const namesOf = (node: SchemaNode): readonly string[] => [
  ...Object.keys(node.properties ?? {}),
  ...(node.propertyNames?.enum ?? []).map(String),
];

const branches = (node: SchemaNode): readonly SchemaNode[] =>
  [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((branch) =>
    branch === node ? [node] : branches(branch),
  );

const below = (node: SchemaNode, step: string | number): readonly SchemaNode[] => {
  if (typeof step === 'number') return node.items === undefined ? [] : [node.items];
  const member = node.properties?.[step];
  if (member !== undefined) return [member];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
};
