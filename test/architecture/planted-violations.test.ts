import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkCorePurity } from './check-core-purity.ts';
import { checkEgress } from './check-egress.ts';
import { checkImports } from './check-imports.ts';
import { checkFileNames, checkNoAny, checkProviderNames } from './check-names.ts';
import { checkSizes } from './check-sizes.ts';
import { projectRoot, readSources, type SourceFile, type Violation } from './source-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-architecture-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plant = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const found = (check: (files: readonly SourceFile[]) => readonly Violation[]) =>
  check(readSources(folder, ['src', 'test']));

describe('a connection beside the one port is found', () => {
  test.each([
    [`await fetch('https://a.example');`, 'src/adapters/alerts/a.ts:1 connects by itself with fetch'],
    [`const s = new WebSocket('wss://a.example');`, 'src/adapters/alerts/a.ts:1 connects by itself with WebSocket'],
    [`await Bun.connect({});`, 'src/adapters/alerts/a.ts:1 connects by itself with Bun.connect'],
    [`globalThis.fetch('x');`, 'src/adapters/alerts/a.ts:1 connects by itself with globalThis.fetch'],
    [`import { connect } from 'node:net';`, 'src/adapters/alerts/a.ts imports node:net and could connect by itself'],
  ])('%s', (text, violation) => {
    plant('src/adapters/alerts/a.ts', text);
    expect(found(checkEgress)).toEqual([violation]);
  });

  test('and one behind it is not', () => {
    plant('src/adapters/upstream/a.ts', `await fetch('https://a.example');`);
    plant('src/adapters/alerts/a.ts', `await upstream.send(call); this.#gathered.fetch(url);`);
    expect(found(checkEgress)).toEqual([]);
  });
});

describe('an import against the direction is found', () => {
  test.each([
    ['src/core/a.ts', `import { x } from '../ports/x.ts';`, 'src/core/a.ts imports src/ports/x.ts'],
    ['src/core/a.ts', `import type { X } from '../gateway/x.ts';`, 'src/core/a.ts imports src/gateway/x.ts'],
    ['src/core/a.ts', `export * from 'zod';`, 'src/core/a.ts imports zod'],
    ['src/ports/a.ts', `const x = await import('../gateway/x.ts');`, 'src/ports/a.ts imports src/gateway/x.ts'],
    ['src/contract/a.ts', `import '../gateway/x.ts';`, 'src/contract/a.ts imports src/gateway/x.ts'],
    ['src/gateway/a.ts', `import '../adapters/fetch/x.ts';`, 'src/gateway/a.ts imports src/adapters/fetch/x.ts'],
    ['src/gateway/a.ts', `import 'bun:sqlite';`, 'src/gateway/a.ts imports bun:sqlite'],
    ['src/adapters/fetch/a.ts', `import '../memory/x.ts';`, 'src/adapters/fetch/a.ts imports src/adapters/memory/x.ts'],
    ['src/adapters/fetch/a.ts', `import '../../gateway/x.ts';`, 'src/adapters/fetch/a.ts imports src/gateway/x.ts'],
    ['src/simulators/a.ts', `import '../gateway/x.ts';`, 'src/simulators/a.ts imports src/gateway/x.ts'],
    ['src/somewhere/a.ts', `import '../core/x.ts';`, 'src/somewhere/a.ts imports src/core/x.ts'],
  ])('%s: %s', (path, text, violation) => {
    plant(path, text);
    expect(found(checkImports)).toEqual([violation]);
  });

  test('and one along it is not', () => {
    plant('src/app/a.ts', `import '../gateway/x.ts'; import '../adapters/fetch/x.ts'; import 'node:fs';`);
    plant(
      'src/adapters/fetch/a.ts',
      `import './b.ts'; import '../journal/x.ts'; import '../../ports/x.ts'; import 'bun';`,
    );
    plant('src/contract/a.ts', `import { z } from 'zod'; import '../core/x.ts';`);
    expect(found(checkImports)).toEqual([]);
  });
});

