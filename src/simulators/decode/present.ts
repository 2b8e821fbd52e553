/** An object's members that are not undefined. */
type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> } extends infer R ? Partial<R> : never;

/** Leaves out members that are undefined, so that "not said" and "said nothing" look alike. */
export const present = <T extends object>(value: T): Present<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
