import { expect, test } from 'bun:test';
import { checkCorePurity } from './check-core-purity.ts';
import { checkEgress } from './check-egress.ts';
import { checkImports } from './check-imports.ts';
import { checkFileNames, checkNoAny, checkProviderNames } from './check-names.ts';
import { checkSizes } from './check-sizes.ts';
import { projectRoot, readSources } from './source-file.ts';

const files = readSources(projectRoot, ['src', 'test', 'qa', 'bench']);

test('there is something to check', () => {
  expect(files.length).toBeGreaterThan(50);
});

test.each([
  ['imports run one way', checkImports],
  ['core is pure', checkCorePurity],
  ['files, functions and folders are small', checkSizes],
  ['names say something', checkFileNames],
  ['only the catalogue names providers', checkProviderNames],
  ['nothing is any', checkNoAny],
  ['calls leave over one port', checkEgress],
] as const)('%s', (_, check) => {
  expect(check(files)).toEqual([]);
});
