import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import type { KeyRing } from '../../../ports/key-ring.ts';
import { invalid } from '../../admin/invalid-object.ts';
import { jsonBody } from '../../admin/json-body.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import { identify } from '../../line/stages/identify.ts';
import { configRoutes } from './config-routes.ts';
import type { PortkeyRoute, PortkeyTools } from './portkey-route.ts';
import { virtualKeyRoutes } from './virtual-key-routes.ts';

/** Every route of Portkey's management that is here. */
export const portkeyRoutes: readonly PortkeyRoute[] = [...configRoutes, ...virtualKeyRoutes];

const patterns = portkeyRoutes.map((route) => ({
  route,
  pattern: new RegExp(`^/v1${route.path.replace('{slug}', '([^/]+)')}$`),
}));

export interface PortkeyApiParts {
  readonly tools: PortkeyTools;
  readonly keys: KeyRing;
  /** Takes what failed inside, for the log. */
  failed(requestId: string, error: unknown): void;
}

/** Portkey's management routes over the objects of this gateway. */
export class PortkeyApi {
  readonly #parts: PortkeyApiParts;

  constructor(parts: PortkeyApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(incoming: Incoming): Promise<WireReply> {
    const requestId = this.#parts.tools.nextId();
    const headers = {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      'x-portkey-trace-id':
        incoming
          .header('x-portkey-trace-id')
          ?.slice(0, 256)
          .replaceAll(/[^\x20-\x7e]/g, '?') ?? requestId,
    };
    try {
      return { status: 200, headers, body: JSON.stringify(await this.#answer(incoming)) };
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#parts.failed(requestId, error);
      return { status: failure.status, headers, body: JSON.stringify(refusal(failure)) };
    }
  }

  async #answer(incoming: Incoming): Promise<Json> {
    const path = incoming.path.replace(/\/$/, '');
    const { route, slug } = routeOf(incoming.method, path);
    const identity = identify(incoming, this.#parts.keys);
    const body = route.method === 'GET' ? {} : await objectBody(incoming);
    return route.run({ identity, slug, body }, this.#parts.tools);
  }
}

const refusal = ({ message, code, detail: { param } }: GatewayError): JsonObject => ({
  status: 'failure',
  success: false,
  message,
  error: { message, type: code, param: param ?? null, code },
});

const objectBody = async (incoming: Incoming): Promise<JsonObject> => {
  const body = (await jsonBody(incoming)) ?? {};
  if (!isObject(body as Json)) throw invalid('', 'the body must be a JSON object');
  return body as JsonObject;
};

const routeOf = (method: string, path: string): { readonly route: PortkeyRoute; readonly slug: string } => {
  const fitting = patterns.flatMap(({ route, pattern }) => {
    const match = pattern.exec(path);
    return match === null ? [] : [{ route, slug: decoded(match[1] ?? '') }];
  });
  const found = fitting.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  if (fitting.length === 0) throw new GatewayError('not_found', `There is no ${path.slice(0, 200)} here.`);
  const allowed = fitting.map(({ route }) => route.method).join(', ');
  throw new GatewayError('method_not_allowed', `${method} is not taken here. Use ${allowed}.`);
};

const decoded = (slug: string): string => {
  try {
    return decodeURIComponent(slug);
  } catch {
    throw invalid('slug', 'is not percent-encoded as it must be');
  }
};
