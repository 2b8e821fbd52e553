import type { DialectId, Loss } from '../../core/ir/index.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { rateHeaders } from '../../core/policy/rate-limit/rate-standing.ts';
import type { Decision } from '../../core/routing/decision.ts';
import type { Settlement } from '../line/settlement.ts';
import { portkeyHeaders } from '../skins/portkey/portkey-headers.ts';

/** What the answer's headers tell of the way it took. */
export interface Route {
  readonly provider: string;
  readonly model: string;
  readonly lane: 'native' | 'translated';
  readonly warnings: readonly string[];
}

/**
 * Headers every answer of an exchange carries: request id, the provider and model that served it, the lane, warnings, and Server-Timing with
 * the gateway's own share in milliseconds.
 */
export const replyHeaders = (
  settlement: Settlement,
  contentType: string,
  route: Route | undefined,
): Record<string, string> => {
  const { overheadMs, upstreamMs } = settlement.beginReply();
  const headers: Record<string, string> = {
    'content-type': contentType,
    'x-request-id': settlement.requestId,
    'request-id': settlement.requestId,
    'server-timing':
      upstreamMs === undefined
        ? `gateway;dur=${inMicroseconds(overheadMs)}`
        : `gateway;dur=${inMicroseconds(overheadMs)}, upstream;dur=${inMicroseconds(upstreamMs)}`,
  };
  if (settlement.rates !== undefined) Object.assign(headers, rateHeaders(settlement.rates.standings()));
  const warnings = allWarnings(settlement, route);
  if (warnings.length > 0) headers['x-sluice-warnings'] = headerText(warnings.join('; '));
  if (settlement.explains && settlement.facts.decision !== undefined)
    headers['x-sluice-decision'] = decisionText(settlement.facts.decision);
  if (settlement.facts.decidedBy !== undefined) headers['x-sluice-decision-id'] = settlement.requestId;
  if (settlement.portkey !== undefined) {
    const told = portkeyHeaders(settlement.portkey, route?.provider ?? settlement.facts.provider);
    for (const [name, value] of Object.entries(told)) headers[name] = headerText(value);
  }
  if (route === undefined) return headers;
  headers['x-sluice-provider'] = headerText(route.provider);
  headers['x-sluice-model'] = headerText(route.model);
  headers['x-sluice-lane'] = route.lane;
  return headers;
};

const none: readonly string[] = [];

/** What the model's name has to say stands first. */
const allWarnings = (settlement: Settlement, route: Route | undefined): readonly string[] => {
  const { notices } = settlement.facts;
  const ofWay = route === undefined ? none : route.warnings;
  if (notices === undefined && settlement.warnings === undefined) return ofWay;
  return [...(notices ?? []).map(({ text }) => text), ...(settlement.warnings ?? none), ...ofWay];
};

/** More candidates than these are only counted: a header has an end. */
const mostCandidates = 24;

const decisionText = ({ route, order, candidates, choice, watched }: Decision): string => {
  const shown = candidates.slice(0, mostCandidates);
  return headerText(
    JSON.stringify({
      route: route.slice(0, 100),
      order: order.slice(0, mostCandidates),
      ...(choice === undefined ? {} : { choice: briefChoice(choice) }),
      ...(watched === undefined ? {} : { watched: briefChoice(watched) }),
      candidates: shown.map(({ target, verdict, reason }) => `${target} ${verdict} ${reason}`),
      ...(shown.length < candidates.length ? { more: candidates.length - shown.length } : {}),
    }),
  );
};

/** What was expected of the candidates stands in the kept decision. */
const briefChoice = ({ model, reason, router, confidence }: JsonObject): JsonObject => ({
  model: model ?? null,
  reason: reason ?? null,
  router: router ?? null,
  confidence: confidence ?? null,
});

const longestHeader = 4096;
const foreign = /[^\x20-\x7e]/;
const foreignAll = /[^\x20-\x7e]/g;

/** Milliseconds with three places. Whole numbers are far quicker to write than fractions. */
const inMicroseconds = (milliseconds: number): string => {
  const microseconds = Math.max(0, Math.round(milliseconds * 1000));
  const whole = Math.floor(microseconds / 1000);
  return `${whole}.${String(1000 + microseconds - whole * 1000).slice(1)}`;
};

/** Header values are ASCII; anything else would be refused or cut by the server. */
const headerText = (text: string): string => {
  if (text.length <= longestHeader && !foreign.test(text)) return text;
  const plain = text.replaceAll(foreignAll, '?');
  return plain.length > longestHeader ? `${plain.slice(0, longestHeader)}...` : plain;
};

/**
 * Losses as the client reads them: `dropped seed`, `changed tools[0].strict (…)`. Parts of the representation that are one field of the client's
 * are told once.
 */
export const warningsOf = (losses: readonly Loss[], clientField: (field: string) => string): readonly string[] => {
  const told = new Map<string, string>();
  for (const { field, action, note } of losses) {
    const name = `${action} ${clientField(field)}`;
    if (!told.has(name)) told.set(name, note === undefined ? name : `${name} (${note.replaceAll(';', ',')})`);
  }
  return [...told.values()];
};

/** Which of the two answers a path's clients read, for failures before a door is known. */
export const dialectOfPath = (
  path: string,
  headers: { readonly anthropicVersion: string | undefined; readonly googleKey: string | undefined },
): DialectId => {
  if (headers.anthropicVersion !== undefined || path.includes('/messages')) return 'anthropic-messages';
  if (/^\/model\/.+\/(?:converse|converse-stream|count-tokens)$/.test(path)) return 'bedrock-converse';
  // Newer clients of Google's ask under `/v1`.
  if (headers.googleKey !== undefined || /\/v1beta\/|\/models\/.*:[A-Za-z]+$|\/cachedContents(?:\/|$)/.test(path))
    return 'gemini';
  if (path.startsWith('/v2/')) return 'cohere';
  if (/^\/api\/(?!v1(?:\/|$))/.test(path)) return 'ollama';
  return path.includes('/responses') ? 'openai-responses' : 'openai-chat';
};
