import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { masterKey } from '../../e2e/gateway-under-test.ts';
import type { CommandLineClient, Place } from './clients.ts';

export interface Session {
  readonly exitCode: number;
  readonly output: string;
  /** `note.txt` after the session. */
  readonly note: string;
}

const longestMs = 120_000;

/** Runs a client once in an empty home folder, with a workspace that holds `note.txt`. `watch` is told the place before it starts. */
export const runSession = async (
  client: Omit<CommandLineClient, 'reads'>,
  at: { readonly program: string; readonly url: string; readonly model: string; watch(place: Place): void },
): Promise<Session> => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-session-'));
  const workspace = join(home, 'workspace');
  const place: Place = { url: at.url, key: masterKey, model: at.model, workspace };
  const files = { 'workspace/note.txt': 'The code is 4711.\n', ...client.settings?.(place) };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  at.watch(place);
  const child = Bun.spawn([at.program, ...client.words(place, 'Read note.txt and tell me the code.')], {
    cwd: workspace,
    env: { ...plainEnvironment(home), ...client.environment(place) },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: longestMs,
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const note = readFileSync(join(workspace, 'note.txt'), 'utf8');
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  return { exitCode, output: `${stdout}\n${stderr}`, note };
};

/** Nothing of the machine's own settings reaches a client. */
const plainEnvironment = (home: string): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  XDG_DATA_HOME: join(home, '.local/share'),
  XDG_CACHE_HOME: join(home, '.cache'),
  XDG_STATE_HOME: join(home, '.local/state'),
  TERM: 'dumb',
  NO_COLOR: '1',
  CI: '1',
});
