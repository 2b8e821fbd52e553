/** A table's row for a word from outside; undefined also for words every object has, such as `constructor`. */
export const lookup = <T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined =>
  word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
