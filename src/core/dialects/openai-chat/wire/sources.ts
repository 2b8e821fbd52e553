import type { Block, Citation } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonObject, stringAt } from '../../../json/json.ts';

/**
 * What a searching host read, from beside the answer: `search_results` (Perplexity) name title and address, `citations` (Perplexity, xAI) the
 * address alone. The text refers to them by number, so all of it is taken to cite them all, in their order.
 */
export const readSources = (answer: JsonObject): readonly Citation[] => {
  const results = arrayAt(answer, 'search_results').flatMap((result): readonly Citation[] => {
    const url = isObject(result) ? stringAt(result, 'url') : undefined;
    const title = stringAt(result, 'title');
    return url === undefined ? [] : [{ kind: 'url', url, ...(title === undefined ? {} : { title }) }];
  });
  if (results.length > 0) return results;
  return arrayAt(answer, 'citations').flatMap((url): readonly Citation[] =>
    typeof url === 'string' ? [{ kind: 'url', url }] : [],
  );
};

/** Gives the sources to the last text, unless the answer cites in its own way. */
export const withSources = (blocks: readonly Block[], sources: readonly Citation[]): readonly Block[] => {
  if (sources.length === 0 || blocks.some((block) => block.kind === 'text' && block.citations !== undefined))
    return blocks;
  const last = blocks.findLastIndex((block) => block.kind === 'text');
  return blocks.map((block, place) =>
    place === last && block.kind === 'text' ? { ...block, citations: sources } : block,
  );
};
