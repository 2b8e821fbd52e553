import { decide } from '../../core/routing/learned/decide.ts';
import { predictByPrior, priorRuleOf } from '../../core/routing/prior/prior-router.ts';
import type { RouterEngine } from '../../gateway/routers/router-engine.ts';

/** Chooses by what is publicly known of the models. */
export const routerEngine: RouterEngine = {
  predict: predictByPrior,
  ruleOf: priorRuleOf,
  decide,
  read: () => {
    throw new Error('This version reads no trained routers.');
  },
};
