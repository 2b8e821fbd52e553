import { resolveModel } from '../../../../core/catalog/resolve.ts';
import { isArray, isString, type Json } from '../../../../core/json/json.ts';
import type { Identified, LineTools } from '../../../line/records.ts';
import { chooseAuto } from '../routers/choose-auto.ts';
import { chooseFree } from '../routers/choose-free.ts';
import { choosePareto } from '../routers/choose-pareto.ts';
import { isRouterName, type RouterName } from '../routers/router-names.ts';
import { bodyWith } from './body-with.ts';
import { fallbackModels } from './fallbacks.ts';
import { withPreset } from './merge-preset.ts';
import { plainEffort } from './plain-effort.ts';

/** Members that are for the gateway of this face, and that providers would refuse. */
const ofTheFace = ['plugins', 'transforms', 'session_id', 'trace', 'usage', 'debug', 'preset'] as const;

/** A request of this face as the line takes it: names that choose have chosen, and what is meant for the gateway is taken out. */
export const prepareAsked = (asked: Identified, tools: LineTools): Identified => {
  const identified = withUsualModel(withPreset(asked, tools));
  const { model } = identified.body;
  if (isString(model) && identified.settlement.face !== undefined) identified.settlement.face.requested = model;
  // A router behind this one reads all of it itself.
  if (isString(model) && leadsToRouter(identified, model)) return identified;
  const named = bodyWith(identified, { ...fallbackModels(identified.body), ...plainEffort(identified) });
  const chosen = withChoice(named);
  return bodyWith(chosen, Object.fromEntries(ofTheFace.map((name) => [name, undefined])));
};

/** A chat that names no model is for the one the configuration calls usual. */
const withUsualModel = (identified: Identified): Identified => {
  const { body, config, door } = identified;
  const named = body['model'] !== undefined || body['models'] !== undefined || door.operation !== 'chat';
  return named || config.routers?.auto === undefined
    ? identified
    : bodyWith(identified, { model: config.routers.auto });
};

const leadsToRouter = ({ config }: Identified, model: string): boolean => {
  // Names that choose are this gateway's where it is told what they choose from.
  if (isRouterName(model) && (config.routers !== undefined || model === 'openrouter/free')) return false;
  const found = resolveModel(model, config, { today: config.today() });
  return found.kind === 'found' && found.provider.entry.routesItself === true;
};

const choosers: Readonly<Record<RouterName, (identified: Identified, name: RouterName) => readonly string[]>> = {
  'openrouter/auto': chooseAuto,
  'openrouter/auto-beta': chooseAuto,
  'openrouter/free': chooseFree,
  'openrouter/pareto-code': choosePareto,
};

/** The models that a router's name leads to stand in its place, before those the request names beside it. */
const withChoice = (identified: Identified): Identified => {
  const { body, settlement } = identified;
  const { model } = body;
  const { face } = settlement;
  if (!isRouterName(model)) return identified;
  const names = choosers[model](identified, model);
  const [first = ''] = names;
  const others: readonly Json[] = isArray(body['models'] ?? null) ? (body['models'] as readonly Json[]) : [];
  const rest = [...names.slice(1), ...others];
  if (face !== undefined) face.router = model;
  return bodyWith(identified, { model: first, models: rest.length === 0 ? undefined : rest });
};
