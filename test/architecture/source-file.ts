import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

/** A node of the syntax tree, as far as the checks read it. Offsets count UTF-16 units. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

export interface SourceFile {
  /** From the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: SyntaxNode;
  /** What it imports, statically, by type, or with `import()`: project files as paths from the root, packages by name. */
  readonly imports: readonly string[];
}

/** Something a check found: `path:line what`. Checks answer lists of these; an empty list is green. */
export type Violation = string;

export const projectRoot = join(import.meta.dir, '../..');

/** Every TypeScript file below the folders. */
export const readSources = (root: string, folders: readonly string[]): readonly SourceFile[] =>
  folders.flatMap((folder) => typescriptFiles(join(root, folder))).map((path) => readSource(root, path));

/** Tests and fixtures are data for the size checks and may name anything. */
export const isExempt = (path: string): boolean => /\.(test|fixture)\.ts$|\.d\.ts$/.test(path);

export const lineOf = (file: SourceFile, offset: number): number => file.text.slice(0, offset).split('\n').length;

export const at = (file: SourceFile, node: SyntaxNode): string => `${file.path}:${lineOf(file, node.start)}`;

/** Calls `visit` for every node, parents first, with the parent. */
export const walk = (
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent?: SyntaxNode) => void,
  parent?: SyntaxNode,
): void => {
  visit(node, parent);
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) walk(child, visit, node);
  }
};

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

const typescriptFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name))
      .sort();
  } catch {
    return [];
  }
};

const readSource = (root: string, absolute: string): SourceFile => {
  const text = readFileSync(absolute, 'utf8');
  const { program, module } = parseSync(basename(absolute), text);
  const requests = [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) => found.entries.map((entry) => entry.moduleRequest?.value ?? '')),
    ...module.dynamicImports.map((found) => text.slice(found.moduleRequest.start + 1, found.moduleRequest.end - 1)),
  ];
  const place = (request: string): string =>
    request.startsWith('.') ? slashed(relative(root, join(dirname(absolute), request))) : request;
  return {
    path: slashed(relative(root, absolute)),
    text,
    tree: program as unknown as SyntaxNode,
    imports: [...new Set(requests.filter((request) => request !== '').map(place))],
  };
};

const slashed = (path: string): string => path.replaceAll('\\', '/');
