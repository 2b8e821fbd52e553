/** What vectors are for, in one set of words. */
export type EmbeddingPurpose = 'query' | 'document' | 'classification' | 'clustering' | 'similarity';

/** The words of Gemini, Cohere, Voyage and Jina. */
const purposes: ReadonlyMap<string, EmbeddingPurpose> = new Map([
  ['query', 'query'],
  ['search_query', 'query'],
  ['retrieval.query', 'query'],
  ['RETRIEVAL_QUERY', 'query'],
  ['QUESTION_ANSWERING', 'query'],
  ['FACT_VERIFICATION', 'query'],
  ['CODE_RETRIEVAL_QUERY', 'query'],
  ['document', 'document'],
  ['passage', 'document'],
  ['search_document', 'document'],
  ['retrieval.passage', 'document'],
  ['RETRIEVAL_DOCUMENT', 'document'],
  ['classification', 'classification'],
  ['CLASSIFICATION', 'classification'],
  ['clustering', 'clustering'],
  ['separation', 'clustering'],
  ['CLUSTERING', 'clustering'],
  ['text-matching', 'similarity'],
  ['SEMANTIC_SIMILARITY', 'similarity'],
]);

/** The purpose a provider's word names; undefined for a word nobody but its provider knows. */
export const embeddingPurpose = (task: string): EmbeddingPurpose | undefined => purposes.get(task);
