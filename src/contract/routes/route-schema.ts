import { z } from 'zod';
import { failureClasses } from '../../core/errors/failure-class.ts';
import { oneOrMore } from '../provider-schema.ts';

const milliseconds = z.int().min(1).max(86_400_000);

const failures = oneOrMore(z.union([z.enum(failureClasses), z.int().min(400).max(599)]));

const retrySchema = z
  .strictObject({
    attempts: z.int().min(0).max(10).describe('Beside the first try.'),
    on: failures.optional().describe('Which failures; those that may pass by themselves when left out.'),
    follow_retry_after: z.boolean().default(true).describe('Wait as long as the provider says.'),
  })
  .describe('How the same target is tried again before the next has its turn.');

const keepSchema = z
  .strictObject({
    max_input_per_million: z
      .number()
      .min(0)
      .optional()
      .describe('Dollars; targets without a known price are left out.'),
    max_output_per_million: z.number().min(0).optional(),
    free: z.boolean().optional().describe('Only targets that cost nothing.'),
    require_parameters: z.boolean().optional().describe('Only targets known to take every parameter of the request.'),
    only: z.array(z.string().min(1)).min(1).optional().describe('Providers.'),
    ignore: z.array(z.string().min(1)).optional().describe('Providers.'),
  })
  .describe('Which targets are kept.');

const steps = () => z.array(routeSchema).min(1).optional();

const nodeSchema = z.strictObject({
  to: z.string().min(1).optional().describe('A model, or another route.'),
  get fallback() {
    return steps().describe('One after the other.');
  },
  on: failures.optional().describe('Failures after which `fallback` goes on: all but the caller’s own when left out.'),
  get balance() {
    return steps().describe('Drawn by `weight`; the rest follow when one fails.');
  },
  get cheapest() {
    return steps().describe('By price: three parts input, one part output.');
  },
  get fastest() {
    return steps().describe('By the time to the first byte of late.');
  },
  get highest_throughput() {
    return steps().describe('By tokens a second of late.');
  },
  get least_busy() {
    return steps().describe('By calls under way.');
  },
  get price_draw() {
    return steps().describe('Drawn with a weight of 1/price²; those with failures of late come last.');
  },
  get when() {
    return z
      .array(z.strictObject({ if: z.json().describe('`{"metadata.tier": "paid"}`'), to: routeSchema }))
      .min(1)
      .optional()
      .describe('The first whose `if` holds.');
  },
  get otherwise() {
    return routeSchema.optional().describe('When no `if` holds.');
  },
  weight: z.number().min(0).max(1_000_000).optional().describe('Share in a `balance`; 1 when left out.'),
  keep: keepSchema.optional(),
  retry: retrySchema.optional(),
  first_byte_ms: milliseconds.optional().describe('Until the first byte of an answer, for each attempt.'),
  deadline_ms: milliseconds.optional().describe('All attempts together, until the answer begins.'),
  override: z.record(z.string().min(1), z.json()).optional().describe('Parameters set in the request.'),
});

/** A node of a route: the name of a model or route, or what to do. */
export const routeSchema: z.ZodType<RouteNode> = z.union([
  z.string().min(1),
  nodeSchema,
]) as unknown as z.ZodType<RouteNode>;

type FailureWord = (typeof failureClasses)[number] | number;

export interface RouteMap {
  readonly to?: string;
  readonly fallback?: readonly RouteNode[];
  readonly on?: readonly FailureWord[];
  readonly balance?: readonly RouteNode[];
  readonly cheapest?: readonly RouteNode[];
  readonly fastest?: readonly RouteNode[];
  readonly highest_throughput?: readonly RouteNode[];
  readonly least_busy?: readonly RouteNode[];
  readonly price_draw?: readonly RouteNode[];
  readonly when?: readonly { readonly if: z.core.util.JSONType; readonly to: RouteNode }[];
  readonly otherwise?: RouteNode;
  readonly weight?: number;
  readonly keep?: z.output<typeof keepSchema>;
  readonly retry?: z.output<typeof retrySchema>;
  readonly first_byte_ms?: number;
  readonly deadline_ms?: number;
  readonly override?: Readonly<Record<string, z.core.util.JSONType>>;
}

export type RouteNode = string | RouteMap;

/** The keys that say what a node does; each node has one of them. */
export const routeKinds = [
  'to',
  'fallback',
  'balance',
  'cheapest',
  'fastest',
  'highest_throughput',
  'least_busy',
  'price_draw',
  'when',
] as const;
