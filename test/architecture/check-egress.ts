import { at, isExempt, type SourceFile, type SyntaxNode, type Violation, walk } from './source-file.ts';

/** Where connections may be opened: the clients behind the port `Upstream`, and commands that talk to a server of the operator's own. */
const mayConnect: readonly RegExp[] = [
  /^src\/adapters\/upstream\//,
  // The command line asks its own server.
  /^src\/app\/access\/admin-client\.ts$/,
  /^src\/app\/doctor\//,
];

const modules = /^node:(?:net|tls|http|https|http2|dgram)$/;
const clients: ReadonlySet<string> = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);
const bunClients: ReadonlySet<string> = new Set(['connect', 'udpSocket', 'fetch', 'RedisClient', 'SQL', 'S3Client']);

/** Every call that leaves the process goes over the port `Upstream`, where addresses that callers name are checked. */
export const checkEgress = (files: readonly SourceFile[]): readonly Violation[] =>
  files
    .filter(({ path }) => path.startsWith('src/') && !isExempt(path) && !path.startsWith('src/simulators/'))
    .filter(({ path }) => !mayConnect.some((pattern) => pattern.test(path)))
    .flatMap((file) => {
      const found: Violation[] = file.imports
        .filter((imported) => modules.test(imported))
        .map((imported) => `${file.path} imports ${imported} and could connect by itself`);
      walk(file.tree, (node) => {
        const name = calledClient(node);
        if (name !== undefined) found.push(`${at(file, node)} connects by itself with ${name}`);
      });
      return found;
    });

/** `fetch(…)`, `new WebSocket(…)`, `Bun.connect(…)`. */
const calledClient = (node: SyntaxNode): string | undefined => {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const callee = node['callee'] as SyntaxNode;
  if (callee.type === 'Identifier') return clients.has(String(callee['name'])) ? String(callee['name']) : undefined;
  if (callee.type !== 'MemberExpression') return undefined;
  const owner = callee['object'] as SyntaxNode;
  const member = callee['property'] as SyntaxNode;
  const global = owner.type === 'Identifier' && (owner['name'] === 'Bun' || owner['name'] === 'globalThis');
  const name = String(member['name']);
  return global && (bunClients.has(name) || clients.has(name)) ? `${String(owner['name'])}.${name}` : undefined;
};
