import { isExempt, type SourceFile, type Violation } from './source-file.ts';

/** Who may import whom, and which packages. Parts of `adapters` are parts of their own and never import each other, but `journal`: its files are read by every store. */
const allowed: Readonly<Record<string, { readonly parts: readonly string[]; readonly packages: RegExp | undefined }>> =
  {
    core: { parts: [], packages: undefined },
    ports: { parts: ['core'], packages: undefined },
    contract: { parts: ['core'], packages: /^(zod|yaml)$/ },
    gateway: { parts: ['core', 'ports', 'contract'], packages: undefined },
    adapters: { parts: ['core', 'ports'], packages: /^(bun(:|$)|node:|gpt-tokenizer\/)/ },
    simulators: { parts: ['core'], packages: /^(bun$|node:)/ },
    app: { parts: ['core', 'ports', 'contract', 'gateway', 'adapters', 'simulators'], packages: /^(bun(:|$)|node:)/ },
  };

export const checkImports = (files: readonly SourceFile[]): readonly Violation[] =>
  files
    .filter((file) => !isExempt(file.path))
    .flatMap((file) =>
      file.imports
        .filter((imported) => !mayImport(file.path, imported))
        .map((imported) => `${file.path} imports ${imported}`),
    );

const mayImport = (from: string, imported: string): boolean => {
  const [source, part = '', inner = ''] = from.split('/');
  if (source !== 'src') return true;
  const rule = allowed[part];
  if (rule === undefined) return false;
  const [importedSource, importedPart = '', importedInner = ''] = imported.split('/');
  if (importedSource !== 'src') return rule.packages?.test(imported) ?? false;
  if (importedPart !== part) return rule.parts.includes(importedPart);
  return part !== 'adapters' || inner === importedInner || importedInner === 'journal';
};
