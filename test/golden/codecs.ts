import { existsSync } from 'node:fs';
import type { ChatDoor, ChatUpstream, Dialect } from '../../src/core/dialects/dialect.ts';
import { isObject } from '../../src/core/json/json.ts';
import { type GoldenDialect, goldenDialects } from './conversation.ts';

export interface Codec {
  readonly id: GoldenDialect;
  readonly door: ChatDoor;
  readonly upstream: ChatUpstream;
}

const load = async (id: GoldenDialect): Promise<Codec | undefined> => {
  const file = new URL(`../../src/core/dialects/${id}/index.ts`, import.meta.url);
  if (!existsSync(file)) return undefined;
  const exported = Object.values((await import(file.href)) as Record<string, unknown>);
  const dialect = exported.find((value) => isObject(value) && value['id'] === id) as Dialect | undefined;
  return dialect?.chat === undefined ? undefined : { id, ...dialect.chat };
};

export const codecs: readonly Codec[] = (await Promise.all(goldenDialects.map(load))).filter(
  (codec) => codec !== undefined,
);
