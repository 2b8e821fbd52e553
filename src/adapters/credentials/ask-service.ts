import { GatewayError } from '../../core/errors/gateway-error.ts';
import { type Json, parseJson } from '../../core/json/json.ts';
import { maskSecrets, secretForms } from '../../core/policy/mask-secrets.ts';
import { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream, WireCall } from '../../ports/upstream.ts';

/** A metadata service stands beside the machine and answers at once, or is not there. */
const timeouts = { connectMs: 2000, firstByteMs: 5000, idleMs: 5000, totalMs: 10_000 };
const longestAnswerBytes = 1024 * 1024;
const longestQuote = 300;

/** A question to a service that hands out keys or tokens. */
export interface ServiceQuestion {
  readonly url: string;
  readonly method?: WireCall['method'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Nothing the service answers may repeat these. */
  readonly secrets?: readonly string[];
  /** Who is asked, for messages, and what to look at when it refuses. */
  readonly service: string;
  readonly advice: string;
}

/** Signs or otherwise finishes a call before it is sent. */
export type Finish = (call: WireCall) => WireCall;

/** The service's answer with a status of success, as text. Throws `upstream_auth` whatever goes wrong. */
export const askService = async (
  question: ServiceQuestion,
  upstream: Upstream,
  finish: Finish = (call) => call,
): Promise<string> => {
  const { url, method = 'GET', headers = {}, body, service, advice } = question;
  const call: WireCall = {
    url,
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    timeouts,
    answerBytes: longestAnswerBytes,
  };
  const masked = (text: string): string => maskSecrets(text, secretForms(question.secrets ?? []));
  let reply: { readonly status: number; readonly text: string };
  try {
    const sent = await upstream.send(finish(call), new Cancellation());
    reply = { status: sent.status, text: new TextDecoder().decode(await sent.readAll()) };
  } catch (error) {
    const what = error instanceof GatewayError ? masked(error.message) : 'The request failed.';
    throw new GatewayError('upstream_auth', `${service} gave no credentials: ${what} ${advice}`);
  }
  if (reply.status === 200) return reply.text;
  const said = masked(reply.text.replaceAll(/(?:<[^>]*>|\s)+/g, ' ').trim()).slice(0, longestQuote);
  throw new GatewayError(
    'upstream_auth',
    `${service} refused to give credentials (status ${reply.status})${said === '' ? '.' : `: ${said.replace(/\.?$/, '.')}`} ${advice}`,
  );
};

/** The same, as JSON. */
export const askServiceJson = async (question: ServiceQuestion, upstream: Upstream, finish?: Finish): Promise<Json> => {
  const answer = parseJson(await askService(question, upstream, finish));
  if (answer !== undefined) return answer;
  throw new GatewayError(
    'upstream_auth',
    `${question.service} answered with something that is not JSON. ${question.advice}`,
  );
};
