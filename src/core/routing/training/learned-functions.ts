import { decide } from '../learned/decide.ts';
import { predict } from '../learned/predict.ts';
import { ruleOf } from '../learned/rule-of.ts';
import { train } from '../learned/train/train.ts';
import type { RouterFunctions } from './cross-fit-router.ts';

/** The router that is trained and judged here. */
export const learnedFunctions: RouterFunctions = { train, predict, ruleOf, decide };
