/** A string as JSON. Ids, names and words need no escapes, and looking is cheaper than the general writer. */
export const quotedText = (text: string): string => (plainText.test(text) ? `"${text}"` : JSON.stringify(text));

const plainText = /^[\w .:/@+-]*$/;
