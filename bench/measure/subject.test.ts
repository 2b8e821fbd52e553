import { expect, test } from 'bun:test';
import { bodyOf, requestBytes, subjects } from './subject.ts';

test('every question is 1 KB, whole or streamed, in either format', () => {
  for (const subject of Object.values(subjects)) {
    expect(bodyOf(subject).length).toBe(1024);
    expect(bodyOf(subject, { chunks: 100, everyMs: 50 }).length).toBe(1024);
  }
});

test('both native lanes ask for usage themselves: what differs is who looks', () => {
  const pace = { chunks: 3, everyMs: 1 };
  expect(bodyOf(subjects.native, pace)).toContain('"include_usage":true');
  expect(bodyOf(subjects['native-tap'], pace)).toContain('"include_usage":true');
});

test('the request states the length of its body', () => {
  const [head = '', body = ''] = requestBytes(subjects.translated).split('\r\n\r\n');
  expect(head).toStartWith('POST /v1/messages HTTP/1.1\r\n');
  expect(head).toContain(`Content-Length: ${body.length}`);
});
