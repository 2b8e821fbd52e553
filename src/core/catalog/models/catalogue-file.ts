/** Where the catalogue's facts come from. */
export interface CatalogueSource {
  readonly name: string;
  readonly origin: string;
  readonly commit?: string;
  readonly licence: string;
  readonly copyright: string;
}

/** The first line of a catalogue file, as JSON. */
export interface CatalogueHeader {
  readonly format: 'sluice-catalogue';
  readonly version: 1;
  /** The day the facts are of. */
  readonly made: string;
  readonly models: number;
  readonly priced: number;
  /** Of `checkedText`, in hexadecimal. */
  readonly sha256: string;
  readonly sources: readonly CatalogueSource[];
}

export interface CatalogueText {
  readonly header: CatalogueHeader;
  /** One model a line, by rising `provider/id` (code units), each line ended. */
  readonly body: string;
}

/** Parts a catalogue file; whether it is the one that was written is for the caller to check by `checkedText`. Throws an `Error` that says what is wrong. */
export const splitCatalogue = (text: string): CatalogueText => {
  const end = text.indexOf('\n');
  if (end < 0) throw new Error('It has no second line; the file is cut or is no catalogue.');
  const header = readHeader(text.slice(0, end));
  return { header, body: text.slice(end + 1) };
};

/** What the checksum is of: the whole file, with an empty checksum in it. */
export const checkedText = ({ header, body }: CatalogueText): string =>
  joinCatalogue({ header: { ...header, sha256: '' }, body });

export const joinCatalogue = ({ header, body }: CatalogueText): string => `${JSON.stringify(header)}\n${body}`;

const readHeader = (line: string): CatalogueHeader => {
  let header: unknown;
  try {
    header = JSON.parse(line);
  } catch {
    throw new Error('Its first line is no JSON; the file is no catalogue.');
  }
  const { format, version, sha256, made } = (header ?? {}) as Partial<Record<string, unknown>>;
  if (format !== 'sluice-catalogue') throw new Error('Its first line does not say "format": "sluice-catalogue".');
  if (version !== 1) throw new Error(`It is of version ${String(version)}; this Sluice reads version 1.`);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw new Error('Its first line has no sha256.');
  if (typeof made !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(made))
    throw new Error('Its first line has no day in `made`.');
  return header as CatalogueHeader;
};
