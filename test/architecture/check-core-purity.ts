import { at, isExempt, type SourceFile, type SyntaxNode, type Violation, walk } from './source-file.ts';

const bannedGlobals = new Set([
  'fetch',
  'process',
  'URL',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Bun',
  'Buffer',
  'console',
  'crypto',
  'performance',
  'globalThis',
]);

/** Time, chance and the outside world come into core as arguments. The compiler knows most of this; what it cannot know is here too. */
export const checkCorePurity = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter((file) => file.path.startsWith('src/core/') && !isExempt(file.path)).flatMap(impurities);

const impurities = (file: SourceFile): readonly Violation[] => {
  const found: Violation[] = file.imports
    .filter((name) => /^(node|bun):/.test(name))
    .map((name) => `${file.path} imports ${name}`);
  walk(file.tree, (node, parent) => {
    const name = impureName(node, parent);
    if (name !== undefined) found.push(`${at(file, node)} uses ${name}`);
  });
  return [...new Set(found)];
};

const impureName = (node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined => {
  if (node.type === 'MemberExpression') {
    const name = `${nameOf(node['object'])}.${nameOf(node['property'])}`;
    return name === 'Date.now' || name === 'Math.random' ? name : undefined;
  }
  if ((node.type === 'NewExpression' || node.type === 'CallExpression') && nameOf(node['callee']) === 'Date')
    return 'Date';
  if (node.type !== 'Identifier' || !isReference(node, parent)) return undefined;
  const name = nameOf(node);
  return name !== undefined && bannedGlobals.has(name) ? name : undefined;
};

/** False where the word only names a member: `x.fetch`, `{ process: 1 }`, `interface { process(): void }`. */
const isReference = (node: SyntaxNode, parent: SyntaxNode | undefined): boolean => {
  if (parent === undefined) return true;
  if (parent.type === 'MemberExpression') return parent['object'] === node || parent['computed'] === true;
  const isMemberName = parent['key'] === node && parent['computed'] !== true && parent['shorthand'] !== true;
  return !isMemberName;
};

const nameOf = (node: unknown): string | undefined => (node as { readonly name?: string } | undefined)?.name;
