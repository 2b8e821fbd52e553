import { z } from 'zod';
import { modelSettingsSchema } from './model-settings-schema.ts';
import { modelSchema } from './models/model-schema.ts';
import { moneySchema } from './money-schema.ts';
import { adminSchema, egressSchema, hostSchema, metricsSchema, tlsSchema } from './network/network-schema.ts';
import { objectsSchema } from './objects/declared-schema.ts';
import { addresses } from './objects/fields.ts';
import { oneOrMore, providerSchema } from './provider-schema.ts';
import { routeSchema } from './routes/route-schema.ts';
import { defaultConfig, logFormats, logLevels, observations } from './settings.ts';

const { limits, timeouts, log } = defaultConfig;

const milliseconds = (what: string, preset: number) => z.int().min(1).max(86_400_000).default(preset).describe(what);
const count = (what: string, preset: number) => z.int().min(1).default(preset).describe(what);

const serverSchema = z
  .strictObject({
    host: hostSchema
      .optional()
      .describe('Address to listen on. `--host` and `SLUICE_HOST` win over it; 127.0.0.1 when none is set.'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe(
        'Port to listen on; 0 takes a free one. `--port` and `SLUICE_PORT` win over it; 4000 when none is set.',
      ),
    tls: tlsSchema.optional(),
    trusted_proxies: addresses
      .default([])
      .describe(
        'Proxies in front of Sluice, as addresses and ranges: of these only, `X-Forwarded-For` is believed, which address ranges of keys go by.',
      ),
  })
  .describe('Where Sluice listens.');

const timeoutsSchema = z
  .strictObject({
    connect_ms: milliseconds('Name lookup, TCP and TLS.', timeouts.connectMs),
    first_byte_ms: milliseconds("From the request's last byte to the answer's first.", timeouts.firstByteMs),
    idle_ms: milliseconds(
      'Between two pieces of an answer; a whole body of up to 64 KB counts as one piece.',
      timeouts.idleMs,
    ),
    total_ms: milliseconds('The whole call.', timeouts.totalMs),
  })
  .describe('Time limits of a call to a provider, in milliseconds. Each one that passes cancels the call.');

const limitsSchema = z
  .strictObject({
    body_bytes: count('Largest request body.', limits.bodyBytes),
    json_values: count('Most values in one JSON body.', limits.jsonValues),
    json_depth: count('Deepest nesting of one JSON body.', limits.jsonDepth),
    answer_bytes: count('Largest whole answer taken from a provider. Streams have no such limit.', limits.answerBytes),
    bytes_in_flight: count('All request bodies held at one time.', limits.bytesInFlight),
    body_ms: milliseconds('How long a client may take to send its body.', limits.bodyMs),
    concurrency: z
      .int()
      .min(1)
      .optional()
      .describe('Calls under way at one time. More wait their turn, fairly by organisation and key. Absent: no limit.'),
    queued: z.int().min(0).optional().describe('How many may wait. Absent: as many as may be under way.'),
    queue_ms: milliseconds(
      'How long a call may wait for its turn; one that would wait longer is told at once.',
      limits.queueMs,
    ),
  })
  .describe('What one request, and all of them together, may take. Beyond each the client gets a clear 4xx.');

const corsSchema = z
  .strictObject({
    origins: oneOrMore(
      z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, {
        error: 'must be "*" or an origin such as "https://app.example.com", without a path',
      }),
    )
      .default([])
      .describe('Origins that browsers may call from; `*` allows all, an empty list none.'),
  })
  .describe('Calls from web pages.');

const logSchema = z
  .strictObject({
    level: z.enum(logLevels).default(log.level).describe('The least important line that is written.'),
    format: z.enum(logFormats).default(log.format).describe('`json` for machines, `text` for people.'),
  })
  .describe('One line for each exchange, without prompts and secrets.');

const routersSchema = z
  .strictObject({
    auto: z.string().min(1).optional().describe('The model or route that `openrouter/auto` leads to.'),
    coding_scores: z
      .record(z.string().min(1), z.number().min(0).max(1))
      .default({})
      .describe(
        'How well models write code, 0 to 1, by a benchmark you trust: what `openrouter/pareto-code` chooses by.',
      ),
  })
  .describe('What names that choose a model go by. See docs/openrouter.md.');

/** The document `sluice.yaml`. Keys that are not here are errors. */
export const configSchema = z.strictObject({
  server: serverSchema.prefault({}),
  admin: adminSchema.optional(),
  metrics: metricsSchema.prefault({}),
  egress: egressSchema.prefault({}),
  master_key: z
    .string()
    .regex(/^[\x21-\x7e]+$/, {
      error: 'must be visible ASCII characters without spaces, so that it can stand in a header',
    })
    .optional()
    .describe(
      'The key that may do everything. `SLUICE_MASTER_KEY` wins over it; one is made and kept when none is set.',
    ),
  providers: z
    .array(providerSchema)
    .optional()
    .describe(
      'The providers to use. Left out, they are found from the usual environment variables. The built-in demo is always there unless switched off.',
    ),
  aliases: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe(
      'Names of your own for models: `fast: openai/gpt-5-mini`. What a name stands for may be another such name. One `*` stands for any text: `claude/*: anthropic/*`.',
    ),
  routes: z
    .record(z.string().min(1), routeSchema)
    .default({})
    .describe(
      'Names that lead to several models: in order, by share, by price, by speed, or by what the request says. See docs/routing.md.',
    ),
  routers: routersSchema.optional(),
  models: z
    .array(modelSchema)
    .optional()
    .describe('What you know of models, over the catalogue: limits, abilities, prices.'),
  catalogue_url: z
    .string()
    .regex(/^https?:\/\/\S+$/, { error: 'must be an http or https address' })
    .optional()
    .describe('Where `sluice catalog update` gets a newer catalogue when it is not told.'),
  model_settings: z
    .array(modelSettingsSchema)
    .default([])
    .describe('What is set, forced or left out in requests to some models. Of entries that fit, the later win.'),
  drop_params: z
    .boolean()
    .default(defaultConfig.dropParams)
    .describe('Drop parameters the target’s format cannot take, with a warning header, instead of refusing the call.'),
  objects: objectsSchema.prefault({}),
  money: moneySchema.prefault({}),
  timeouts: timeoutsSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  heartbeat_ms: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(defaultConfig.heartbeatMs)
    .describe('Silence after which a stream gets a heartbeat comment; 0 sends none.'),
  stall_ms: milliseconds('How long a client may leave an answer unread before it is cut.', defaultConfig.stallMs),
  observe: z
    .enum(observations)
    .default(defaultConfig.observe)
    .describe(
      '`usage` reads only token counts from native answers; `full` decodes every frame, and the log tells what an answer held.',
    ),
  cors: corsSchema.prefault({}),
  log: logSchema.prefault({}),
  drain_ms: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(defaultConfig.drainMs)
    .describe('How long running exchanges may take to end after SIGTERM.'),
});

export type ConfigDocument = z.output<typeof configSchema>;
