import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitCatalogue } from './catalogue-file.ts';
import { ModelCatalogue } from './model-catalogue.ts';

/** The catalogue that ships, for tests. */
export const shippedModels = new ModelCatalogue(
  splitCatalogue(readFileSync(join(import.meta.dir, 'models.tsv'), 'latin1')),
);
