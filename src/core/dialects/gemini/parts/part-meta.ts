import type { Block, Meta } from '../../../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, objectAt, unknownMembers } from '../../../json/json.ts';

/**
 * What a block remembers of the Gemini part it came from: members of the part and of its data that have no place in the block, and that a
 * call's id was made up here and must not go back.
 */
interface PartMemory {
  readonly part?: JsonObject | undefined;
  readonly data?: JsonObject | undefined;
  readonly madeUpId?: boolean | undefined;
  /** A tool's text stood in `output`, not in `result`. */
  readonly output?: boolean | undefined;
}

/** The `meta` of a block; an empty object when there is nothing to remember. */
export const partMeta = (memory: PartMemory): { readonly meta?: Meta } => {
  const gemini: JsonDraft = {};
  if (memory.part !== undefined) gemini['part'] = memory.part;
  if (memory.data !== undefined) gemini['data'] = memory.data;
  if (memory.madeUpId === true) gemini['madeUpId'] = true;
  if (memory.output === true) gemini['output'] = true;
  return Object.keys(gemini).length === 0 ? {} : { meta: { gemini } };
};

/** Members of a part beside its data and its signature. `thought: false` is the default. */
export const partModifiers = (part: JsonObject, dataKey: string): JsonObject | undefined => {
  let rest: JsonDraft | undefined;
  for (const key of Object.keys(part)) {
    const value: Json | undefined = part[key];
    if (key === dataKey || key === 'thoughtSignature' || value === undefined) continue;
    if (key === 'thought' && value === false) continue;
    rest ??= {};
    rest[key] = value;
  }
  return rest;
};

/** The members of a part's data that are not in `known`. */
export const dataMembers = (data: JsonObject, known: ReadonlySet<string>): JsonObject | undefined =>
  unknownMembers(data, known);

export const rememberedPart = (block: Block): JsonObject | undefined => objectAt(block.meta?.gemini, 'part');

export const rememberedData = (block: Block): JsonObject | undefined => objectAt(block.meta?.gemini, 'data');

export const hasOutput = (block: Block): boolean => block.meta?.gemini?.['output'] === true;

export const hasMadeUpId = (block: Block): boolean => block.meta?.gemini?.['madeUpId'] === true;
