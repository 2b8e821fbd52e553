/** Every path of OpenRouter's begins so; clients of other makers do not come this way. */
export const openrouterPrefix = '/api/v1/';

export const isOpenrouterPath = (path: string): boolean => path.startsWith(openrouterPrefix);

/** The name of an exchange at this face. */
export const generationId = (exchangeId: string): string => `gen-${exchangeId}`;
