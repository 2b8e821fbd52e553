/** The parts of a `data:` URL with base64 content; undefined when it is not one. Parameters such as `;name=x` are passed over. */
export const parseDataUrl = (url: string): { readonly mimeType: string; readonly data: string } | undefined => {
  if (!url.startsWith('data:')) return undefined;
  const comma = url.indexOf(',');
  if (comma < 0) return undefined;
  const [mimeType = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  return parameters.at(-1) === 'base64' ? { mimeType, data: url.slice(comma + 1) } : undefined;
};

export const writeDataUrl = (mimeType: string, data: string): string => `data:${mimeType};base64,${data}`;
