import { z } from 'zod';
import { failureClasses } from '../../core/errors/failure-class.ts';
import { dialNames } from '../../core/routing/learned/asked/read-dial.ts';
import { oneOrMore } from '../provider-schema.ts';

const milliseconds = z.int().min(1).max(86_400_000);

const failures = oneOrMore(z.union([z.enum(failureClasses), z.int().min(400).max(599)]));

const retrySchema = z
  .strictObject({
    attempts: z.int().min(0).max(10).describe('Beside the first try.'),
    on: failures.optional().describe('Which failures; those that may pass by themselves when left out.'),
    by_class: z
      .partialRecord(z.enum(failureClasses), z.int().min(0).max(10))
      .optional()
      .describe('Tries for a class of failure, in place of `attempts`.'),
    across: z
      .boolean()
      .optional()
      .describe('The tries are those of all targets below together: each once, then round again while tries are left.'),
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
    regions: z.array(z.string().min(1)).min(1).optional().describe('Only targets with one of these as `region`.'),
    tags: z
      .enum(['any', 'all'])
      .optional()
      .describe(
        'Only targets whose `tags` have any of the request’s, or all; those tagged `default` for other requests.',
      ),
  })
  .describe('Which targets are kept.');

const count = z.int().min(0).max(1_000_000_000);

const limitsSchema = z
  .strictObject({
    requests_per_minute: count.optional(),
    tokens_per_minute: count.optional(),
    parallel_requests: count.optional(),
  })
  .describe('What each target below is given at most; one that has had it is passed over.');

const breakerSchema = z
  .strictObject({
    allowed_failures: z.int().min(0).max(1_000_000).optional().describe('Within a minute; one more leaves it alone.'),
    allowed_by_class: z.partialRecord(z.enum(failureClasses), z.int().min(0).max(1_000_000)).optional(),
    open_ms: z.int().min(0).max(86_400_000).optional().describe('For how long; 0 for never.'),
  })
  .describe('When a target is left alone for a while, in place of the usual rules.');

const dialSchema = z
  .partialRecord(z.enum(dialNames), z.json())
  .describe('What quality is worth, in one of the members that a request for `auto` takes: `{"quality": 0.98}`.');

const watchSchema = () =>
  z.strictObject({
    models: z.array(routeSchema).min(2).describe('Which models it would choose among.'),
    router: z.string().min(1).optional(),
    dial: dialSchema.optional(),
  });

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
  get least_used() {
    return steps().describe('By tokens of the current minute.');
  },
  get price_draw() {
    return steps().describe('Drawn with a weight of 1/price²; those with failures of late come last.');
  },
  get choose() {
    return steps().describe('One for each request, by what is known of the models or by `router`; the others follow.');
  },
  router: z.string().min(1).optional().describe('Beside `choose`: the router that was trained for it.'),
  dial: dialSchema.optional(),
  get watch() {
    return watchSchema()
      .optional()
      .describe('What a router would have chosen is written into the decision, and changes nothing.');
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
  order: z.int().min(0).max(1000).optional().describe('Within a `balance` or an order by measure: lower ones first.'),
  within: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('Beside an order by measure: those up to this share worse than the best are drawn.'),
  tags: z.array(z.string().min(1)).optional().describe('Words that `keep.tags` above picks by.'),
  region: z.string().min(1).optional().describe('Where it runs; `keep.regions` above picks by it.'),
  limits: limitsSchema.optional(),
  breaker: breakerSchema.optional(),
  keep: keepSchema.optional(),
  retry: retrySchema.optional(),
  first_byte_ms: milliseconds.optional().describe('Until the first byte of an answer, for each attempt.'),
  stream_first_byte_ms: milliseconds.optional().describe('The same for streams, where it differs.'),
  deadline_ms: milliseconds.optional().describe('All attempts together, until the answer begins.'),
  together: z
    .array(z.string().min(1))
    .max(16)
    .optional()
    .describe(
      'Beside `balance`: calls of one key for which these (`metadata.user`, `headers.x-user`) are the same get the same draw.',
    ),
  get mirror() {
    return z
      .strictObject({ to: routeSchema, share: z.number().min(0).max(1).default(1) })
      .optional()
      .describe(
        'A share of the calls goes there as well; nobody gets those answers, and each is a call of its own in the records.',
      );
  },
  sticky: z
    .union([z.literal(true), z.strictObject({ idle_seconds: z.int().min(1).max(86_400).default(600) })])
    .optional()
    .describe(
      'The target that answered a conversation before comes first, until it was idle for ten minutes or as long as is said.',
    ),
  answer: z.string().optional().describe('Answered in place of asking, to try a set-up out.'),
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
  readonly least_used?: readonly RouteNode[];
  readonly price_draw?: readonly RouteNode[];
  readonly choose?: readonly RouteNode[];
  readonly router?: string;
  readonly dial?: Readonly<Record<string, z.core.util.JSONType>>;
  readonly watch?: {
    readonly models: readonly RouteNode[];
    readonly router?: string;
    readonly dial?: Readonly<Record<string, z.core.util.JSONType>>;
  };
  readonly when?: readonly { readonly if: z.core.util.JSONType; readonly to: RouteNode }[];
  readonly otherwise?: RouteNode;
  readonly weight?: number;
  readonly order?: number;
  readonly within?: number;
  readonly tags?: readonly string[];
  readonly region?: string;
  readonly limits?: z.output<typeof limitsSchema>;
  readonly breaker?: z.output<typeof breakerSchema>;
  readonly keep?: z.output<typeof keepSchema>;
  readonly retry?: z.output<typeof retrySchema>;
  readonly first_byte_ms?: number;
  readonly stream_first_byte_ms?: number;
  readonly deadline_ms?: number;
  readonly answer?: string;
  readonly mirror?: { readonly to: RouteNode; readonly share: number };
  readonly together?: readonly string[];
  readonly sticky?: true | { readonly idle_seconds: number };
  readonly override?: Readonly<Record<string, z.core.util.JSONType>>;
}

export type RouteNode = string | RouteMap;

/** The keys whose nodes are put in order by a measure. */
export const measuredKinds = ['cheapest', 'fastest', 'highest_throughput', 'least_busy', 'least_used'] as const;

/** The keys that hold a list of nodes. */
export const listKinds = ['fallback', 'balance', ...measuredKinds, 'price_draw', 'choose'] as const;

/** The keys that say what a node does; each node has one of them. */
export const routeKinds = ['to', ...listKinds, 'when'] as const;
