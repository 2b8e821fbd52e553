/** How base64 of each image type begins. */
const imageBeginnings = [
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

/** The type of a picture as its first bytes tell it: the format has no place for it. */
export const imageType = (data: string): string =>
  imageBeginnings.find(([beginning]) => data.startsWith(beginning))?.[1] ?? 'image/png';
