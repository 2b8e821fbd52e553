import { objectJsonSchema } from '../../contract/objects/object-schemas.ts';
import { topUpJsonSchemas } from '../../contract/objects/top-up-schema.ts';
import { kindNames, objectKinds } from '../../core/access/object-kind.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import type { AdminRoute } from './admin-route.ts';

/** The contract of the admin API as OpenAPI 3.1, made from what reads the requests. */
export const openApi = (routes: readonly AdminRoute[], version: string): JsonObject => ({
  openapi: '3.1.0',
  info: {
    title: 'Sluice admin API',
    version,
    description:
      'Organisations, teams, projects, users, customers, tags, keys, budgets and access groups. Amounts are US dollars as decimal text. Errors are application/problem+json with a `code` and the fields that are wrong.',
  },
  servers: [{ url: '/admin/v1' }],
  security: [{ key: [] }],
  paths: paths(routes),
  components: {
    securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'The master key or an admin key.' } },
    schemas: schemas(),
  },
});

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${nameOf(name)}` });
const nameOf = (name: string): string => name.replaceAll(/[ -](\w)/g, (_, letter: string) => letter.toUpperCase());

const paths = (routes: readonly AdminRoute[]): JsonObject => {
  const found: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const methods = found[route.path] ?? {};
    methods[route.method.toLowerCase()] = operation(route);
    found[route.path] = methods;
  }
  return found;
};

const operation = (route: AdminRoute): JsonObject => ({
  summary: route.summary,
  operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^a-z]+(\w?)/gi, (_, letter: string) => letter.toUpperCase())}`,
  parameters: parametersOf(route),
  ...(route.takes === undefined
    ? {}
    : { requestBody: { content: { 'application/json': { schema: reference(route.takes) } } } }),
  responses: {
    [route.method === 'DELETE' ? '204' : route.path.includes('{') || route.method === 'GET' ? '200' : '201']: {
      description: 'Done.',
      ...(route.gives === undefined ? {} : { content: { 'application/json': { schema: reference(route.gives) } } }),
    },
    default: {
      description: 'What was wrong.',
      content: { 'application/problem+json': { schema: reference('problem') } },
    },
  },
});

const parametersOf = ({ method, path, asks = {} }: AdminRoute): readonly JsonObject[] => [
  ...(path.includes('{id}') ? [parameter('id', 'path', 'The id of the object.')] : []),
  parameter('organisation', 'query', 'The organisation; `default` or the key’s own without it.'),
  ...Object.entries(asks).map(([name, description]) => parameter(name, 'query', description)),
  ...(method === 'POST' && !path.includes('{')
    ? [parameter('Idempotency-Key', 'header', 'The same creation under the same key is made once in 24 hours.')]
    : []),
  ...(path.includes('{id}') && method !== 'GET'
    ? [parameter('If-Match', 'header', 'The ETag that was read: 412 when somebody changed it meanwhile.')]
    : []),
];

const parameter = (name: string, place: 'path' | 'query' | 'header', description: string): JsonObject => ({
  name,
  in: place,
  required: place === 'path',
  description,
  schema: { type: 'string' },
});

const shownMembers: JsonObject = {
  object: { type: 'string' },
  id: { type: 'string' },
  organisation_id: { type: 'string' },
  origin: { enum: ['file', 'database'], description: '`file`: declared in the config file, and changed there.' },
  revision: { type: 'integer' },
  created_at: { type: 'string', format: 'date-time' },
  updated_at: { type: 'string', format: 'date-time' },
};

const versionList: JsonObject = {
  type: 'object',
  description: 'Former contents, newest first.',
  properties: {
    object: { const: 'list' },
    data: {
      type: 'array',
      items: { type: 'object', properties: { object: { const: 'version' }, revision: { type: 'integer' } } },
    },
    next: { type: ['string', 'null'], description: 'Give it as `cursor` for the next page.' },
  },
};

const schemas = (): JsonObject => ({
  ...Object.fromEntries(
    objectKinds.flatMap((kind) => {
      const creation = objectJsonSchema(kind, 'creation');
      const members = creation['properties'] as JsonObject;
      const key = {
        key: { type: 'string', description: 'The secret, when it was just made.' },
        shown: { type: 'string', description: 'The beginning and end of the secret.' },
      };
      return [
        [nameOf(`${kind} creation`), creation],
        [nameOf(`${kind} change`), objectJsonSchema(kind, 'change')],
        [nameOf(kind), { type: 'object', properties: { ...members, ...shownMembers, ...(kind === 'key' ? key : {}) } }],
        [
          nameOf(`${kind} list`),
          {
            type: 'object',
            description: `A page of ${kindNames[kind].plural}.`,
            properties: {
              object: { const: 'list' },
              data: { type: 'array', items: reference(kind) },
              next: { type: ['string', 'null'], description: 'Give it as `cursor` for the next page.' },
            },
          },
        ],
      ];
    }),
  ),
  ...topUpJsonSchemas(),
  ...answerSchemas,
  versionList,
});

/** What is answered that is no object of a kind, and what a rotation takes. */
const answerSchemas: JsonObject = {
  credits: {
    type: 'object',
    properties: {
      object: { const: 'credits' },
      of: { type: 'string', description: 'What has them: `team:tm_1`.' },
      prepaid: { type: 'boolean', description: 'There was a top-up: only credits may be spent.' },
      total_usd: { type: 'string', description: 'Of all top-ups.' },
      balance_usd: { type: 'string', description: 'Neither spent, nor set aside for running calls, nor expired.' },
      grants: { type: 'array', items: { type: 'object' }, description: 'Each top-up, with what is left of it.' },
    },
  },
  keyRotation: {
    type: 'object',
    properties: {
      grace: { type: 'string', description: 'How long the former secret goes on: `24h`. At once without it.' },
    },
  },
  problem: {
    type: 'object',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string' },
      request_id: { type: 'string' },
      errors: {
        type: 'array',
        items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
      },
    },
  },
};
