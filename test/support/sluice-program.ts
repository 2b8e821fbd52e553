import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MoneySettings, ProviderSetting, SluiceConfig } from '../../src/contract/settings.ts';

const root = join(import.meta.dir, '../..');

/** The program that black-box tests run: the words of `SLUICE_PROGRAM` (a compiled `dist/sluice`), else the sources on this Bun. */
export const sluiceProgram = (): readonly string[] => {
  const [program, ...words] = (process.env['SLUICE_PROGRAM'] ?? '').split(' ').filter((word) => word !== '');
  return program === undefined
    ? [process.execPath, join(root, 'src/app/cli/main.ts')]
    : [program.includes('/') ? resolve(root, program) : program, ...words];
};

/** Whether tests that could run the gateway inside their own process start a program instead. */
export const testsProgram = (process.env['SLUICE_PROGRAM'] ?? '') !== '';

export interface StartedProgram {
  readonly url: string;
  readonly adminUrl: string | undefined;
  readonly folder: string;
  readonly pid: number;
  readonly configPath: string;
  readonly exited: Promise<number>;
  kill(signal: 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void;
  /** Ends it by SIGTERM, removes its folder, and answers its exit code. */
  stop(): Promise<number>;
}

export interface ProgramSetup {
  readonly masterKey: string;
  /** The text of `sluice.yaml`. */
  readonly config: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it works and keeps its data; absent: a new folder. */
  readonly folder?: string;
  /** Takes every line of its output, the first ones too. */
  readonly line?: (line: string) => void;
}

/** Starts the program on a free port in a folder of its own, with nothing of this process' environment but the search path. */
export const startProgram = async (setup: ProgramSetup): Promise<StartedProgram> => {
  const folder = setup.folder ?? (await mkdtemp(join(tmpdir(), 'sluice-program-')));
  const configPath = join(folder, 'sluice.yaml');
  await writeFile(configPath, setup.config);
  const words = ['start', '--config', configPath, '--host', '127.0.0.1', '--port', '0', '--data', join(folder, 'data')];
  const child = Bun.spawn([...sluiceProgram(), ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, SLUICE_MASTER_KEY: setup.masterKey, ...setup.environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  // Read from the start: a program stands still at a full pipe.
  const errors = new Response(child.stderr).text();
  const { url, adminUrl } = await listening(child.stdout, setup.line);
  if (url === undefined) throw new Error(`It did not start: ${await errors}`);
  return {
    url,
    adminUrl,
    folder,
    pid: child.pid,
    configPath,
    exited: child.exited,
    kill: (signal) => child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM');
      const stuck = setTimeout(() => child.kill('SIGKILL'), longestStopMs);
      const code = await child.exited;
      clearTimeout(stuck);
      await rm(folder, { recursive: true, force: true });
      if (child.signalCode === 'SIGKILL') throw new Error(`It did not end by SIGTERM: ${await errors}`);
      return code;
    },
  };
};

/** Far longer than any stop may take: one that does not end is a failure, and no test that waits for ever. */
const longestStopMs = 120_000;

interface Addresses {
  readonly url: string | undefined;
  readonly adminUrl: string | undefined;
}

const nowhere: Addresses = { url: undefined, adminUrl: undefined };

/** Reads the output for as long as it lasts; the answer comes with the line that says where the program listens. */
const listening = (
  output: ReadableStream<Uint8Array>,
  take: ((line: string) => void) | undefined,
): Promise<Addresses> =>
  new Promise((found) => {
    const read = async (): Promise<void> => {
      const decoder = new TextDecoder();
      let rest = '';
      let adminUrl: string | undefined;
      for await (const piece of output) {
        const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          take?.(line);
          const url = /^Sluice listens on (\S+)$/.exec(line)?.[1];
          adminUrl = /^Metrics and health are on (\S+)$/.exec(line)?.[1] ?? adminUrl;
          if (url !== undefined) found({ url, adminUrl });
        }
      }
      found(nowhere);
    };
    read().catch(() => found(nowhere));
  });

/** A configuration as the text of a config file; JSON is YAML. */
export const configText = (config: Partial<SluiceConfig>): string => {
  const { providers, money, declared: _, ...rest } = config;
  return JSON.stringify({
    ...(snakeCase(rest) as object),
    ...(money === undefined ? {} : { money: moneyDocument(money) }),
    ...(providers === undefined ? {} : { providers: providers.map(providerDocument) }),
  });
};

const moneyDocument = (money: MoneySettings): object => ({
  hold: money.hold,
  unknown_price: money.unknownPrice,
  drain_abandoned: money.drainAbandoned,
  no_output_no_charge: money.noOutputNoCharge,
  durability: money.durability,
  discount: money.discountPartsPerMillion / 1_000_000,
  margin: money.marginPartsPerMillion / 1_000_000,
});

const providerDocument = ({ entry, otherKeys, ...setting }: ProviderSetting): object => {
  const { headers, serves, ...members } = entry;
  return {
    ...(snakeCase({ ...setting, ...members }) as object),
    ...(otherKeys === undefined ? {} : { api_keys: otherKeys }),
    ...(headers === undefined ? {} : { headers }),
    ...(serves === undefined ? {} : { serves }),
  };
};

const snakeCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCase(member),
    ]),
  );
};
