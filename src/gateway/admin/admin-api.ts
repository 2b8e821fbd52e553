import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Identity, KeyRing } from '../../ports/key-ring.ts';
import { asGatewayError } from '../doors/error-reply.ts';
import type { Incoming, WireReply } from '../incoming.ts';
import { callerOf } from '../line/stages/identify.ts';
import { adminPage } from './admin-pages.ts';
import { adminPrefix } from './admin-prefix.ts';
import type { AdminAnswer, AdminCall, AdminRoute } from './admin-route.ts';
import type { Administration } from './administration.ts';
import { creditRoutes } from './credits/credit-routes.ts';
import type { PaymentHook } from './credits/payment-hook.ts';
import { invalid } from './invalid-object.ts';
import { openApi } from './open-api.ts';
import { problemReply } from './problem-reply.ts';
import { bodyBytes, decodedPart, jsonBody, lastOfEach } from './request-parts.ts';
import { ofMethod, RouteTable } from './route-table.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { objectRoutes } from './routes/object-routes.ts';
import { versionRoutes } from './routes/version-routes.ts';

/** Every route of the native admin API. */
export const adminRoutes: readonly AdminRoute[] = [...objectRoutes, ...keyRoutes, ...versionRoutes, ...creditRoutes];

/** Signed instead of called with a key. */
const paymentsPath = '/hooks/payments';

export interface AdminApiParts {
  readonly administration: Administration;
  readonly keys: KeyRing;
  readonly version: string;
  /** Absent where no payment system may call. */
  readonly payments?: PaymentHook | undefined;
  nextId(): string;
  /** Takes what failed inside, for the log. */
  failed(requestId: string, error: unknown): void;
}

/** The native admin API: JSON over HTTP, errors as problem+json. */
export class AdminApi {
  readonly #parts: AdminApiParts;

  constructor(parts: AdminApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(incoming: Incoming): Promise<WireReply> {
    const requestId = this.#parts.nextId();
    try {
      return await this.#answer(incoming, requestId);
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#parts.failed(requestId, error);
      return problemReply(failure, requestId);
    }
  }

  async #answer(incoming: Incoming, requestId: string): Promise<WireReply> {
    const path = incoming.path.slice(adminPrefix.length).replace(/\/$/, '');
    const page = incoming.method === 'GET' ? this.#page(path) : undefined;
    if (page !== undefined) return page;
    const { payments } = this.#parts;
    if (payments !== undefined && path === paymentsPath && incoming.method === 'POST') {
      const text = new TextDecoder().decode(await bodyBytes(incoming));
      const { view: body, repeated } = await payments.take(text, incoming.header('x-sluice-signature'));
      return written(requestId, { status: repeated ? 200 : 201, body, repeated });
    }
    const identity = await callerOf(incoming, this.#parts.keys);
    const query = lastOfEach(incoming.query);
    if (path === '/keys/self' && incoming.method === 'GET') return written(requestId, await this.#self(identity));
    const { route, id } = routeOf(incoming.method, path);
    const answer = await route.run(await callOf(incoming, { identity, query, id, route }), this.#parts.administration);
    return written(requestId, answer);
  }

  /** What anyone may read: it holds no secrets. */
  #page(path: string): WireReply | undefined {
    const { version } = this.#parts;
    if (path === '') return reply('text/html; charset=utf-8', adminPage(adminRoutes, version));
    return path === '/openapi.json'
      ? reply('application/json', JSON.stringify(openApi(adminRoutes, version)))
      : undefined;
  }

  /** The one question that a key for calls may ask: about itself. */
  #self(identity: Identity): Promise<AdminAnswer> {
    const { orgId, label, keyId, role, scopes, grant, policy } = identity;
    return Promise.resolve({
      status: 200,
      body: {
        object: 'caller',
        id: keyId ?? null,
        label,
        role,
        organisation_id: orgId,
        scopes,
        ...(grant === undefined ? {} : { admin: { of: grant.of, access: grant.access } }),
        ...(policy?.models === undefined ? {} : { models: policy.models }),
      },
    });
  }
}

const reply = (contentType: string, body: string): WireReply => ({
  status: 200,
  headers: {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  },
  body,
});

const written = (requestId: string, { status, body, revision, location, repeated }: AdminAnswer): WireReply => ({
  status,
  headers: {
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(revision === undefined ? {} : { etag: `"${revision}"` }),
    ...(location === undefined ? {} : { location }),
    ...(repeated === true ? { 'idempotency-replayed': 'true' } : {}),
  },
  body: body === undefined ? null : `${JSON.stringify(body)}\n`,
});

interface Found {
  readonly route: AdminRoute;
  readonly id: string;
}

const table = new RouteTable(adminRoutes);

const routeOf = (method: string, path: string): Found => {
  const found = table.at(path);
  if (found.length === 0)
    throw new GatewayError(
      'not_found',
      `There is no ${adminPrefix}${path.slice(0, 200)}. GET ${adminPrefix} lists what there is.`,
    );
  const { route, named } = ofMethod(found, method);
  return { route, id: decodedPart(named[0] ?? '', 'id') };
};

const callOf = async (
  incoming: Incoming,
  known: { readonly identity: Identity; readonly query: ReadonlyMap<string, string> } & Found,
): Promise<AdminCall> => {
  const { identity, query, id, route } = known;
  const takesBody = route.method === 'POST' || route.method === 'PATCH';
  return {
    acting: { identity, orgId: query.get('organisation') },
    id,
    query,
    body: takesBody ? await jsonBody(incoming) : undefined,
    expectedRevision: revisionOf(incoming.header('if-match')),
    idempotencyKey: idempotencyOf(incoming.header('idempotency-key')),
  };
};

/** `"7"`, also as a weak one; `*` fits any. */
const revisionOf = (header: string | undefined): number | undefined => {
  if (header === undefined || header.trim() === '*') return undefined;
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim());
  if (match === null) throw invalid('if-match', 'must be the ETag that was read, such as "3" in double quotes');
  return Number(match[1]);
};

const idempotencyOf = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(header))
    throw invalid('idempotency-key', 'must be 1 to 255 visible ASCII characters');
  return header;
};
