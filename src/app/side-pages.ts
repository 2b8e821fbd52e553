import { createHash, timingSafeEqual } from 'node:crypto';
import type { ExchangeMetrics } from '../adapters/telemetry/exchange-metrics.ts';
import type { SluiceConfig } from '../contract/settings.ts';
import { adminPrefix } from '../gateway/admin/admin-prefix.ts';
import type { CompiledConfig } from '../gateway/compiled-config.ts';
import { isDecisionPath } from '../gateway/decisions/decision-paths.ts';
import { frontPage } from '../gateway/doors/pages.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Incoming, WireReply } from '../gateway/incoming.ts';
import { isRecommendCall } from '../gateway/routers/recommend-paths.ts';
import { isLitellmPath } from '../gateway/skins/litellm/litellm-paths.ts';
import { isNotDiamondPath } from '../gateway/skins/notdiamond/notdiamond-paths.ts';
import { isOpenrouterQuestion } from '../gateway/skins/openrouter/openrouter-face.ts';
import { isPortkeyPath } from '../gateway/skins/portkey/portkey-paths.ts';
import type { OpenedAdmin } from './access/open-admin.ts';
import type { OpenedOpenrouter } from './access/open-openrouter.ts';
import type { OpenedRouters } from './routers/open-routers.ts';

export interface Served {
  readonly gateway: Gateway;
  readonly metrics: ExchangeMetrics;
  readonly version: string;
  /** What the file says of the pages and ports themselves. */
  settings(): Pick<SluiceConfig, 'metrics' | 'server'>;
  config(): CompiledConfig;
  /** Absent where nothing is kept. */
  readonly admin?: Pick<OpenedAdmin, 'handle' | 'handleDecisions' | 'handleLitellm' | 'handlePortkey'> | undefined;
  /** Absent where nothing is kept. */
  readonly routers?: Pick<OpenedRouters, 'handle' | 'recommend'> | undefined;
  /** What OpenRouter's clients ask beside answers. */
  readonly openrouter: OpenedOpenrouter;
}

/** An answer in OpenRouter's manners, to what the doors do not answer; undefined of other paths. `managing`: routes of administrators are here. */
export const openrouterReply = (
  { openrouter }: Served,
  incoming: Incoming,
  managing: boolean,
): Promise<WireReply | undefined> | undefined =>
  isOpenrouterQuestion(incoming) ? openrouter.handle(incoming, managing) : undefined;

/** An answer to a client that asks which model to call; undefined when something else is asked. */
export const routerReply = (
  { routers }: Served,
  incoming: Incoming,
  others: (incoming: Incoming) => Promise<WireReply>,
): Promise<WireReply> | undefined => {
  if (routers === undefined) return undefined;
  if (isNotDiamondPath(incoming.path)) return routers.handle(incoming);
  return isRecommendCall(incoming) ? routers.recommend(incoming, others) : undefined;
};

/** An answer of the admin API, native or in the manners of LiteLLM or Portkey; undefined when something else is asked. */
export const adminReply = ({ admin }: Pick<Served, 'admin'>, incoming: Incoming): Promise<WireReply> | undefined => {
  if (admin === undefined) return undefined;
  if (isAdminPath(incoming.path)) return admin.handle(incoming);
  if (isDecisionPath(incoming.path)) return admin.handleDecisions(incoming);
  if (isPortkeyPath(incoming.path)) return admin.handlePortkey(incoming);
  return isLitellmPath(incoming.path) ? admin.handleLitellm(incoming) : undefined;
};

const isAdminPath = (path: string): boolean =>
  path.startsWith(adminPrefix) && (path.length === adminPrefix.length || path[adminPrefix.length] === '/');

const plain = { 'content-type': 'text/plain; charset=utf-8' };
const pageMethods = new Set(['GET', 'HEAD']);

/** What operators ask: health and metrics. On the public port unless there is an admin port. */
export const operatorPage = (served: Served, incoming: Incoming): WireReply | undefined => {
  if (!pageMethods.has(incoming.method)) return undefined;
  switch (incoming.path) {
    case '/livez':
    case '/healthz':
      return { status: 200, headers: plain, body: 'ok\n' };
    case '/readyz':
      return served.gateway.draining
        ? { status: 503, headers: plain, body: 'draining\n' }
        : { status: 200, headers: plain, body: 'ok\n' };
    case '/metrics':
      return metricsPage(served, incoming);
    default:
      return undefined;
  }
};

const metricsPage = (served: Served, incoming: Incoming): WireReply => {
  const token = served.settings().metrics.token;
  const sent = /^bearer\s+(\S+)$/i.exec(incoming.header('authorization') ?? '')?.[1];
  if (token !== undefined && !(sent !== undefined && isSame(sent, token))) {
    const body = 'Send the token of metrics.token as "Authorization: Bearer <token>".\n';
    return { status: 401, headers: { ...plain, 'www-authenticate': 'Bearer realm="metrics"' }, body };
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    body: served.metrics.write(served.gateway.openExchanges),
  };
};

/** Takes the same time wherever they differ. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What clients and people ask of the public port besides the line. */
export const publicPage = (served: Served, incoming: Incoming, scheme: 'http' | 'https'): WireReply | undefined => {
  if (!pageMethods.has(incoming.method)) return undefined;
  // Claude Code asks for it before its first call, to warm the connection up.
  if (incoming.path === '/api/hello') return { status: 200, headers: plain, body: 'hello\n' };
  if (incoming.path !== '/') return undefined;
  const address = `${scheme}://${incoming.header('host') ?? '127.0.0.1'}`;
  return frontPage({ version: served.version, address, config: served.config() }, incoming.header('accept'));
};
