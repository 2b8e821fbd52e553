import type { MediaKind } from '../../../ir/index.ts';

/** The wire's word for each type of file, by kind of medium. The first word of a type is the one that is written. */
const formats: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' },
  document: {
    pdf: 'application/pdf',
    csv: 'text/csv',
    doc: 'application/msword',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    xls: 'application/vnd.ms-excel',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    html: 'text/html',
    txt: 'text/plain',
    md: 'text/markdown',
  },
  audio: {
    mp3: 'audio/mpeg',
    opus: 'audio/opus',
    wav: 'audio/wav',
    aac: 'audio/aac',
    flac: 'audio/flac',
    mp4: 'audio/mp4',
    ogg: 'audio/ogg',
    mkv: 'audio/x-matroska',
    mka: 'audio/x-matroska',
    'x-aac': 'audio/x-aac',
    m4a: 'audio/m4a',
    mpeg: 'audio/mpeg',
    mpga: 'audio/mpeg',
    pcm: 'audio/pcm',
    webm: 'audio/webm',
  },
  video: {
    mp4: 'video/mp4',
    mkv: 'video/x-matroska',
    mov: 'video/quicktime',
    webm: 'video/webm',
    flv: 'video/x-flv',
    mpeg: 'video/mpeg',
    mpg: 'video/mpeg',
    wmv: 'video/x-ms-wmv',
    three_gp: 'video/3gpp',
  },
};

/** Other names of the same types. */
const otherNames: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'application/csv': 'text/csv',
  'text/x-markdown': 'text/markdown',
};

export const mimeTypeOf = (media: MediaKind, format: string): string | undefined =>
  // Some clients send the whole type, and it is taken.
  format.startsWith(`${media}/`) ? format : Object.hasOwn(formats[media], format) ? formats[media][format] : undefined;

export const formatOf = (media: MediaKind, mimeType: string): string | undefined => {
  const [plain = ''] = mimeType.toLowerCase().split(';');
  const type = Object.hasOwn(otherNames, plain) ? otherNames[plain] : plain;
  return Object.entries(formats[media]).find(([, known]) => known === type)?.[0];
};
