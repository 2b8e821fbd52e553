import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import { refusalHeaders } from '../../admin/refusal-headers.ts';
import { decodedPart, objectBodyOf, questionsOf } from '../../admin/request-parts.ts';
import { RouteTable } from '../../admin/route-table.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import { callerOf } from '../../line/stages/identify.ts';
import { errorBody, statusOf } from './fields/error-body.ts';
import { litellmRoutes } from './litellm-routes.ts';
import type { SkinCall, SkinTools } from './skin-route.ts';

const table = new RouteTable(litellmRoutes);

export interface LitellmApiParts {
  readonly tools: SkinTools;
  nextId(): string;
  /** Takes what failed inside, for the log. */
  failed(requestId: string, error: unknown): void;
}

/** LiteLLM's management routes over the objects, the money and the facts of this gateway. */
export class LitellmApi {
  readonly #parts: LitellmApiParts;

  constructor(parts: LitellmApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(incoming: Incoming): Promise<WireReply> {
    const requestId = this.#parts.nextId();
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      'x-litellm-call-id': requestId,
      'x-litellm-version': this.#parts.tools.version,
    };
    try {
      const ignored = new Set<string>();
      const body = await this.#answer(incoming, ignored);
      if (ignored.size > 0) headers['x-sluice-warnings'] = `kept and not acted on: ${[...ignored].join(', ')}`;
      return { status: 200, headers, body: JSON.stringify(body) };
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#parts.failed(requestId, error);
      const told = { ...headers, ...refusalHeaders(failure) };
      return { status: statusOf(failure), headers: told, body: JSON.stringify(errorBody(failure)) };
    }
  }

  async #answer(incoming: Incoming, ignored: Set<string>): Promise<Json> {
    const { tools } = this.#parts;
    const {
      route,
      named: [named],
    } = table.find(incoming.method, incoming.path);
    const identity = route.who === 'open' ? nobody : await callerOf(incoming, tools.keys);
    if (route.who === 'admin') refuseMember(identity);
    const query = questionsOf(incoming.query);
    const body = route.method === 'GET' ? {} : await objectBodyOf(incoming);
    return route.run(
      {
        identity,
        orgId: organisationOf(body, query),
        query,
        body,
        named: named === undefined ? undefined : decodedPart(named, 'path'),
        ignored,
      },
      tools,
    );
  }
}

/** Whoever asks what anyone may know. */
const nobody: Identity = { orgId: '', label: 'nobody', role: 'member', scopes: [], budgets: [] };

const refuseMember = ({ role, label }: Identity): void => {
  if (role === 'member')
    throw new GatewayError(
      'not_allowed',
      `The key "${label}" is for calls. Only the master key and admin keys (key_type "management" or "read_only") may do this.`,
    );
};

const organisationOf = (body: JsonObject, query: SkinCall['query']): string | undefined => {
  const given = body['organization_id'] ?? query.get('organization_id')?.[0];
  return typeof given === 'string' && given !== '' ? given : undefined;
};
