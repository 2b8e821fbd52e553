import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../core/catalog/catalogue.ts';
import { version } from '../version.ts';
import { runCommand } from './run-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileWith = (text: string): string => {
  const path = join(folder, 'sluice.yaml');
  writeFileSync(path, text);
  return path;
};

const run = async (words: readonly string[], environment: Record<string, string> = {}) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(words, {
    environment,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

describe('a wrong call ends with 2 and says how it is meant', () => {
  test.each([
    [['chek'], 'There is no command "chek"; did you mean `sluice check`?'],
    [['start', '--prot', '1'], '`sluice start` has no flag --prot; did you mean --port?'],
    [['start', '--port'], '--port needs a value: --port N'],
    [['start', '--port', '--host'], '--port needs a value: --port N'],
    [['start', '--config', '/nowhere', 'more'], '`sluice start` does not take "more"'],
    [['check'], '`sluice check` needs FILE: sluice check FILE'],
    [['models', '--json=yes'], '--json is a switch and takes no value.'],
    [['version', '--port', '1'], '`sluice version` takes no flags, got --port.'],
    [['start', '--constructor', '1'], '`sluice start` has no flag --constructor'],
    [['constructor'], 'There is no command "constructor"'],
    [['demo', '--port', '70000'], '--port must be a whole number from 0 to 65535, got "70000".'],
  ])('%j', async (words, message) => {
    const { code, out, err } = await run(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toStartWith(message);
  });
});

test.each([[[]], [['help']], [['--help']], [['start', '--help']]])('%j prints help', async (words) => {
  const { code, out } = await run(words);
  expect(code).toBe(0);
  expect(out).toContain('sluice start [--config FILE] [--port N] [--host H] [--data DIR]');
  expect(out).toContain('SLUICE_MASTER_KEY');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(180);
});

test.each([[['version']], [['--version']]])('%j prints the version', async (words) => {
  expect(await run(words)).toEqual({ code: 0, out: version, err: '' });
});

describe('check', () => {
  test('prints file, line and column, path, what is wrong and what to do', async () => {
    const path = fileWith('providers:\n  - id: groq\n    api_kee: x\n');
    const { code, out } = await run(['check', path]);
    expect(code).toBe(1);
    expect(out).toStartWith(`${path}:3:5 providers[0].api_kee: is not a known key (did you mean \`api_key\`?`);
  });

  test('says ok, what is ready, and which listed provider is not', async () => {
    const path = fileWith('providers: [{id: groq, api_key: x}, {id: openai}]\n');
    expect(await run(['check', path])).toMatchObject({
      code: 0,
      out: [
        `ok: 2 of ${catalogue.length} providers ready: groq, demo`,
        'note: openai is not ready: it has no key; set OPENAI_API_KEY, or give it an api_key in the config file.',
      ].join('\n'),
    });
  });

  test('finds names that lead to nothing, and lets those be whose provider has no key here', async () => {
    const provider = 'providers: [{id: perplexity, api_key: x}, {id: openai}]\n';
    const path = fileWith(
      `${provider}aliases:\n  quick: perplexety/sonar\n  fine: perplexity/sonar\n  later: openai/gpt-5\n  lost: no-such-model\nroutes:\n  both: {fallback: [fine, demo/nothing]}\n`,
    );
    const { code, out } = await run(['check', path]);
    expect(code).toBe(1);
    expect(out.split('\n').map((line) => line.slice(0, line.indexOf('.', line.indexOf('leads'))))).toEqual([
      `${path}:3:10 aliases.quick: leads to nothing`,
      `${path}:6:9 aliases.lost: leads to nothing`,
      `${path}:8:9 routes.both: leads to nothing`,
    ]);
    expect(out).toContain('Nearest: "perplexity/sonar"');
  });

  test('knows a file that is not there from one that is a folder', async () => {
    expect(await run(['check', join(folder, 'none.yaml')])).toMatchObject({
      code: 1,
      out: `${folder}/none.yaml: does not exist`,
    });
    writeFileSync(join(folder, 'latin.yaml'), new Uint8Array([0x61, 0x3a, 0xff]));
    expect((await run(['check', join(folder, 'latin.yaml')])).out).toEndWith('latin.yaml: is not UTF-8 text');
    writeFileSync(join(folder, 'nothing.yaml'), '\n');
    expect((await run(['check', join(folder, 'nothing.yaml')])).out).toContain('nothing.yaml: is empty');
    expect(await run(['check', folder])).toMatchObject({ code: 1, out: `${folder}: is a folder, not a file` });
  });
});

describe('lists', () => {
  test('models of ready providers, one a line', async () => {
    const { out } = await run(['models', '--config', fileWith('providers: [{id: perplexity, api_key: x}]')]);
    const lines = out.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines.map(([id]) => id)).toEqual([
      'perplexity/sonar',
      'perplexity/sonar-pro',
      'perplexity/sonar-reasoning-pro',
      'perplexity/sonar-deep-research',
      'perplexity/pplx-embed-v1-0.6b',
      'perplexity/pplx-embed-v1-4b',
      'demo/echo',
      'demo/embedding',
    ]);
    expect(lines[1]).toEqual(['perplexity/sonar-pro', '200000', '$3 in, $15 out']);
    expect(lines[6]).toEqual(['demo/echo', 'price unknown']);
  });

  test('providers as JSON, without their keys', async () => {
    const text = 'providers: [{id: groq, api_key: hush, base_url: "http://me:hush@host/v1"}]';
    const { out } = await run(['providers', '--json', '--config', fileWith(text)], { GEMINI_API_KEY: 'hush' });
    const rows = JSON.parse(out) as readonly { readonly id: string; readonly ready: boolean; readonly key: string }[];
    expect(rows.find((row) => row.id === 'groq')).toMatchObject({
      ready: true,
      key: 'config',
      baseUrl: 'http://***@host/v1',
    });
    expect(rows.find((row) => row.id === 'gemini')).toMatchObject({ ready: false, key: 'GEMINI_API_KEY' });
    expect(out).not.toContain('hush');
  });

  test('providers as a table: how sure the entry is, what it serves in which formats, and where its key is looked for', async () => {
    const { out } = await run(['providers'], { GROQ_API_KEY: 'hush' });
    const lines = out.split('\n');
    const words = (line: string | undefined) => line?.trim().split(/ {2,}/);
    expect(words(lines[0])).toEqual(['id', 'evidence', 'operations', 'formats', 'key']);
    expect(words(lines[1])).toEqual(['ready', 'groq', 'recorded', 'chat', 'openai-chat', 'from GROQ_API_KEY']);
    expect(words(lines.find((line) => / cerebras /.test(line)))).toEqual([
      '-',
      'cerebras',
      'recorded',
      'chat',
      'openai-chat, openai-completions',
      'it has no key; set CEREBRAS_API_KEY, or give it an api_key in the config file.',
    ]);
    expect(lines.length).toBe(catalogue.length + 1);
  });

  test('nothing when the config file is wrong', async () => {
    const { code, out, err } = await run(['models', '--config', fileWith('nope: 1')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('nope: is not a known key');
  });
});

test('`route explain` says where a request would go, and why not elsewhere', async () => {
  const path = fileWith(
    'providers: [{ id: openai, api_key: k }]\nroutes: { smart: { fallback: [mistral/x, openai/gpt-5, demo/echo] } }\n',
  );
  const { code, out } = await run(['route', 'explain', '--model', 'smart', '--prompt', 'hi', '--config', path]);
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    '1. openai/gpt-5  (in-order)',
    '2. demo/echo  (in-order)',
    '   mistral/x  left out: not-configured',
  ]);
  expect((await run(['route', 'explain', '--config', path])).code).toBe(2);
});
