import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { KeyRing } from '../../../ports/key-ring.ts';
import { refusalHeaders } from '../../admin/refusal-headers.ts';
import { decodedPart, objectBodyOf } from '../../admin/request-parts.ts';
import { RouteTable } from '../../admin/route-table.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import { callerOf } from '../../line/stages/identify.ts';
import { configRoutes } from './config-routes.ts';
import type { PortkeyRoute, PortkeyTools } from './portkey-route.ts';
import { virtualKeyRoutes } from './virtual-key-routes.ts';

/** Every route of Portkey's management that is here. */
export const portkeyRoutes: readonly PortkeyRoute[] = [...configRoutes, ...virtualKeyRoutes];

const table = new RouteTable(portkeyRoutes.map((route) => ({ ...route, path: `/v1${route.path}` })));

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
      return {
        status: failure.status,
        headers: { ...headers, ...refusalHeaders(failure) },
        body: JSON.stringify(refusal(failure)),
      };
    }
  }

  async #answer(incoming: Incoming): Promise<Json> {
    const { route, named } = table.find(incoming.method, incoming.path.replace(/\/$/, ''));
    const slug = decodedPart(named[0] ?? '', 'slug');
    const identity = await callerOf(incoming, this.#parts.keys);
    const body = route.method === 'GET' ? {} : await objectBodyOf(incoming);
    return route.run({ identity, slug, body }, this.#parts.tools);
  }
}

const refusal = ({ message, code, detail: { param } }: GatewayError): JsonObject => ({
  status: 'failure',
  success: false,
  message,
  error: { message, type: code, param: param ?? null, code },
});
