import { expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testsProgram } from '../support/sluice-program.ts';
import { masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const ownKey = 'sk-of-a-model-that-is-kept-0123456789';

// It needs the data directory, which the program under test keeps to itself.
test.skipIf(testsProgram)(
  'a model that was set up is there after a start, with its key, which stands nowhere in the open',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-kept-models-'));
    const first = await startGatewayUnderTest({ dataDirectory: directory });
    const made = await fetch(`${first.url}/model/new`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model_name: 'kept',
        litellm_params: {
          model: 'openai/kept-model',
          api_key: ownKey,
          api_base: 'http://127.0.0.1:1/v1',
          num_retries: 0,
        },
      }),
    });
    expect(made.status).toBe(200);
    await first.stop();
    for (const name of readdirSync(directory, { recursive: true, withFileTypes: true }))
      if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes(ownKey)).toBe(false);
    const second = await startGatewayUnderTest({ dataDirectory: directory });
    const answer = await second.post('/v1/chat/completions', {
      model: 'kept',
      messages: [{ role: 'user', content: 'hi' }],
    });
    // Nobody listens at its address: what counts is that it is asked.
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('upstream_unreachable')]);
    await second.stop();
    rmSync(directory, { recursive: true, force: true });
  },
  20_000,
);
