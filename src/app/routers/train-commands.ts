import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RandomIds } from '../../adapters/memory/random-ids.ts';
import type { EvaluationReport } from '../../core/routing/evaluation/evaluation-report.ts';
import { csvReport } from '../../core/routing/evaluation/report/csv-report.ts';
import { percent, perThousand, points } from '../../core/routing/evaluation/report/figures.ts';
import { htmlReport } from '../../core/routing/evaluation/report/html-report.ts';
import { judgeArtefact } from '../../core/routing/training/judge-artefact.ts';
import { learnedFunctions } from '../../core/routing/training/learned-functions.ts';
import { trainAndJudge } from '../../core/routing/training/train-and-judge.ts';
import type { InputWishes } from '../../core/routing/training-input/finish-rows.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { UsageError } from '../launch/usage-error.ts';
import { readRows } from './read-rows.ts';
import { numberFlag, openDesk, type RouterDesk, routerNamed } from './router-desk.ts';
import { loadRouterEngine } from './router-engine.ts';

const wishesOf = ({ flags }: Given): InputWishes => ({
  maximize: flags['minimize'] === undefined,
  prototype: flags['prototype'] !== undefined,
  ...(flags['prompt-column'] === undefined ? {} : { promptColumn: flags['prompt-column'] }),
  ...(flags['models'] === undefined ? {} : { models: flags['models'].split(',').map((model) => model.trim()) }),
});

const fileOf = ({ operands }: Given): string => {
  const [action = '', file] = operands;
  if (file === undefined) throw new UsageError(`Name the file of rows: sluice router ${action} FILE`);
  return file;
};

const seedOf = (given: Given): number => numberFlag(given, 'seed', { least: 0, most: 2 ** 31 - 1, whole: true }) ?? 0;
const targetOf = (given: Given): number | undefined => numberFlag(given, 'quality', { least: 0.5, most: 1 });

/** Trains on a file and keeps what came out as the next version of a router. Only one that is better than the best single model is switched on by itself. */
export const trainRouter = async (given: Given, terminal: Terminal): Promise<number> => {
  const file = fileOf(given);
  const activation = given.flags['activate'] ?? 'if-better';
  if (!['if-better', 'always', 'never'].includes(activation))
    throw new UsageError(`--activate takes if-better, always or never, got "${activation}".`);
  const desk = await openDesk(given, terminal);
  const rows = await readRows(file, wishesOf(given));
  for (const warning of rows.warnings) terminal.err(warning);
  terminal.err(`${rows.rows.length} rows, ${rows.models.length} models. Training.`);
  const { artefact, report } = trainAndJudge(rows, {
    functions: learnedFunctions,
    cards: desk.cardsOf(rows.models),
    embed: (await loadRouterEngine()).embed,
    seed: seedOf(given),
    target: targetOf(given),
  });
  const id = await routerFor(desk, given, basename(file));
  const { verdict } = report;
  const { version } = await desk.files.addVersion(desk.orgId, id, {
    origin: 'trained',
    models: rows.models,
    rows: rows.rows.length,
    warnings: rows.warnings,
    verdict: { word: verdict.word, sentence: verdict.sentence },
    artefact: artefact.bytes,
    report: JSON.stringify(report),
  });
  const active = activation === 'always' || (activation === 'if-better' && verdict.word === 'better');
  if (active) await desk.files.activate(desk.orgId, id, version);
  if (given.flags['json'] !== undefined)
    terminal.out(
      JSON.stringify(
        { router: id, version, active, verdict, rejected: rows.rejected, warnings: rows.warnings },
        null,
        2,
      ),
    );
  else
    for (const line of [
      `Router ${id}, version ${version}: ${verdict.word}. ${verdict.sentence}`,
      active
        ? 'It answers from now on.'
        : `It is kept and not switched on; \`sluice router activate ${id} --version ${version}\` does that.`,
    ])
      terminal.out(line);
  return exitCodes.ok;
};

const routerFor = async ({ files, orgId }: RouterDesk, { flags }: Given, file: string): Promise<string> => {
  const { router, name = file } = flags;
  if (router !== undefined && (await files.get(orgId, router)) !== undefined) return router;
  return (await files.create(orgId, { id: router ?? new RandomIds().next(), name })).id;
};

/** Judges a way to choose on a file, and writes what came out as JSON, as CSV and as a page. */
export const evaluateRouter = async (given: Given, terminal: Terminal): Promise<number> => {
  const file = fileOf(given);
  const desk = await openDesk(given, terminal);
  const rows = await readRows(file, wishesOf(given));
  for (const warning of rows.warnings) terminal.err(warning);
  const cards = desk.cardsOf(rows.models);
  const how = {
    functions: learnedFunctions,
    cards,
    embed: (await loadRouterEngine()).embed,
    seed: seedOf(given),
    target: targetOf(given),
  };
  const stored = given.flags['router'] === undefined ? undefined : await artefactOf(desk, given);
  const report = stored === undefined ? trainAndJudge(rows, how).report : judgeArtefact(rows, stored, how);
  const folder = given.flags['out'] ?? '.';
  await mkdir(folder, { recursive: true });
  const name = basename(file).replace(/\.[^.]*$/, '');
  const written = {
    json: join(folder, `${name}.evaluation.json`),
    csv: join(folder, `${name}.evaluation.csv`),
    html: join(folder, `${name}.evaluation.html`),
  };
  await writeFile(written.json, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(written.csv, csvReport(report));
  await writeFile(written.html, htmlReport(report, `Router on ${basename(file)}`));
  if (given.flags['json'] !== undefined) terminal.out(JSON.stringify({ ...written, verdict: report.verdict }, null, 2));
  else
    for (const line of [...linesOf(report), ...Object.values(written).map((path) => `Written: ${path}`)])
      terminal.out(line);
  return exitCodes.ok;
};

const artefactOf = async (desk: RouterDesk, given: Given) => {
  const router = await routerNamed(desk, given.flags['router']);
  const version =
    numberFlag(given, 'version', { least: 1, most: 1e9, whole: true }) ??
    router.active ??
    router.versions.at(-1)?.version;
  const bytes = version === undefined ? undefined : await desk.files.artefact(desk.orgId, router.id, version);
  if (bytes === undefined) throw new UsageError(`The router "${router.id}" has no such version. Train it first.`);
  return (await loadRouterEngine()).read(bytes);
};

const linesOf = ({ verdict, router, bestSingle, costSave, aiq, priced }: EvaluationReport): readonly string[] => [
  `${verdict.word}: ${verdict.sentence}`,
  ...(priced ? [] : ['No cost is known of these models, so quality alone is judged.']),
  `router       quality ${points(router.chosen.quality)}, ${perThousand(router.chosen.cost)} for 1,000 requests`,
  `best single  quality ${points(bestSingle.quality)}, ${perThousand(bestSingle.cost)} for 1,000 requests (${bestSingle.name})`,
  `cost saved   ${percent(costSave.at100)} at equal quality, ${percent(costSave.at95)} at 95 %`,
  `AIQ          ${aiq.router.perCostRange.toFixed(4)}, mixing at random ${aiq.zero.perCostRange.toFixed(4)}, oracle ${aiq.oracle.perCostRange.toFixed(4)}`,
];
