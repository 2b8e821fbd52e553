import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { Json } from '../../../../core/json/json.ts';
import type { Identity } from '../../../../ports/key-ring.ts';
import { refusalHeaders } from '../../../admin/refusal-headers.ts';
import { decodedPart, objectBodyOf, questionsOf } from '../../../admin/request-parts.ts';
import { type FoundRoute, ofMethod, RouteTable } from '../../../admin/route-table.ts';
import { asGatewayError } from '../../../doors/error-reply.ts';
import type { Incoming, WireReply } from '../../../incoming.ts';
import { admitHead } from '../../../line/stages/admit.ts';
import { callerOf } from '../../../line/stages/identify.ts';
import { errorMembers } from '../errors/error-envelope.ts';
import { toldAs } from '../errors/error-type.ts';
import { openrouterPrefix } from '../openrouter-face.ts';
import type { FaceRoute, FaceTools } from './face-route.ts';
import { faceRoutes } from './face-routes.ts';

const table = new RouteTable(faceRoutes);

const behindPrefix = (path: string): string => `/${path.slice(openrouterPrefix.length).replace(/\/$/, '')}`;

export interface OpenrouterApiParts {
  readonly tools: FaceTools;
  nextId(): string;
  /** Takes what failed inside, for the log. */
  failed(requestId: string, error: unknown): void;
}

/** What OpenRouter's clients ask beside answers: its catalogue, keys, credits, generations and activity, over what this gateway has. */
export class OpenrouterApi {
  readonly #parts: OpenrouterApiParts;

  constructor(parts: OpenrouterApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. `managing`: whether routes of administrators are here, or at a port of their own. Undefined when a path is none of this API's. */
  async handle(incoming: Incoming, managing: boolean): Promise<WireReply | undefined> {
    const found = table.at(behindPrefix(incoming.path)).filter(({ route }) => managing || route.who === 'key');
    if (found.length === 0) return undefined;
    const requestId = this.#parts.nextId();
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
    };
    try {
      const ignored = new Set<string>();
      const { status, body } = await this.#answer(incoming, found, ignored);
      if (ignored.size > 0) headers['x-sluice-warnings'] = `not acted on: ${[...ignored].join(', ')}`;
      return { status, headers, body: JSON.stringify(body) };
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#parts.failed(requestId, error);
      const told = toldAs(failure);
      Object.assign(headers, refusalHeaders(failure, told.status));
      return { status: told.status, headers, body: JSON.stringify({ error: errorMembers(failure, told) }) };
    }
  }

  async #answer(
    incoming: Incoming,
    found: readonly FoundRoute<FaceRoute>[],
    ignored: Set<string>,
  ): Promise<{ readonly status: number; readonly body: Json }> {
    const { tools } = this.#parts;
    const method = incoming.method === 'HEAD' ? 'GET' : incoming.method;
    const { route, named } = ofMethod(found, method);
    const identity = await callerOf(incoming, tools.keys);
    if (route.who === 'admin') refuseMember(identity);
    else admitCaller(identity, incoming, route);
    const body = await route.run(
      {
        identity,
        config: tools.config(identity.orgId),
        path: incoming.path,
        query: questionsOf(incoming.query),
        body: method === 'GET' || method === 'DELETE' ? {} : await objectBodyOf(incoming),
        named: named.map((part) => decodedPart(part, 'path')),
        ignored,
      },
      tools,
    );
    return { status: route.status ?? 200, body };
  }
}

/** A key's addresses hold here, and its routes for the catalogue; what it may know about itself no route takes away. */
const admitCaller = (identity: Identity, incoming: Incoming, { about }: FaceRoute): void => {
  if (identity.policy === undefined || identity.role === 'admin') return;
  const { routes: _, ...unrouted } = identity.policy;
  admitHead(about === 'caller' ? { ...identity, policy: unrouted } : identity, incoming, 'models');
};

const refuseMember = ({ role, label }: Identity): void => {
  if (role === 'member')
    throw new GatewayError(
      'not_allowed',
      `The key "${label}" is for calls. Only the master key and admin keys, which are management keys here, may do this.`,
    );
};
