import { z } from 'zod';
import { readAddressRange } from '../../core/access/address-range.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';

const mostMetadataCharacters = 16_384;

/** Text without control characters. */
export const text = (longest: number) =>
  z
    .string()
    .max(longest, { error: `must have ${longest} characters at most` })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
    .regex(/^[^\u0000-\u001f\u007f]+$/, { error: 'must be text without control characters, and not empty' });

export const alias = text(200).describe('A name for people. No two objects of a kind have the same one.');

/** Ids stand in addresses and scopes. */
export const objectId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,127}$/, {
    error: 'must be up to 128 letters, digits and . _ : @ + = -, and begin with a letter or digit',
  })
  .describe('Made when it is left out.');

/** What a client sends as its end user, or a tag: nearly anything. */
export const givenId = text(256).describe('As calls name it.');

export const modelPattern = text(256);

export const models = z
  .array(modelPattern)
  .max(1000)
  .describe(
    'Names as clients write them, `provider/model`, patterns with `*`, names of access groups. Absent: no bound; empty: none.',
  );

export const modelAliases = z
  .record(text(256), text(256))
  .refine((aliases) => Object.keys(aliases).length <= 500, { error: 'must hold 500 names at most' })
  .describe('Names of models of their own: `{"fast": "openai/gpt-5-mini"}`.');

const jsonObject = (describes: string, most = mostMetadataCharacters) =>
  z
    .record(z.string(), z.json())
    .refine((value) => JSON.stringify(value).length <= most, { error: `must be ${most} characters of JSON at most` })
    .transform((value) => value as Record<string, Json> as JsonObject)
    .describe(describes);

export const metadata = jsonObject('Yours to fill; Sluice keeps it.');
export const configTree = jsonObject(
  'A tree of targets: `{"strategy": {"mode": "fallback"}, "targets": […]}`.',
  262_144,
);
export const deploymentParams = jsonObject(
  'In LiteLLM’s words: `{"model": "openai/gpt-4o", "api_base": "https://…"}`.',
);
export const deploymentSecrets = jsonObject('Such as `{"api_key": "…"}`. Written only: no answer ever holds them.');
export const presetConfig = jsonObject(
  'Members of a request: `{"model": "openai/gpt-5-mini", "temperature": 0.2, "system_prompt": "Be brief."}`.',
  65_536,
);
export const extras = jsonObject('Members that the manners of other products keep.');
export const defaults = jsonObject(
  'Settings of chat requests by common name (`temperature`, `max_tokens`), used where the client says nothing.',
);

export const addresses = z
  .array(
    z.string().refine((range) => readAddressRange(range) !== undefined, {
      error: 'must be an address or a range such as "10.0.0.0/8" or "2001:db8::/32"',
    }),
  )
  .max(200)
  .describe('Where calls may come from. Absent: anywhere.');

export const routes = z
  .array(text(200))
  .max(100)
  .describe('Operations (`chat`, `embeddings`, `models`, …) and path patterns (`/v1/messages`, `/v1/*`). Absent: all.');

export const tags = z.array(text(128)).max(32).describe('Every call carries them.');
