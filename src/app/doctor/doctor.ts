import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { configPath, dataDirectoryOf } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { takeProxyVariables } from '../launch/take-proxy-variables.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkMachine } from './check-machine.ts';
import { checkClock, checkProviders } from './check-providers.ts';
import { type Finding, found, type Verdict } from './finding.ts';

/** Looks at everything a start needs, and says what is wrong and what to do. Spends nothing and shows no secret. */
export const doctor = async (given: Given, terminal: Terminal): Promise<number> => {
  const environment = takeProxyVariables(terminal.environment);
  const path = configPath(given.flags, environment);
  const dataDirectory = dataDirectoryOf(given.flags, environment);
  const loaded = await loadConfig(path, environment, dataDirectory);
  const machine = await checkMachine(dataDirectory, environment);
  const findings =
    loaded.kind === 'unloadable'
      ? [...loaded.problems.map((problem) => found('configuration', 'bad', problem)), ...machine]
      : [
          found('configuration', 'ok', path === undefined ? 'no config file; defaults hold' : `${path} is good`),
          ...listedButNotReady(loaded.config.providers ?? [], loaded.providers),
          ...machine,
          ...(await checkCredentials(loaded.providers)),
          ...(await network(loaded.providers)),
        ];
  report(findings, given.flags['json'] !== undefined, terminal);
  return findings.some((finding) => finding.verdict === 'bad') ? exitCodes.failed : exitCodes.ok;
};

type Providers = Parameters<typeof checkProviders>[0];

const network = async (providers: Providers): Promise<readonly Finding[]> => {
  const { findings, skewsMs } = await checkProviders(providers);
  return [...findings, checkClock(skewsMs)];
};

/** A provider that the file asks for and that cannot be called. */
const listedButNotReady = (
  listed: readonly { readonly id: string; readonly enabled: boolean }[],
  providers: Providers,
): readonly Finding[] => {
  const wanted = new Set(listed.filter((setting) => setting.enabled).map((setting) => setting.id));
  return providers.flatMap(({ entry, reason }) =>
    reason !== undefined && wanted.has(entry.id)
      ? [found(`provider ${entry.id}`, 'bad', `is not ready: ${reason}`)]
      : [],
  );
};

const signs: Readonly<Record<Verdict, string>> = { ok: 'ok     ', warning: 'warning', bad: 'BAD    ' };

const report = (findings: readonly Finding[], asJson: boolean, terminal: Terminal): void => {
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const [bad, warnings] = [count('bad'), count('warning')];
  if (asJson) {
    terminal.out(JSON.stringify({ ok: bad === 0, bad, warnings, findings }, null, 2));
    return;
  }
  for (const { check, verdict, message } of findings) terminal.out(`${signs[verdict]} ${check}: ${message}`);
  terminal.out(
    `${bad === 0 ? 'Nothing is wrong' : `Wrong: ${bad}`}${warnings === 0 ? '' : `, warnings: ${warnings}`}.`,
  );
};
