import { readFile, writeFile } from 'node:fs/promises';
import { RandomIds } from '../../adapters/memory/random-ids.ts';
import type { Dial } from '../../core/routing/learned/choice.ts';
import { factsOfPrompt } from '../../core/routing/learned/query-facts-of.ts';
import type { RouterArtefact } from '../../core/routing/learned/router-artefact.ts';
import { chooseModel, shownChoice } from '../../gateway/routers/choose-model.ts';
import type { StoredRouter } from '../../ports/routing/router-store.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { UsageError } from '../launch/usage-error.ts';
import { numberFlag, openDesk, type RouterDesk, routerNamed } from './router-desk.ts';
import { loadRouterEngine } from './router-engine.ts';

const versionFlag = (given: Given): number | undefined =>
  numberFlag(given, 'version', { least: 1, most: 1e9, whole: true });

export const listRouters = async (given: Given, terminal: Terminal): Promise<number> => {
  const { files, orgId } = await openDesk(given, terminal);
  const routers = await files.list(orgId);
  if (given.flags['json'] !== undefined) terminal.out(JSON.stringify(routers, null, 2));
  else for (const line of routers.flatMap(linesOf)) terminal.out(line);
  return exitCodes.ok;
};

const linesOf = ({ id, name, active, versions }: StoredRouter): readonly string[] => [
  `${id}  ${name}`,
  ...versions.map(
    ({ version, createdMs, origin, rows, verdict }) =>
      `  ${version === active ? '*' : ' '} ${String(version).padStart(3)}  ${new Date(createdMs).toISOString()}  ${origin}, ${rows} rows${verdict === undefined ? '' : `: ${verdict.word}`}`,
  ),
];

/** Lets a version answer: the one named, or the youngest. */
export const activateVersion = async (given: Given, terminal: Terminal): Promise<number> => {
  const desk = await openDesk(given, terminal);
  const router = await routerNamed(desk, given.operands[1]);
  const version = versionFlag(given) ?? router.versions.at(-1)?.version;
  if (version === undefined) throw new UsageError(`The router "${router.id}" has no versions. Train it first.`);
  return activate(desk, router, { version, terminal });
};

/** Lets the version before the active one answer again. */
export const rollBack = async (given: Given, terminal: Terminal): Promise<number> => {
  const desk = await openDesk(given, terminal);
  const router = await routerNamed(desk, given.operands[1]);
  const former = router.versions.findLast(({ version }) => version < (router.active ?? 0));
  if (former === undefined)
    throw new UsageError(`The router "${router.id}" has no version before the one that answers.`);
  return activate(desk, router, { version: former.version, terminal });
};

const activate = async (
  { files, orgId }: RouterDesk,
  { id, versions }: StoredRouter,
  { version, terminal }: { readonly version: number; readonly terminal: Terminal },
): Promise<number> => {
  if (!versions.some((one) => one.version === version))
    throw new UsageError(
      `The router "${id}" has no version ${version}. There are: ${versions.map((one) => one.version).join(', ')}.`,
    );
  // What cannot be read must not take the place of what can.
  const { read } = await loadRouterEngine();
  read((await files.artefact(orgId, id, version)) ?? new Uint8Array(0));
  await files.activate(orgId, id, version);
  terminal.out(`Version ${version} of ${id} answers.`);
  return exitCodes.ok;
};

/** Writes a version to a file: all that another server needs for the same decisions. */
export const exportVersion = async (given: Given, terminal: Terminal): Promise<number> => {
  const desk = await openDesk(given, terminal);
  const router = await routerNamed(desk, given.operands[1]);
  const version = versionFlag(given) ?? router.active ?? router.versions.at(-1)?.version;
  const bytes = version === undefined ? undefined : await desk.files.artefact(desk.orgId, router.id, version);
  if (bytes === undefined) throw new UsageError(`The router "${router.id}" has no such version.`);
  const path = given.flags['out'] ?? `${router.id}-${version}.router`;
  await writeFile(path, bytes);
  terminal.out(`Written: ${path}`);
  return exitCodes.ok;
};

/** Takes a version from a file and does not switch it on. */
export const importVersion = async (given: Given, terminal: Terminal): Promise<number> => {
  const path = given.operands[1];
  if (path === undefined) throw new UsageError('Name the file: sluice router import FILE');
  const bytes = new Uint8Array(await readFile(path));
  const artefact = (await loadRouterEngine()).read(bytes);
  const { files, orgId } = await openDesk(given, terminal);
  const wanted = given.flags['router'] ?? new RandomIds().next();
  if ((await files.get(orgId, wanted)) === undefined)
    await files.create(orgId, { id: wanted, name: given.flags['name'] ?? wanted });
  const { version } = await files.addVersion(orgId, wanted, {
    origin: 'imported',
    models: artefact.models.map(({ model }) => model),
    rows: artefact.labelledRows,
    warnings: [],
    artefact: bytes,
  });
  terminal.out(
    `Version ${version} of ${wanted} is kept; \`sluice router activate ${wanted} --version ${version}\` switches it on.`,
  );
  return exitCodes.ok;
};

/** Says what a router would choose for a prompt, and why not the others. */
export const explainRouter = async (given: Given, terminal: Terminal): Promise<number> => {
  const desk = await openDesk(given, terminal);
  const router = await routerNamed(desk, given.operands[1]);
  const { prompt } = given.flags;
  if (prompt === undefined) throw new UsageError('Say what would be asked: --prompt TEXT');
  const version = versionFlag(given) ?? router.active ?? router.versions.at(-1)?.version;
  const bytes = version === undefined ? undefined : await desk.files.artefact(desk.orgId, router.id, version);
  if (version === undefined || bytes === undefined)
    throw new UsageError(`The router "${router.id}" has no such version.`);
  const engine = await loadRouterEngine();
  const artefact = engine.read(bytes);
  const inForce = { id: router.id, version, artefact, reason: 'active' } as const;
  const chosen = chooseModel(
    {
      identity: { orgId: desk.orgId, label: 'operator', role: 'master', scopes: [], budgets: [] },
      candidates: candidatesOf(desk, artefact),
      facts: factsOfPrompt(prompt),
      dial: dialOf(given),
      router: inForce,
    },
    engine,
  );
  const shown = shownChoice(chosen, inForce);
  if (given.flags['json'] !== undefined) terminal.out(JSON.stringify(shown, null, 2));
  else
    for (const { model, quality, cost, dropped } of chosen.decision.ranked)
      terminal.out(
        `${dropped === undefined ? '->' : '  '} ${model.padEnd(40)} quality ${(100 * quality).toFixed(1)}  ${Number.isFinite(cost) ? `$${(1000 * cost).toPrecision(3)} for 1,000` : 'price unknown'}  ${dropped ?? chosen.decision.reason}`,
      );
  return exitCodes.ok;
};

const candidatesOf = (desk: RouterDesk, { models }: RouterArtefact) =>
  desk.cardsOf(models.map(({ model }) => model)).map((card) => ({ card, names: [card.id] }));

const dialOf = (given: Given): Dial => {
  const target = numberFlag(given, 'quality', { least: 0.5, most: 1 });
  const slider = numberFlag(given, 'slider', { least: 0, most: 10 });
  if (target !== undefined && slider !== undefined)
    throw new UsageError('--quality and --slider both say what quality is worth. Give one of them.');
  if (target !== undefined) return { kind: 'quality', target };
  return slider === undefined
    ? { kind: 'rule', rule: { lambda: Number.POSITIVE_INFINITY } }
    : { kind: 'slider', at: slider };
};
