// Writes what the documentation says about the configuration and the catalogue from the code itself. `--check` only tells whether it is current.
// Run by Bun: it reads the TypeScript sources.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../src/contract/json-schema.ts';
import { catalogue } from '../src/core/catalog/catalogue.ts';
import { credentialFields } from '../src/core/catalog/cloud-credentials.ts';
import { quirkIds } from '../src/core/catalog/quirks.ts';
import { root } from './find-packages.mjs';

const schema = configJsonSchema();
const providerHead = ['id, other names', 'provider', 'key', 'address', 'operations', 'formats', 'evidence'];

const outputs = [
  ['docs/schema/sluice.schema.json', () => `${JSON.stringify(schema, null, 2)}\n`],
  [
    'docs/configuration.md',
    (text) =>
      between(
        text,
        'settings',
        table(['key', 'type', 'default', 'what'], settingRows(schema, '').filter(isOwnSetting)),
      ),
  ],
  [
    'docs/providers.md',
    (text) =>
      between(
        between(text, 'providers', table(providerHead, catalogue.map(providerRow))),
        'quirks',
        table(['quirk', 'providers'], quirkIds.map(quirkRow)),
      ),
  ],
];

/** Members of objects are those of the admin API, which has its own contract. */
const isOwnSetting = ([name]) => !/^`objects\.\w+\[\]/.test(name);

const stale = outputs.filter(([path, write]) => {
  const file = join(root, path);
  const before = readOrEmpty(file);
  const after = write(before);
  if (before === after) return false;
  if (!process.argv.includes('--check')) writeFileSync(file, after);
  return true;
});
for (const [path] of stale)
  process.stdout.write(
    `${path} ${process.argv.includes('--check') ? 'is out of date: run `npm run docs`' : 'written'}\n`,
  );
process.exitCode = process.argv.includes('--check') && stale.length > 0 ? 1 : 0;

function settingRows(node, prefix) {
  return Object.entries(node.properties ?? {}).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const row = [`\`${path}\``, typeOf(member), defaultOf(member), member.description ?? ''];
    const items = itemsOf(member);
    if (items !== undefined) return [row, ...settingRows(items, `${path}[].`)];
    return member.properties === undefined ? [row] : [row, ...settingRows(member, `${path}.`)];
  });
}

function itemsOf(node) {
  return [node, ...(node.anyOf ?? [])].map((branch) => branch.items).find((items) => items?.properties !== undefined);
}

function typeOf(node) {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.const !== undefined) return `\`${node.const}\``;
  const branches = node.anyOf ?? node.oneOf;
  if (branches !== undefined) {
    const kinds = branches.filter((branch) => branch.pattern !== '^\\$\\{').map(typeOf);
    return [...new Set(kinds)].join(' or ');
  }
  return (
    { integer: 'whole number', string: 'text', boolean: 'true or false', array: 'list', object: 'map' }[node.type] ?? ''
  );
}

function defaultOf(node) {
  const preset = node.default;
  return preset === undefined || (typeof preset === 'object' && !Array.isArray(preset))
    ? ''
    : `\`${JSON.stringify(preset)}\``;
}

function providerRow(entry) {
  const formats = new Set(Object.values(entry.serves).flatMap((ways) => ways.map((way) => way.dialect)));
  const variables = [
    ...(entry.baseUrlEnv ?? []),
    ...Object.values(entry.variables ?? {}).flatMap((variable) => variable.env),
  ];
  return [
    [entry.id, ...(entry.aliases ?? [])].map(code).join(', '),
    entry.title,
    keyCell(entry),
    variables.map(code).join(', '),
    Object.keys(entry.serves).join(', '),
    [...formats].join(', '),
    entry.evidence,
  ];
}

function keyCell({ auth, keyOptional }) {
  if (auth.kind === 'none') return 'none';
  const ofCloud = auth.kind in credentialFields ? [`credentials of ${auth.kind}`] : [];
  const names = [...auth.env.map(code), ...ofCloud].join(', ');
  return keyOptional === true ? `${names} (optional)` : names;
}

function quirkRow(id) {
  const users = catalogue.filter(({ quirks = [], manners = [] }) =>
    [...quirks, ...manners.flatMap((some) => some.quirks ?? [])].includes(id),
  );
  return [code(id), users.length > 12 ? `${users.length} of them` : users.map((entry) => entry.title).join(', ')];
}

function code(text) {
  return `\`${text}\``;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function between(text, name, content) {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The marks ${begin} and ${end} are missing.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
