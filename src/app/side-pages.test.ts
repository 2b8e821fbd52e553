import { expect, test } from 'bun:test';
import { doorPaths, findDoor } from '../gateway/doors/find-door.ts';
import type { Incoming, WireReply } from '../gateway/incoming.ts';
import { adminReply } from './side-pages.ts';

const answering = (): Promise<WireReply> => Promise.resolve({ status: 200, headers: {}, body: null });
const admin = {
  handle: answering,
  handleDecisions: answering,
  handleLitellm: answering,
  handlePortkey: answering,
};

const post = (path: string): Incoming => ({
  method: 'POST',
  path,
  query: '',
  header: () => undefined,
  headerNames: () => [],
  readBody: () => Promise.resolve(new Uint8Array()),
  address: () => undefined,
  settled: () => undefined,
  signal: new AbortController().signal,
});

test.each(doorPaths.map((path) => path.replaceAll(/\{[^}]+\}/g, 'one').replace('…', 'chat/completions')))(
  '%s is a door, and no way to manage keys and models answers there',
  (path) => {
    expect(findDoor('POST', path, '')).toBeDefined();
    expect(adminReply({ admin }, post(path))).toBeUndefined();
  },
);

test.each(['/admin/v1/keys', '/key/generate', '/model/new', '/model/one/update', '/v1/configs'])(
  '%s is answered by a way to manage keys and models',
  (path) => {
    expect(adminReply({ admin }, post(path))).toBeDefined();
  },
);
