import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import { checkJsonLimits } from '../../../core/json/scan.ts';
import { refusalHeaders } from '../../admin/refusal-headers.ts';
import { bodyBytes, decodedPart } from '../../admin/request-parts.ts';
import { RouteTable } from '../../admin/route-table.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import { admitHead } from '../../line/stages/admit.ts';
import { callerOf } from '../../line/stages/identify.ts';
import type { Form, NotDiamondAnswer, NotDiamondCall, NotDiamondRoute, NotDiamondTools } from './notdiamond-route.ts';
import { modelRoutes } from './routes/model-routes.ts';
import { preferenceRoutes } from './routes/preference-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { selectionRoutes } from './routes/selection-routes.ts';
import { trainingRoutes } from './routes/training-routes.ts';
import { Unprocessable } from './unprocessable.ts';

const table = new RouteTable<NotDiamondRoute>([
  ...selectionRoutes,
  ...preferenceRoutes,
  ...reportRoutes,
  ...modelRoutes,
  ...trainingRoutes,
]);

/** A file of training rows is held in memory while it is read. */
const mostFormBytes = 128 * 1024 * 1024;
const mostForms = 2;

export interface NotDiamondApiParts {
  readonly tools: NotDiamondTools;
  draining(): boolean;
  /** Takes what failed inside, for the log. */
  failed(requestId: string, error: unknown): void;
}

/** Not Diamond's routes: recommends models, trains routers, and calls nobody. */
export class NotDiamondApi {
  readonly #parts: NotDiamondApiParts;
  #forms = 0;

  constructor(parts: NotDiamondApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(incoming: Incoming): Promise<WireReply> {
    const requestId = this.#parts.tools.ids.next();
    const headers = {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
    };
    try {
      const { body, headers: own = {} } = await this.#answer(incoming);
      return { status: 200, headers: { ...headers, ...own }, body: JSON.stringify(body) };
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#parts.failed(requestId, error);
      const told = { ...headers, ...refusalHeaders(failure) };
      return { status: statusOf(failure), headers: told, body: JSON.stringify({ detail: detailOf(failure) }) };
    } finally {
      incoming.settled();
    }
  }

  async #answer(incoming: Incoming): Promise<NotDiamondAnswer> {
    const { tools, draining } = this.#parts;
    if (draining())
      throw new GatewayError('draining', 'This Sluice is shutting down. Send the request again.', {
        retryAfterMs: 1000,
      });
    const { route, named } = table.find(incoming.method, incoming.path);
    const identity = await callerOf(incoming, tools.keys);
    // A key for the lists of models may look, and not choose, train or change.
    admitHead(identity, incoming, route.method === 'GET' ? 'models' : 'chat');
    const call: NotDiamondCall = {
      identity,
      query: queryOf(incoming.query),
      body: {},
      form: new Map(),
      named: decodedPart(named[0] ?? '', 'path'),
    };
    if (route.takes === 'json') return route.run({ ...call, body: await this.#json(incoming) }, tools);
    if (route.takes === 'form') return this.#withForm(incoming, (form) => route.run({ ...call, form }, tools));
    return route.run(call, tools);
  }

  async #json(incoming: Incoming): Promise<JsonObject> {
    const { limits } = this.#parts.tools.config();
    const bytes = await bodyBytes(incoming, limits.bodyBytes);
    if (bytes.length === 0) return {};
    checkJsonLimits(bytes, { maxValues: limits.jsonValues, maxDepth: limits.jsonDepth });
    const read = parsed(bytes);
    if (!isObject(read))
      throw new Unprocessable([{ loc: ['body'], msg: 'Input should be a JSON object', type: 'dict_type' }]);
    return read;
  }

  async #withForm<Answer>(incoming: Incoming, run: (form: Form) => Promise<Answer>): Promise<Answer> {
    if (this.#forms >= mostForms)
      throw new GatewayError('gateway_busy', 'Other files are coming in. Send yours again in a moment.', {
        retryAfterMs: 1000,
      });
    this.#forms += 1;
    try {
      return await run(await formOf(incoming));
    } finally {
      this.#forms -= 1;
    }
  }
}

const queryOf = (query: string): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) found.set(name, [...(found.get(name) ?? []), value]);
  return found;
};

const formOf = async (incoming: Incoming): Promise<Form> => {
  const type = incoming.header('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(type))
    throw new GatewayError('unsupported_media_type', 'Send a form, with "content-type: multipart/form-data".');
  const bytes = await bodyBytes(incoming, mostFormBytes);
  try {
    const form = await new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } }).formData();
    return new Map(form as unknown as Iterable<[string, string | Blob]>);
  } catch {
    throw new Unprocessable([{ loc: ['body'], msg: 'The form cannot be read', type: 'value_error' }]);
  }
};

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Unprocessable([{ loc: ['body'], msg: 'The body is not JSON', type: 'json_invalid' }]);
  }
};

const statusOf = (failure: GatewayError): number => (failure instanceof Unprocessable ? 422 : failure.status);

const detailOf = (failure: GatewayError): Json =>
  failure instanceof Unprocessable ? failure.faults.map(({ loc, msg, type }) => ({ loc, msg, type })) : failure.message;
