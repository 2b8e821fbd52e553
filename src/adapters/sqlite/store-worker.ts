import type { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { lockDirectory } from './data-lock.ts';
import { openDatabase } from './open-database.ts';
import { operations } from './operations.ts';
import type { StoreContext } from './store-context.ts';
import type { StoreFailure, StoreMessage, StoreRequest } from './store-messages.ts';

declare const self: {
  onmessage: ((event: { readonly data: StoreRequest | { readonly directory: string } }) => void) | null;
  postMessage(message: StoreMessage): void;
  close(): void;
};

const failureOf = (error: unknown): StoreFailure => {
  if (!(error instanceof GatewayError)) return { message: error instanceof Error ? error.message : String(error) };
  const { param, status } = error.detail;
  return {
    message: error.message,
    code: error.code,
    detail: { ...(param === undefined ? {} : { param }), ...(status === undefined ? {} : { status }) },
  };
};

/** One transaction a request: what it changed is told after the commit, and nothing is told of what was rolled back. */
const answer = (database: Database, directory: string, request: StoreRequest): void => {
  const changes: StoreMessage[] = [];
  const context: StoreContext = {
    database,
    directory,
    changed: (topic, payload) => changes.push({ kind: 'changed', topic, payload }),
  };
  try {
    const run = operations[request.name as keyof typeof operations] as (
      context: StoreContext,
      input: unknown,
    ) => unknown;
    const value = run(context, request.input);
    for (const change of changes) self.postMessage(change);
    self.postMessage({ kind: 'result', id: request.id, value });
  } catch (error) {
    self.postMessage({ kind: 'failure', id: request.id, failure: failureOf(error) });
  }
};

const open = (directory: string): void => {
  try {
    const held = lockDirectory(directory);
    const database = openDatabase(join(directory, 'sluice.db'));
    self.onmessage = ({ data }) => {
      if (!('id' in data)) return;
      if (data.name === 'close') {
        database.close();
        held.close();
        self.postMessage({ kind: 'result', id: data.id, value: undefined });
        self.close();
        return;
      }
      answer(database, directory, data);
    };
    self.postMessage({ kind: 'ready' });
  } catch (error) {
    self.postMessage({ kind: 'failed-start', failure: failureOf(error) });
  }
};

// The first message names the data directory.
self.onmessage = ({ data }) => {
  if ('directory' in data) open(data.directory);
};
