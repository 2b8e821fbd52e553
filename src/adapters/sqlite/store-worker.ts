import { join } from 'node:path';
import { Answers } from './answers.ts';
import { lockDirectory } from './data-lock.ts';
import { openDatabase } from './open-database.ts';
import { operations } from './operations.ts';
import type { StoreContext } from './store-context.ts';
import { failureOf, type StoreMessage, type StoreRequest } from './store-messages.ts';

declare const self: {
  onmessage: ((event: { readonly data: StoreRequest | { readonly directory: string } }) => void) | null;
  postMessage(message: StoreMessage): void;
  close(): void;
};

const post = (message: StoreMessage): void => self.postMessage(message);

const open = (directory: string): void => {
  try {
    const held = lockDirectory(directory);
    const database = openDatabase(join(directory, 'sluice.db'));
    const answers = new Answers({
      run: ({ name, input }, changed) => {
        const run = operations[name as keyof typeof operations] as (context: StoreContext, input: unknown) => unknown;
        return run({ database, directory, changed }, input);
      },
      post,
      after: (ms, run) => void setTimeout(run, ms),
    });
    self.onmessage = ({ data }) => {
      if (!('id' in data)) return;
      if (data.name === 'close') {
        answers.finish();
        database.close();
        held.close();
        post({ kind: 'result', id: data.id, value: undefined });
        self.close();
        return;
      }
      answers.answer(data);
    };
    post({ kind: 'ready' });
  } catch (error) {
    post({ kind: 'failed-start', failure: failureOf(error) });
  }
};

// The first message names the data directory.
self.onmessage = ({ data }) => {
  if ('directory' in data) open(data.directory);
};
