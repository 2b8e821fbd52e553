import type { EmbeddingRequest } from '../../../ir/index.ts';
import { type JsonDraft, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { scalarField } from '../door/read-fields.ts';

/** What one request of a batch says about its vector. */
export type EmbeddingSettings = Pick<EmbeddingRequest, 'dimensions' | 'task' | 'title'>;

const known = new Set(['model', 'content', 'taskType', 'title', 'outputDimensionality']);

/** Reads the settings of an `embedContent` request with camelCase members, and the members that have no place in the IR. */
export const readSettings = (
  request: JsonObject,
  path: string,
): { readonly settings: EmbeddingSettings; readonly rest: JsonObject | undefined } => {
  const dimensions = scalarField(request, 'outputDimensionality', { type: 'number', path });
  const task = scalarField(request, 'taskType', { type: 'string', path });
  const title = scalarField(request, 'title', { type: 'string', path });
  return {
    settings: {
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(task === undefined ? {} : { task }),
      ...(title === undefined ? {} : { title }),
    },
    rest: unknownMembers(request, known),
  };
};

/** Writes the settings. A task in another provider's words that mean the same is translated; `other` is one that cannot be. */
export const writeSettings = (
  request: EmbeddingSettings,
): { readonly members: JsonObject; readonly other: string | undefined } => {
  const members: JsonDraft = {};
  const task = request.task === undefined ? undefined : (tasks.get(request.task.toLowerCase()) ?? request.task);
  const fits = task === undefined || /^[A-Z_]+$/.test(task);
  if (task !== undefined && fits) members['taskType'] = task;
  if (request.title !== undefined) members['title'] = request.title;
  if (request.dimensions !== undefined) members['outputDimensionality'] = request.dimensions;
  return { members, other: fits ? undefined : task };
};

/** `input_type` words of hosts in OpenAI's format. */
const tasks: ReadonlyMap<string, string> = new Map(
  Object.entries({
    query: 'RETRIEVAL_QUERY',
    search_query: 'RETRIEVAL_QUERY',
    document: 'RETRIEVAL_DOCUMENT',
    passage: 'RETRIEVAL_DOCUMENT',
    search_document: 'RETRIEVAL_DOCUMENT',
    classification: 'CLASSIFICATION',
    clustering: 'CLUSTERING',
  }),
);
