import { onceOperations } from './nouns/calls-once.ts';
import { decisionOperations } from './nouns/decisions.ts';
import { declaredOperations } from './nouns/declared.ts';
import { factOperations } from './nouns/facts.ts';
import { ledgerOperations } from './nouns/ledger.ts';
import { objectOperations } from './nouns/objects.ts';
import { priceOperations } from './nouns/prices.ts';
import { resourceOperations } from './nouns/resources.ts';
import { sealOperations } from './nouns/seals.ts';
import type { Slices } from './slices.ts';
import type { OperationTable } from './store-context.ts';

/** Everything the store thread can be asked. A noun's operations are named `noun.verb`. */
export const operations = {
  ...ledgerOperations,
  ...factOperations,
  ...objectOperations,
  ...sealOperations,
  ...onceOperations,
  ...priceOperations,
  ...resourceOperations,
  ...declaredOperations,
  ...decisionOperations,
} satisfies OperationTable;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type InputOf<Name extends OperationName> = Parameters<Operations[Name]>[1];
/** What is asked for; work in slices is told when it is done. */
export type ResultOf<Name extends OperationName> =
  ReturnType<Operations[Name]> extends Slices<infer Result> ? Result : ReturnType<Operations[Name]>;
