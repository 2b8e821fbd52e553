/** The value of `key=value` among the arguments, the form the C tools take too. */
export const option = (key: string, fallback: string): string =>
  Bun.argv
    .slice(2)
    .find((text) => text.startsWith(`${key}=`))
    ?.slice(key.length + 1) ?? fallback;

export const numberOption = (key: string, fallback: number): number => Number(option(key, String(fallback)));
