import { dirname } from 'node:path';
import { at, isExempt, lineOf, type SourceFile, type SyntaxNode, type Violation, walk } from './source-file.ts';

const maxFileLines = 400;
const maxFunctionLines = 60;
const maxFolderFiles = 15;

/** Lists of data and what serves only tests may be long. */
const isData = (path: string): boolean => /^(src\/core\/catalog\/providers|test)\//.test(path);

export const checkSizes = (files: readonly SourceFile[]): readonly Violation[] => {
  const counted = files.filter((file) => !isExempt(file.path) && !isData(file.path));
  return [...counted.flatMap(longFile), ...counted.flatMap(longFunctions), ...fullFolders(counted)];
};

const longFile = (file: SourceFile): readonly Violation[] => {
  const lines = file.text.trimEnd().split('\n').length;
  return lines > maxFileLines ? [`${file.path} has ${lines} lines, ${maxFileLines} at most`] : [];
};

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const longFunctions = (file: SourceFile): readonly Violation[] => {
  const found: Violation[] = [];
  walk(file.tree, (node) => {
    if (!functionTypes.has(node.type)) return;
    const lines = lineOf(file, node.end) - lineOf(file, node.start) + 1 - linesOfNested(file, node);
    if (lines > maxFunctionLines)
      found.push(`${at(file, node)} has a function of ${lines} lines, ${maxFunctionLines} at most`);
  });
  return found;
};

/** A function that is declared inside another one is counted by itself, not twice. */
const linesOfNested = (file: SourceFile, outer: SyntaxNode): number => {
  let lines = 0;
  walk(outer, (node) => {
    if (node.type === 'FunctionDeclaration' && node !== outer)
      lines += lineOf(file, node.end) - lineOf(file, node.start) + 1;
  });
  return lines;
};

const fullFolders = (files: readonly SourceFile[]): readonly Violation[] => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file.path), (counts.get(dirname(file.path)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > maxFolderFiles)
    .map(([folder, count]) => `${folder} has ${count} source files, ${maxFolderFiles} at most`);
};
