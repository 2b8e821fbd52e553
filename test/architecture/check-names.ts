import { catalogue } from '../../src/core/catalog/catalogue.ts';
import { cloudKinds } from '../../src/core/catalog/cloud-credentials.ts';
import { dialectIds } from '../../src/core/ir/dialect-id.ts';
import { at, isExempt, type SourceFile, type SyntaxNode, type Violation, walk } from './source-file.ts';

const emptyNames = /(^|[/.-])(utils?|helpers?|common|manager|base|misc|shared)([/.-]|$)/;

/** Files are kebab-case and named after what they hold; names that could hold anything are not names. */
export const checkFileNames = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap(({ path }) => {
    if (emptyNames.test(path)) return [`${path} has a name that says nothing`];
    return /^[a-z0-9./-]+$/.test(path) ? [] : [`${path} is not in kebab-case`];
  });

/** Words of dialect names stand for wire formats and those of clouds for auth schemes, so on their own they say nothing about a provider. */
const dialectWords = new Set([...dialectIds.flatMap((id) => [id, ...id.split('-')]), ...cloudKinds]);

/** Ids that are also plain English words of this project. */
const plainWords = new Set(['demo', 'together', 'local', 'meta', 'writer', 'lambda', 'spark', 'infinity']);

/** Products whose manners a skin has: their names stand for those manners. */
const skinWords = new Set(['litellm', 'openrouter', 'portkey']);

const providerNames = catalogue
  .map((entry) => entry.id)
  .filter((id) => !dialectWords.has(id) && !plainWords.has(id) && !skinWords.has(id));
const providerName = new RegExp(`(^|[^a-z])(${providerNames.join('|')})([^a-z]|$)`, 'i');
const providerIds = new Set(
  catalogue.map((entry) => entry.id).filter((id) => !dialectIds.some((dialect) => dialect === id)),
);

const mayNameProviders = (path: string): boolean =>
  isExempt(path) || !path.startsWith('src/') || /^src\/(core\/catalog|simulators)\//.test(path);

/** Code outside the catalogue knows formats, never providers. Comments may tell where a habit of the wire was seen. */
export const checkProviderNames = (files: readonly SourceFile[]): readonly Violation[] =>
  files
    .filter((file) => !mayNameProviders(file.path))
    .flatMap((file) => {
      const found: Violation[] = [];
      walk(file.tree, (node, parent) => {
        const word = providerWord(node, parent);
        if (word !== undefined) found.push(`${at(file, node)} names the provider in "${word}"`);
      });
      return found;
    });

const providerWord = (node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined => {
  const text = wordOf(node);
  if (text === undefined || parent?.type.startsWith('Import') || parent?.type.startsWith('Export')) return undefined;
  // Members and headers of a wire format keep the name their inventor gave them.
  if (/^x[_-]/.test(text)) return undefined;
  const spaced = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2');
  return providerName.test(spaced) || isComparedWithId(text, node, parent) ? text : undefined;
};

/** `entry.id === 'openai'`: a word that is also part of a dialect's name means the provider here. */
const isComparedWithId = (text: string, node: SyntaxNode, parent: SyntaxNode | undefined): boolean => {
  if (parent?.type !== 'BinaryExpression' || !providerIds.has(text)) return false;
  const other = (parent['left'] === node ? parent['right'] : parent['left']) as SyntaxNode;
  const named = wordOf(other) ?? wordOf((other['property'] ?? other) as SyntaxNode) ?? '';
  return /^id$|provider/i.test(named);
};

const wordOf = (node: SyntaxNode): string | undefined => {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type === 'Identifier') return String(node['name']);
  return node.type === 'TemplateElement' ? (node['value'] as { readonly raw: string }).raw : undefined;
};

/** `any` turns the compiler off. */
export const checkNoAny = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap((file) => {
    const found: Violation[] = [];
    walk(file.tree, (node) => {
      if (node.type === 'TSAnyKeyword') found.push(`${at(file, node)} uses any`);
    });
    return found;
  });
