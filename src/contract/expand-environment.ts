import type { DocumentPath } from './read-yaml.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface MissingVariable {
  readonly path: DocumentPath;
  readonly name: string;
}

export interface Expanded {
  readonly value: unknown;
  /** Paths (as JSON text) of the strings that named a variable. */
  readonly touched: ReadonlySet<string>;
  readonly missing: readonly MissingVariable[];
}

/**
 * Fills in `${NAME}` and `${NAME:-default}` in every string value. An unset or empty variable takes the default; without one it is
 * missing. `$${` writes `${` itself.
 */
export const expandEnvironment = (value: unknown, environment: Environment): Expanded => {
  const touched = new Set<string>();
  const missing: MissingVariable[] = [];
  const expand = (part: unknown, path: DocumentPath): unknown => {
    if (Array.isArray(part)) return part.map((item, index) => expand(item, [...path, index]));
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, expand(member, [...path, key])]));
    }
    if (typeof part !== 'string' || !part.includes('${')) return part;
    touched.add(JSON.stringify(path));
    return part.replaceAll(variable, (_, escaped: string | undefined, name: string, fallback: string | undefined) => {
      if (escaped !== undefined) return '${';
      const found = environment[name];
      if (found !== undefined && found !== '') return found;
      if (fallback !== undefined) return fallback;
      missing.push({ path, name });
      return '';
    });
  };
  return { value: expand(value, []), touched, missing };
};

const variable = /(\$\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
