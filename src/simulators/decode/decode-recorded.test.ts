import { expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'bun';
import type { DialectId } from '../../core/ir/dialect-id.ts';
import { isObject, type Json, parseJson, stringAt } from '../../core/json/json.ts';
import { compareRequests } from '../compare-requests.ts';
import { SimulatorRefusal } from '../simulator-refusal.ts';
import { decodeRequest } from './decode-request.ts';

const folder = process.env['SLUICE_CORPUS'] ?? resolve(import.meta.dir, '../../../../shared/data/corpus/dev');
const absent = !existsSync(folder);
const reason = absent ? ' (skipped: no recordings; set SLUICE_CORPUS)' : '';

const dialectOf: Readonly<Record<string, DialectId>> = {
  chat: 'openai-chat',
  completions: 'openai-completions',
  responses: 'openai-responses',
  messages: 'anthropic-messages',
  generateContent: 'gemini',
};

interface Recorded {
  readonly id: string;
  readonly dialect: DialectId;
  readonly provider: string;
  readonly body: Json;
  readonly url: string;
}

function* recorded(): Generator<Recorded> {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl.gz'))) {
    const text = new TextDecoder().decode(gunzipSync(readFileSync(`${folder}/${name}`)));
    for (const line of text.split('\n')) {
      const row = parseJson(line);
      const dialect = dialectOf[stringAt(row, 'api') ?? ''];
      if (!isObject(row) || dialect === undefined || row['status'] !== 200 || !isObject(row['request_body'])) continue;
      yield {
        id: stringAt(row, 'id') ?? '',
        dialect,
        provider: stringAt(row, 'provider') ?? '',
        body: row['request_body'],
        url: stringAt(row, 'url') ?? '',
      };
    }
  }
}

const hintsOf = (url: string) => {
  const match = /(?:models|deployments)\/([^:/?]+)[:/](\w+)/.exec(url);
  return match === null ? {} : { model: match[1] ?? '', stream: match[2] === 'streamGenerateContent' };
};

test.skipIf(absent)(`every recorded request that a provider answered decodes without refusal${reason}`, () => {
  const refused: string[] = [];
  let decoded = 0;
  // Recorded in 2024: the result names no call of the conversation, which the provider refuses today.
  const outdated = new Set(['b1e53da184331afbc2fb']);
  for (const row of recorded()) {
    if (outdated.has(row.id)) continue;
    try {
      const request = decodeRequest(row.dialect, row.body, hintsOf(row.url));
      decoded++;
      if (compareRequests(request, request).length > 0) refused.push(`${row.id} differs from itself`);
    } catch (error) {
      if (!(error instanceof SimulatorRefusal)) throw error;
      refused.push(`${row.id} ${row.provider} ${row.dialect}: ${error.message}`);
    }
  }
  expect(refused).toEqual([]);
  expect(decoded).toBeGreaterThan(1000);
});
