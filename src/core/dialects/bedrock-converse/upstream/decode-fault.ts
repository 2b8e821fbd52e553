import { GatewayError, type UpstreamFault } from '../../../errors/gateway-error.ts';
import { isObject, parseJson, stringAt } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { faultTypeOf, plainType } from '../wire/fault-type.ts';

/** Reads a failed answer: `{"message"}` with the type in a header or in `__type`, or whatever text came. */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const wire = parseJson(body);
  if (!isObject(wire)) return { status, message: describeText(status, body), ...(wire === undefined ? {} : { wire }) };
  const type = stringAt(wire, '__type') ?? stringAt(wire, 'code');
  const message = ['message', 'Message', 'errorMessage', 'error']
    .map((name) => stringAt(wire, name))
    .find((text) => text !== undefined);
  return {
    status,
    message:
      message ?? stringAt(wire['error'], 'message') ?? `The provider answered with status ${status} and no message.`,
    ...(type === undefined ? {} : { type: plainType(type) }),
    wire,
  };
};

const longestText = 500;

const describeText = (status: number, body: string): string => {
  const text = body.trim();
  if (text === '') return `The provider answered with status ${status} and no body.`;
  return text.startsWith('<')
    ? `The provider answered with status ${status} and a web page.`
    : text.slice(0, longestText);
};

/** A failure that the provider tells inside a stream; undefined for any other event. */
export const inBandFault = ({ event, data }: SseFrame): GatewayError | undefined => {
  if (event === undefined || !/(?:Exception|Error)$/.test(event)) return undefined;
  const wire = parseJson(data);
  const message =
    stringAt(wire, 'message') ??
    stringAt(wire, 'originalMessage') ??
    'The provider reported an error without a message.';
  const known = faultTypeOf(event);
  const upstream: UpstreamFault = {
    status: known?.status ?? 500,
    message,
    type: plainType(event),
    ...(wire === undefined ? {} : { wire }),
  };
  const code = known?.code ?? 'upstream_error';
  return new GatewayError(code, message, {
    upstream,
    ...(code === 'upstream_refused' ? { status: upstream.status } : {}),
  });
};
