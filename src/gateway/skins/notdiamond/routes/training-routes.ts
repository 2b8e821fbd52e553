import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isObject, parseJson } from '../../../../core/json/json.ts';
import { TrainingInputError } from '../../../../core/routing/training-input/training-input-error.ts';
import { candidateOf } from '../../../routers/candidate.ts';
import { type Activation, shownJob } from '../../../routers/training-desk.ts';
import type { Form, NotDiamondAnswer, NotDiamondCall, NotDiamondRoute, NotDiamondTools } from '../notdiamond-route.ts';
import { kindOf, missing, Unprocessable, unprocessable } from '../unprocessable.ts';

/** Reads the file, answers as soon as that went well, and trains behind. */
const train = async (call: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  const asked = await readForm(call.form);
  const { orgId } = call.identity;
  const routerId = await routerFor(asked, orgId, tools);
  const config = tools.config();
  const cards = asked.models.map(
    ({ provider, model }) => candidateOf(config, { id: `${provider}/${model}`, provider, model }).card,
  );
  const { file, promptColumn, maximize, prototype, seed, target, activation } = asked;
  const wishes = { models: cards.map(({ id }) => id), promptColumn, maximize, prototype };
  try {
    const job = await tools.training.start({ orgId, routerId, activation }, { file, wishes, cards, seed, target });
    return { body: { ...shownJob(job), preference_id: routerId } };
  } catch (error) {
    if (asked.preferenceId === undefined) await tools.routers.remove(orgId, routerId);
    throw error instanceof TrainingInputError ? asUnprocessable(error) : error;
  }
};

const asUnprocessable = ({ problems }: TrainingInputError): Unprocessable =>
  new Unprocessable(
    problems.map(({ line, column, message }) => ({
      loc: ['body', 'dataset_file'],
      msg: `line ${line}, column ${column}: ${message}`,
      type: 'value_error',
    })),
  );

interface AskedTraining {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly models: readonly { readonly provider: string; readonly model: string }[];
  readonly promptColumn: string;
  readonly maximize: boolean;
  readonly prototype: boolean;
  readonly preferenceId: string | undefined;
  readonly override: boolean;
  readonly seed: number;
  readonly target: number | undefined;
  readonly activation: Activation;
}

const readForm = async (form: Form): Promise<AskedTraining> => {
  const file = form.get('dataset_file');
  if (file === undefined) throw missing('dataset_file');
  if (typeof file === 'string') throw unprocessable(['dataset_file'], 'Input should be a file', 'value_error');
  const language = required(form, 'language');
  if (language !== 'english' && language !== 'multilingual')
    throw unprocessable(['language'], 'Input should be "english" or "multilingual"', 'literal_error');
  return {
    models: readModels(required(form, 'llm_providers')),
    promptColumn: required(form, 'prompt_column'),
    maximize: flag(form, 'maximize') ?? absentFlag('maximize'),
    prototype: flag(form, 'prototype') ?? false,
    preferenceId: text(form, 'preference_id'),
    override: flag(form, 'override') ?? true,
    seed: number(form, 'seed', { least: 0, most: 2 ** 31 - 1 }) ?? 0,
    target: number(form, 'quality', { least: 0.5, most: 1 }),
    activation: readActivation(text(form, 'activate')),
    // Last: the larger part need not be read when another is wrong.
    file: new Uint8Array(await file.arrayBuffer()),
  };
};

const text = (form: Form, name: string): string | undefined => {
  const value = form.get(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw unprocessable([name], 'Input should be text, not a file', 'string_type');
  return value;
};

const required = (form: Form, name: string): string => {
  const value = text(form, name);
  if (value === undefined) throw missing(name);
  return value;
};

const flags: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
  no: false,
};

const flag = (form: Form, name: string): boolean | undefined => {
  const value = text(form, name)?.toLowerCase();
  if (value === undefined || value === 'null' || value === 'none') return undefined;
  const known = Object.hasOwn(flags, value) ? flags[value] : undefined;
  if (known === undefined) throw unprocessable([name], 'Input should be "true" or "false"', 'bool_parsing');
  return known;
};

const absentFlag = (name: string): never => {
  throw missing(name);
};

const number = (
  form: Form,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined => {
  const given = text(form, name);
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!Number.isFinite(value) || value < least || value > most)
    throw unprocessable([name], `Input should be a number from ${least} to ${most}`, 'float_parsing');
  return value;
};

const activations: Readonly<Record<string, Activation>> = { if_better: 'if-better', always: 'always', never: 'never' };

const readActivation = (given: string | undefined): Activation => {
  if (given === undefined) return 'if-better';
  const known = Object.hasOwn(activations, given) ? activations[given] : undefined;
  if (known === undefined)
    throw unprocessable(['activate'], 'Input should be "if_better", "always" or "never"', 'literal_error');
  return known;
};

const readModels = (given: string): AskedTraining['models'] => {
  const list = parseJson(given);
  if (!Array.isArray(list))
    throw unprocessable(['llm_providers'], 'Input should be a JSON array of models, as text', 'json_invalid');
  const models = list.map((one, index) => {
    const at = ['llm_providers', index] as const;
    if (!isObject(one))
      throw unprocessable(at, `Input should be a model with "provider" and "model", not ${kindOf(one)}`, 'dict_type');
    const { provider, model } = one;
    if (typeof provider !== 'string' || provider === '') throw missing(...at, 'provider');
    if (typeof model !== 'string' || model === '') throw missing(...at, 'model');
    return { provider, model };
  });
  const names = models.map(({ provider, model }) => `${provider}/${model}`);
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) throw unprocessable(['llm_providers', twice], 'This model stands in the list a second time');
  if (models.length < 2)
    throw unprocessable(['llm_providers'], 'Two or more models are needed to choose from', 'too_short');
  return models;
};

const routerFor = async (
  { preferenceId, override }: AskedTraining,
  orgId: string,
  tools: NotDiamondTools,
): Promise<string> => {
  if (preferenceId === undefined) {
    const name = new Date(tools.clock.wallMs()).toISOString();
    return (await tools.routers.create(orgId, { id: tools.ids.next(), name })).id;
  }
  const router = await tools.routers.get(orgId, preferenceId);
  if (router === undefined)
    throw new GatewayError('not_found', `There is no preference "${preferenceId.slice(0, 100)}".`);
  if (!override && router.versions.length > 0)
    throw new GatewayError('conflict', `The preference "${preferenceId}" has a router already, and override is false.`);
  return preferenceId;
};

/** How far the training of a preference is, by its id or the job's. A preference that was trained before this start is told by its versions. */
const status = async ({ identity, named }: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  const job = tools.training.find(identity.orgId, named);
  if (job !== undefined) return { body: shownJob(job) };
  const router = await tools.routers.get(identity.orgId, named);
  if (router === undefined)
    throw new GatewayError('not_found', `There is no training or preference "${named.slice(0, 100)}".`);
  const last = router.versions.at(-1);
  return {
    body: {
      job_id: null,
      preference_id: router.id,
      status: last === undefined ? 'none' : 'succeeded',
      version: last?.version ?? null,
      active: last !== undefined && router.active === last.version,
      verdict: last?.verdict === undefined ? null : { ...last.verdict },
      error: null,
    },
  };
};

export const trainingRoutes: readonly NotDiamondRoute[] = [
  { method: 'POST', path: '/v2/pzn/trainCustomRouter', takes: 'form', run: train },
  { method: 'GET', path: '/v2/pzn/trainCustomRouter/{id}', takes: 'nothing', run: status },
];
