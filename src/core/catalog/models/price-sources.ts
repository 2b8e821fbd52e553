/** Where prices come from, by the letter the catalogue's file has for them. */
export const priceSources = { m: 'models.dev', g: 'genai-prices', l: 'litellm', p: 'portkey', c: 'operator' } as const;

export type PriceSource = (typeof priceSources)[keyof typeof priceSources];
