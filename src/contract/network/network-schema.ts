import { z } from 'zod';
import { isHost } from '../../core/access/host-name.ts';
import { readEgressRule } from '../../core/policy/egress/egress-rule.ts';

const filePath = (what: string) => z.string().min(1).describe(`${what} A path is relative to the config file.`);

export const tlsSchema = z
  .strictObject({
    cert_file: filePath('Certificate and the chain behind it, in PEM.'),
    key_file: filePath('Private key of the certificate, in PEM.'),
  })
  .describe('Serve HTTPS. The files are watched, and a renewed certificate is put in force for new connections.');

/** Where a port listens. */
export const hostSchema = z.string().min(1).refine(isHost, {
  error: 'must be an address or a name of this machine, such as 0.0.0.0, without scheme and port',
});

const portNumber = z.int().min(0).max(65_535);

export const adminSchema = z
  .strictObject({
    port: portNumber.describe('Port of its own for `/metrics`, `/livez` and `/readyz`; 0 takes a free one.'),
    host: hostSchema.default('127.0.0.1').describe('Address the admin port listens on.'),
  })
  .describe('A second port for what operators ask. With it the public port answers none of these paths.');

export const metricsSchema = z
  .strictObject({
    token: z
      .string()
      .regex(/^[\x21-\x7e]+$/, { error: 'must be visible ASCII characters without spaces' })
      .optional()
      .describe('`/metrics` is answered only with `Authorization: Bearer <token>`. Without it anyone may ask.'),
  })
  .describe('The page for Prometheus.');

const proxyAddress = /^https?:\/\/[^\s/?#]+\/?$/;

/** An address of a proxy, which may hold a name and a password. */
export const proxySchema = z.string().refine((text) => text === 'none' || proxyAddress.test(text), {
  error: 'must be an http or https address of a proxy, such as "http://proxy.example:3128", or "none"',
});

export const caFileSchema = filePath('Certificates (PEM) to trust in place of the usual ones.');

const egressRuleSchema = z.string().superRefine((text, context) => {
  const rule = readEgressRule(text);
  if (typeof rule === 'string') context.addIssue({ code: 'custom', message: rule });
});

export const egressSchema = z
  .strictObject({
    client: z
      .enum(['fetch', 'socket'])
      .default('fetch')
      .describe(
        'What calls to providers go over: `fetch`, the runtime’s HTTP client, or `socket`, one of its own, which reads no further ahead than a slow client needs. Calls through a proxy always go over `fetch`. Taken at the start.',
      ),
    proxy: proxySchema
      .optional()
      .describe(
        'Proxy for calls to providers, or `none`. Left out, `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` are read.',
      ),
    no_proxy: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'Hosts that are called without it: `host`, `.domain`, `10.0.0.0/8`, `host:port`, `*`. Left out, `NO_PROXY` is read.',
      ),
    ca_file: caFileSchema.optional(),
    allow: z
      .array(egressRuleSchema)
      .optional()
      .describe(
        'What requests may name as an address beyond public hosts over https: `host`, `.domain`, `10.1.2.3`, `10.0.0.0/8`, each with `:port` or without. Addresses in this file need no entry.',
      ),
  })
  .describe('How calls leave for the providers.');

export const probeSchema = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[^\s]*$/, { error: 'must begin with "/", such as "/models"' })
      .default('/models')
      .describe('Asked with GET, behind the base URL. It must cost nothing.'),
    every_ms: z.int().min(500).max(3_600_000).default(10_000).describe('From one probe to the next.'),
    timeout_ms: z.int().min(1).max(60_000).default(3000).describe('How long an answer may take.'),
  })
  .describe(
    'Ask the provider now and then whether it is there, with its key. Two failures in a row (no answer, 5xx) keep routes away from it until one is answered. Absent: only calls tell.',
  );

const bytes = z.int().min(1).optional();

export const providerLimitsSchema = z
  .strictObject({
    body_bytes: bytes.describe('Largest request body this provider is sent; larger ones are refused with 413.'),
    answer_bytes: bytes.describe('Largest whole answer taken from it. Streams have no such limit.'),
    concurrency: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Calls to it at one time. More wait their turn, fairly by organisation and key, for `limits.queue_ms`.',
      ),
  })
  .describe('Sizes for this provider, over the general ones.');