describe('an impure word in core is found', () => {
  test.each([
    ['const a = Date.now();', 'Date.now'],
    ['const a = new Date(0);', 'Date'],
    ['const a = Math.random();', 'Math.random'],
    ['await fetch("http://x");', 'fetch'],
    ['const a = process.env;', 'process'],
    ['const a = new URL("http://x");', 'URL'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['const later = { setTimeout };', 'setTimeout'],
  ])('%s', (text, word) => {
    plant('src/core/a.ts', text);
    expect(found(checkCorePurity)).toEqual([`src/core/a.ts:1 uses ${word}`]);
  });

  test('and so is a node: import', () => {
    plant('src/core/a.ts', `import 'node:fs';`);
    expect(found(checkCorePurity)).toEqual(['src/core/a.ts imports node:fs']);
  });

  test('but a member of that name is not', () => {
    plant('src/core/a.ts', 'const a = { process: 1, fetch() {} }; a.process; a.fetch();');
    expect(found(checkCorePurity)).toEqual([]);
  });

  test('by the compiler too', () => {
    const text = `export const a = fetch('http://x');\nexport const b = process.env;\nimport { readFileSync } from 'node:fs';\nexport const c = readFileSync;\nexport const d = setTimeout(() => {}, 1);\nexport const e = new URL('http://x');\n`;
    plant('src/core/a.ts', text);
    const core = join(projectRoot, 'src/core');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(core, 'tsconfig.json'),
        include: ['src/**/*.ts', join(core, 'pure-globals.d.ts')],
        compilerOptions: { rootDir: '/', outDir: join(folder, 'out') },
      }),
    );
    const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
    const { stdout } = Bun.spawnSync(['node', compiler, '-p', folder, '--pretty', 'false']);
    const lines = [...stdout.toString().matchAll(/a\.ts\((\d+),/g)].map((match) => Number(match[1]));
    expect(lines).toEqual([1, 2, 3, 5, 6]);
  });
});

describe('something too large is found', () => {
  test('a file', () => {
    plant('src/core/a.ts', '// line\n'.repeat(401));
    expect(found(checkSizes)).toEqual(['src/core/a.ts has 401 lines, 400 at most']);
  });

  test('a function', () => {
    plant(
      'src/core/a.ts',
      `\nconst long = () => {\n${'  work();\n'.repeat(59)}};\nconst fine = () => {\n${'  work();\n'.repeat(58)}};\n`,
    );
    expect(found(checkSizes)).toEqual(['src/core/a.ts:2 has a function of 61 lines, 60 at most']);
  });

  test('a folder', () => {
    for (let index = 0; index < 16; index++) plant(`src/core/many/file-${index}.ts`, '');
    expect(found(checkSizes)).toEqual(['src/core/many has 16 source files, 15 at most']);
  });

  test('but not when it is data or a test', () => {
    plant('src/core/catalog/providers/a.ts', '// line\n'.repeat(401));
    plant('src/core/a.test.ts', '// line\n'.repeat(401));
    expect(found(checkSizes)).toEqual([]);
  });
});

describe('a name that must not be is found', () => {
  test.each(['src/core/utils.ts', 'src/core/json-helpers.ts', 'src/gateway/common/a.ts', 'src/core/base-codec.ts'])(
    '%s',
    (path) => {
      plant(path, '');
      expect(found(checkFileNames)).toEqual([`${path} has a name that says nothing`]);
    },
  );

  test('src/core/JsonText.ts', () => {
    plant('src/core/JsonText.ts', '');
    expect(found(checkFileNames)).toEqual(['src/core/JsonText.ts is not in kebab-case']);
  });

  test('but base64 and database say something', () => {
    plant('src/core/float-base64.ts', '');
    plant('src/adapters/sqlite/database.ts', '');
    expect(found(checkFileNames)).toEqual([]);
  });
});

describe('a provider named outside the catalogue is found', () => {
  test.each([
    [`const slow = 'groq';`, 'groq'],
    [`const isMistralModel = true;`, 'isMistralModel'],
    ['const url = `https://api.deepseek.com/${path}`;', 'https://api.deepseek.com/'],
    [`if (entry.id === 'openai') work();`, 'openai'],
    [`if (entry.id === 'demo') work();`, 'demo'],
  ])('%s', (text, word) => {
    plant('src/gateway/a.ts', text);
    expect(found(checkProviderNames)).toEqual([`src/gateway/a.ts:1 names the provider in "${word}"`]);
  });

  test('but dialects, comments and the catalogue may', () => {
    plant('src/core/a.ts', `// Groq sends it twice.\nconst dialect = 'openai-chat'; if (dialect === 'gemini') work();`);
    plant('src/core/catalog/a.ts', `const a = 'groq';`);
    expect(found(checkProviderNames)).toEqual([]);
  });
});

test('any is found', () => {
  plant('src/core/a.ts', 'const read = (value: any) => value as any;');
  expect(found(checkNoAny)).toEqual(['src/core/a.ts:1 uses any', 'src/core/a.ts:1 uses any']);
});
