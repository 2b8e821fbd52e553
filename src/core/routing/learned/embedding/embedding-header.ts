/** What stands in `static-embedding.bin`; the table's origin and licence are named in NOTICE. */
export const embeddingHeader = {
  format: 'sluice-static-embedding',
  version: 1,
  dim: 256,
  vocab: 27751,
  buckets: 512,
  rows: 28263,
  idf_max: 12.709021,
  idf_docs: 165358,
  max_word: 100,
  max_tokens: 2048,
  max_chars: 20000,
  sections: {
    vocab: {
      offset: 0,
      bytes: 211151,
      type: 'utf-8, one token per line',
    },
    scale: {
      offset: 211152,
      bytes: 113052,
      type: 'float32 LE, one per row',
    },
    idf: {
      offset: 324204,
      bytes: 28263,
      type: 'uint8, idf = x / 255 * idf_max',
    },
    rows: {
      offset: 352468,
      bytes: 7235328,
      type: 'int8, row-major',
    },
  },
  sha256: '7ca140503e4244f55b4da4fdf18e7eedd24840768af3ceb508b69fdc94fdef85',
} as const;
