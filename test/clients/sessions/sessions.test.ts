import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { SimulatedAnswer, SimulatedPart, SimulatedRequest } from '../../../src/simulators/index.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from '../../e2e/gateway-under-test.ts';
import { type Installed, install } from '../../support/install-client.ts';
import {
  aider,
  type CommandLineClient,
  claudeCode,
  codex,
  codexWithModels,
  geminiCli,
  opencode,
  type ToolUse,
} from './clients.ts';
import { runSession, type Session } from './run-session.ts';

// The programs are large and have to be fetched, so this belongs to the nightly gate.
const wanted = process.env['SLUICE_CLIENT_SESSIONS'] === '1';

const upstreams = ['openai', 'anthropic', 'gemini', 'chat-only', 'ollama'] as const;

let sluice: GatewayUnderTest | undefined;
const house = (): GatewayUnderTest => {
  if (sluice === undefined) throw new Error('The gateway runs only inside tests.');
  return sluice;
};
beforeAll(async () => {
  if (wanted) sluice = await startGatewayUnderTest();
});
afterAll(() => sluice?.stop());
beforeEach(() => sluice?.simulator.clear());

const usage = { inputTokens: 10, outputTokens: 5 };
const say = (text: string): SimulatedAnswer => ({
  choices: [{ parts: [{ kind: 'text', pieces: text.split(/(?= )/) }], finish: 'stop' }],
  usage,
});
const use = (tool: ToolUse): SimulatedAnswer => ({
  choices: [
    {
      parts: [
        { kind: 'text', pieces: ['I look.'] },
        { kind: 'tool-call', name: tool.name, pieces: JSON.stringify(tool.arguments).match(/.{1,7}/g) ?? [] },
      ],
      finish: 'tool-calls',
    },
  ],
  usage,
});

const partsOf = (request: SimulatedRequest): readonly SimulatedPart[] => request.turns.flatMap((turn) => turn.parts);
const resultIn = (request: SimulatedRequest): string | undefined => {
  const result = partsOf(request).find((part) => part.kind === 'tool-result');
  return result === undefined ? undefined : JSON.stringify(result.parts);
};

/** Calls the reading tool, then tells what it was told. Requests without tools (titles, summaries) get a few words. */
const reader =
  (tool: ToolUse) =>
  (request: SimulatedRequest): SimulatedAnswer => {
    if (!request.tools.some((offered) => offered.name === tool.name)) return say('A title');
    const result = resultIn(request);
    if (result === undefined) return use(tool);
    return say(`The code in the note is ${/\b47\d\d\b/.exec(result)?.[0] ?? `not in ${result}`}.`);
  };

const readNote = (client: CommandLineClient, program: string, model: string): Promise<Session> =>
  runSession(client, {
    program,
    url: house().url,
    model,
    watch: (place) => {
      const answer = reader(client.reads(place));
      house().simulator.script(...Array.from({ length: 40 }, () => ({ answer })));
    },
  });

/** What the log says of the client's chats. */
const statuses = (): readonly unknown[] => [...new Set(house().log.map((record) => record['status']))];

const describeClient = (name: string, found: Installed, tests: (program: string) => void): void => {
  if (found.kind === 'ready') describe(name, () => tests(found.program));
  else test.skip(`${name}: ${found.reason}`, () => undefined);
};

const sessions: readonly (readonly [string, CommandLineClient])[] = [
  ['Codex CLI', codex],
  ['Claude Code', claudeCode],
  ['Gemini CLI', geminiCli],
  ['opencode', opencode],
];

if (!wanted) test.skip('sessions of command-line clients run with SLUICE_CLIENT_SESSIONS=1', () => undefined);
else {
  for (const [name, client] of sessions) {
    describeClient(name, install(client.package), (program) => {
      test.each(upstreams)('reads a file in two turns before %s', async (upstream) => {
        const session = await readNote(client, program, `${upstream}/simulated`);
        expect(session.output).toContain('The code in the note is 4711.');
        expect(session.exitCode).toBe(0);
        expect(statuses()).toEqual([200]);
      });
    });
  }

  describeClient('Codex CLI with the models of the gateway', install(codex.package), (program) => {
    test('knows a model it was told of, and tells it what an agent is', async () => {
      const model = 'openai/gpt-5.4';
      const session = await readNote(codexWithModels, program, model);
      expect(session.output).toContain('The code in the note is 4711.');
      expect(session.output).not.toContain('Model metadata');
      const asked = house().simulator.requests[0]?.request;
      const told = asked === undefined ? '' : asked.system.map((piece) => piece.text).join('\n');
      expect(told).toContain('You are a coding agent');
    });
  });

  describeClient('aider', install(aider.package), (program) => {
    test.each(upstreams)('changes a file, and again when its test fails, before %s', async (upstream) => {
      const listing = (code: number) => `note.txt\n\`\`\`\nThe code is ${code}.\n\`\`\`\n`;
      const answer = (request: SimulatedRequest): SimulatedAnswer =>
        say(listing(JSON.stringify(request.turns).includes('4712') ? 4713 : 4712));
      const session = await runSession(aider, {
        program,
        url: house().url,
        model: `${upstream}/simulated`,
        watch: () => house().simulator.script(...Array.from({ length: 10 }, () => ({ answer }))),
      });
      expect(session.note).toBe('The code is 4713.\n');
      expect(statuses()).toEqual([200]);
    });
  });
}
