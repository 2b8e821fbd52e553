import { readFile } from 'node:fs/promises';
import { catalogueNames } from '../../contract/litellm/catalogue-names.ts';
import { convertConfig } from '../../contract/litellm/convert-config.ts';
import { isObject, type JsonObject } from '../../core/json/json.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';

/** Takes over what another product holds: a config file, or a database. */
export const importFrom = async (given: Given, terminal: Terminal): Promise<number> => {
  if (given.operands[0] !== 'litellm') return importConfig(given, terminal);
  const { importDatabase } = await import('../import/litellm-database.ts');
  return importDatabase(given, terminal);
};

/** Prints a `sluice.yaml` made of another product's config file, and names on the other channel what it does not hold. */
const importConfig = async ({ operands }: Given, { out, err }: Terminal): Promise<number> => {
  const [what, path] = operands;
  if (what !== 'litellm-config' || path === undefined) {
    err('Write `sluice import litellm-config FILE` or `sluice import litellm --database-url URL`.');
    return exitCodes.usage;
  }
  const read = await readDocument(path);
  if (typeof read === 'string') {
    err(read);
    return exitCodes.failed;
  }
  const { config, left } = convertConfig(read, catalogueNames);
  out(Bun.YAML.stringify(config, null, 2));
  for (const place of left) err(`not carried over: ${place}`);
  return exitCodes.ok;
};

const readDocument = async (path: string): Promise<JsonObject | string> => {
  try {
    const document: unknown = Bun.YAML.parse(await readFile(path, 'utf8'));
    return isObject(document) ? document : `${path} holds no settings.`;
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
};
