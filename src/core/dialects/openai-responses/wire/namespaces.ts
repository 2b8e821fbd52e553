import type { Tool } from '../../../ir/index.ts';
import { type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { own } from './own.ts';

/**
 * This wire groups tools in namespaces, and a call names namespace and tool apart. No other dialect has that, so such a tool's name in the
 * intermediate representation is both joined; its meta keeps the two.
 */
export interface NamespacedName {
  readonly name: string;
  /** The namespace tool without its tools. */
  readonly namespace: JsonObject;
}

export const joinNames = (namespace: string, name: string): string =>
  namespace.endsWith('__') ? `${namespace}${name}` : `${namespace}__${name}`;

export const namespacedName = (tool: Tool): NamespacedName | undefined => {
  if (tool.kind === 'opaque') return undefined;
  const meta = tool.meta?.[own];
  const namespace = objectAt(meta, 'namespace');
  const name = stringAt(meta, 'name');
  return namespace === undefined || name === undefined ? undefined : { name, namespace };
};

/** The wire's two names of each namespaced tool, by joined name. */
export const namespacedTools = (tools: readonly Tool[] | undefined): ReadonlyMap<string, NamespacedName> => {
  const names = new Map<string, NamespacedName>();
  for (const tool of tools ?? []) {
    const named = namespacedName(tool);
    if (named !== undefined && tool.kind !== 'opaque') names.set(tool.name, named);
  }
  return names;
};
