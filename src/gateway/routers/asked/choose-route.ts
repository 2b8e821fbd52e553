import { GatewayError, invalidField } from '../../../core/errors/gateway-error.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import type { Dial } from '../../../core/routing/learned/choice.ts';
import type { ChosenOrder } from '../../../core/routing/learned/chosen-order.ts';
import { factsOfRequest } from '../../../core/routing/learned/facts-of-request.ts';
import type { Decoded, LineTools } from '../../line/records.ts';
import type { RequestedRoute } from '../../line/routing/inline-route.ts';
import type { Candidate } from '../candidate.ts';
import { chooseModel, shownChoice } from '../choose-model.ts';
import type { Chooser } from '../chooser.ts';
import type { RouterInForce } from '../router-directory.ts';
import { candidatePool } from './candidate-pool.ts';
import type { ChoosingName } from './choosing-names.ts';
import { choiceMembers, readWish } from './read-wish.ts';

/** Without an answer by then the request goes on without what was learned. */
const deadlineMs = 30;

/** A conversation stays with its model until it was idle for so long. */
const pinnedMs = 300_000;

export interface ChosenRoute extends RequestedRoute {
  /** Absent when nothing could be asked for a choice: then the pool's order holds. */
  readonly chosen?: ChosenOrder;
}

/**
 * Asks for a choice and makes a route of it: the chosen model first, then the others as they were ranked. Rejects for what the request itself has
 * wrong, an empty pool and a router nobody has; whatever else goes wrong with choosing costs the choice, never the request.
 */
export const chooseRoute = async (
  decoded: Decoded,
  asked: ChoosingName,
  tools: LineTools & { readonly chooser: Chooser },
): Promise<ChosenRoute> => {
  const wish = readWish(decoded.body);
  const pool = candidatePool(decoded, wish);
  const chosen = await choiceOf({ decoded, asked, dial: wish.dial, pool }, tools);
  const order = chosen?.order ?? pool.map(({ card }) => card.id);
  const [first = asked.name] = order;
  const routes = pool.map(({ card }) => ({ kind: 'target', model: card.id }) as const);
  return {
    identified: withoutChoice(decoded, first),
    named: { name: asked.name, route: { kind: 'sticky', idleMs: pinnedMs, route: { kind: 'choose', routes } } },
    ...(chosen === undefined ? {} : { chosen }),
  };
};

interface Question {
  readonly decoded: Decoded;
  readonly asked: Pick<ChoosingName, 'router' | 'version'>;
  readonly dial: Dial;
  readonly pool: readonly Candidate[];
}

/** The choice, or undefined where nothing could be asked for one. Rejects for what the caller has wrong. */
export const choiceOf = async (
  { decoded, asked, dial, pool }: Question,
  { chooser, clock }: LineTools & { readonly chooser: Chooser },
): Promise<ChosenOrder | undefined> => {
  const { identity } = decoded;
  try {
    const engine = await chooser.engine();
    const router = await inTime(
      asked.router === undefined ? undefined : chooser.router(identity.orgId, asked.router, asked.version),
      clock,
    );
    const question = { identity, candidates: pool, facts: factsOfRequest(decoded.request), dial };
    const made = chooseModel({ ...question, ...(router === undefined ? {} : { router }) }, engine);
    if (made.decision.model === undefined)
      throw new GatewayError(
        'model_not_found',
        `No model is left to choose from (${made.decision.ranked[0]?.dropped ?? 'limits'}): raise the limit, or leave it out.`,
        { param: 'model' },
      );
    return { order: made.decision.ranked.filter(isWithin).map(({ model }) => model), shown: shownChoice(made, router) };
  } catch (error) {
    if (error instanceof RangeError) throw invalidField('model', error.message);
    if (error instanceof GatewayError && error.status < 500) throw error;
    return undefined;
  }
};

/** Limits of the caller's hold for every try; what only ranks lower may stand in. */
const isWithin = ({ dropped }: { readonly dropped?: string }): boolean =>
  dropped !== 'above-max-cost' && dropped !== 'price-unknown' && dropped !== 'not-a-number';

const inTime = (
  router: Promise<RouterInForce> | undefined,
  clock: LineTools['clock'],
): Promise<RouterInForce | undefined> => {
  if (router === undefined) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const stop = clock.after(deadlineMs, () => resolve(undefined));
    router.then(
      (found) => {
        stop();
        resolve(found);
      },
      (error: unknown) => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
};

/** What was for the choice is not the provider's to read. Where the path names the model, the body has none. */
const withoutChoice = (decoded: Decoded, model: string): Decoded => {
  const present = choiceMembers.filter((name) => decoded.body[name] !== undefined);
  const others = Object.fromEntries(Object.entries(decoded.body).filter(([name]) => !present.includes(name)));
  const named = decoded.body['model'] === undefined ? {} : { model };
  return {
    ...decoded,
    request: { ...decoded.request, model },
    body: { ...others, ...named },
    bytes: patchJson(decoded.bytes, [
      ...present.map((name) => ({ op: 'remove' as const, path: [name] })),
      ...Object.entries(named).map(([name, value]) => ({ op: 'set' as const, path: [name], value })),
    ]),
  };
};
