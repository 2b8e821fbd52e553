import { Database } from 'bun:sqlite';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from './plants.ts';

export interface Hit {
  readonly plant: string;
  readonly place: string;
  readonly form: string;
}

/** A text as it may stand in a file: plain, in two bytes a letter, in hexadecimal, and in base64 wherever it begins in its three bytes. */
const formsOf = (text: string): readonly (readonly [string, Buffer])[] => {
  const plain = Buffer.from(text);
  const inBase64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), plain])
      .toString('base64')
      .replaceAll('=', '');
    // The first and the last letters also hold bits of what stands beside it.
    return encoded.slice(before === 0 ? 0 : before + 1, -2);
  });
  return [
    ['plain', plain],
    ['two bytes a letter', Buffer.from(text, 'utf16le')],
    ['hexadecimal', Buffer.from(plain.toString('hex'))],
    ...inBase64.map((form) => ['base64', Buffer.from(form)] as const),
  ];
};

/** Every planted text that stands in some bytes, in any form. */
export const findIn = (place: string, bytes: Uint8Array | string, plants: readonly Plant[]): readonly Hit[] => {
  const searched = Buffer.from(bytes);
  return plants.flatMap(({ name, text }) =>
    formsOf(text)
      .filter(([, form]) => searched.includes(form))
      .map(([form]) => ({ plant: name, place, form })),
  );
};

/** All files of a folder, however deep. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

export const findInFiles = (folder: string, plants: readonly Plant[]): readonly Hit[] =>
  filesIn(folder).flatMap((path) => findIn(path.slice(folder.length + 1), readFileSync(path), plants));

/** Every row of every table: long rows lie in pieces all over the file. */
export const findInTables = (file: string, plants: readonly Plant[]): readonly Hit[] => {
  const database = new Database(file, { readonly: true });
  try {
    const tables = database.query("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      readonly name: string;
    }[];
    return tables.flatMap(({ name }) => {
      const rows = database.query(`SELECT * FROM "${name}"`).values();
      const bytes = rows
        .flat()
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))));
      return findIn(`table ${name}`, Buffer.concat(bytes.flatMap((value) => [value, Buffer.from('\n')])), plants);
    });
  } finally {
    database.close();
  }
};
