import { Database } from 'bun:sqlite';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { segmentBytes, segmentsIn } from '../../journal/journal-segments.ts';
import { lockDirectory } from '../data-lock.ts';

/** Beside the database; without the pepper no key would be known again. The master key is not in it. */
const keptFiles = ['key-pepper'] as const;

const tries = 5;

/**
 * Copies the database, what the journal holds beyond it, and the keys' pepper into one file, also while a server runs. `file` must not exist. It is an SQLite
 * database itself; whoever has it can read every fact in it.
 */
export const backUp = (directory: string, file: string): void => {
  if (existsSync(file)) throw new Error(`${file} exists. Name a new file.`);
  const draft = `${file}.part`;
  for (let attempt = 1; ; attempt++) {
    rmSync(draft, { force: true });
    const database = new Database(join(directory, 'sluice.db'), { readonly: true });
    try {
      database.run('PRAGMA busy_timeout = 5000');
      database.query('VACUUM INTO ?').run(draft);
    } finally {
      database.close();
    }
    chmodSync(draft, 0o600);
    if (addFiles(directory, draft)) break;
    if (attempt === tries) throw new Error('The journal moved on too quickly to be copied. Try again.');
  }
  renameSync(draft, file);
};

/** The journal is copied after the database. False when a segment that the copy still needs is gone already. */
const addFiles = (directory: string, draft: string): boolean => {
  const copy = new Database(draft);
  try {
    copy.run('CREATE TABLE backup_file (path TEXT PRIMARY KEY, bytes BLOB NOT NULL)');
    const put = copy.prepare('INSERT INTO backup_file (path, bytes) VALUES (?, ?)');
    const folder = join(directory, 'journal');
    const rows = copy.query('SELECT segment, done FROM fold').all() as readonly FoldRow[];
    const done = new Set(rows.filter((row) => row.done === 1).map(({ segment }) => segment));
    const names = segmentsIn(folder).filter((name) => !done.has(name));
    if (rows.some((row) => row.done === 0 && !names.includes(row.segment))) return false;
    for (const name of names) put.run(`journal/${name}`, segmentBytes(folder, name, { fromByte: 0 }));
    for (const name of keptFiles)
      if (existsSync(join(directory, name))) put.run(name, readFileSync(join(directory, name)));
    return true;
  } finally {
    copy.close();
  }
};

interface FoldRow {
  readonly segment: string;
  readonly done: number;
}

/**
 * Puts a backup in the place of what a data directory holds. What was there is kept as `before-restore-TIME` in it. Throws while a server runs there, and for a
 * file that is no whole backup; then nothing was changed.
 */
export const restore = (directory: string, file: string, atMs: number): void => {
  const files = checked(file);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const held = lockDirectory(directory);
  try {
    const aside = join(directory, `before-restore-${atMs}`);
    const draft = join(directory, 'sluice.db.part');
    writeFileSync(draft, readFileSync(file), { mode: 0o600 });
    const copy = new Database(draft);
    copy.run('DROP TABLE backup_file');
    copy.run('VACUUM');
    copy.close();
    mkdirSync(aside, { mode: 0o700 });
    for (const name of ['sluice.db', 'sluice.db-wal', 'sluice.db-shm', 'journal', ...keptFiles])
      if (existsSync(join(directory, name))) renameSync(join(directory, name), join(aside, name));
    mkdirSync(join(directory, 'journal'), { mode: 0o700 });
    for (const { path, bytes } of files) writeFileSync(join(directory, path), bytes, { mode: 0o600 });
    renameSync(draft, join(directory, 'sluice.db'));
  } finally {
    held.close();
  }
};

interface BackupFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const checked = (file: string): readonly BackupFile[] => {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  let database: Database | undefined;
  try {
    database = new Database(file, { readonly: true });
    const state = database.query('PRAGMA integrity_check').get() as { readonly integrity_check: string };
    if (state.integrity_check !== 'ok') throw new Error(state.integrity_check);
    const files = database.query('SELECT path, bytes FROM backup_file').all() as readonly BackupFile[];
    const stranger = files.find(
      ({ path }) => !/^journal\/\d{8}\.log$/.test(path) && !keptFiles.includes(path as 'key-pepper'),
    );
    if (stranger !== undefined) throw new Error(`it holds ${stranger.path}`);
    return files;
  } catch (error) {
    throw new Error(`${file} is no whole backup of Sluice: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    database?.close();
  }
};
