import { resolveModel } from '../../../core/catalog/resolve.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import { isRouterName } from '../../skins/openrouter/routers/router-names.ts';

/** A name that stands for a choice, not for a model; `router` when it names one of the organisation's routers. */
export interface ChoosingName {
  readonly name: string;
  readonly router?: string;
  /** Of that router; the active one when absent. */
  readonly version?: number;
}

/** Clients of several products write these where they would write a model. */
const plain: ReadonlySet<string> = new Set(['auto', 'router', 'notdiamond']);
const ofRouter = 'router/';

/** As Martian's clients name a router. The organisation is always the caller's own. */
const resourceName = /^organizations\/[^/]+\/routers\/([^/]+)(?:\/versions\/(\d{1,9}|latest))?$/;

/** Undefined for the name of a model, and where the operator has given the name a meaning. */
export const choosingName = (model: string | undefined, config: CompiledConfig): ChoosingName | undefined => {
  if (model === undefined || config.routes.has(model) || Object.hasOwn(config.aliases, model)) return undefined;
  if (plain.has(model) || isNobodysAuto(model, config)) return { name: model };
  const [, resource, version] = resourceName.exec(model) ?? [];
  if (resource !== undefined)
    return {
      name: model,
      router: resource,
      ...(version === undefined || version === 'latest' ? {} : { version: Number(version) }),
    };
  const router = model.startsWith(ofRouter) ? model.slice(ofRouter.length) : '';
  return router === '' ? undefined : { name: model, router };
};

/** Where the product itself is behind this gateway, its own choice is asked for. */
const isNobodysAuto = (model: string, config: CompiledConfig): boolean =>
  isRouterName(model) &&
  /\/auto\b/.test(model) &&
  resolveModel(model, config, { today: config.today() }).kind !== 'found';
