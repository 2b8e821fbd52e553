import type { UpstreamFault } from '../../../errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject, parseJson, stringAt } from '../../../json/json.ts';

/** Reads a failed answer: this wire's own error body, other JSON that providers and proxies send, or whatever text came. */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const wire = parseJson(body);
  // Some proxies wrap the error in a list.
  const value = isArray(wire) ? wire[0] : wire;
  if (!isObject(value))
    return { status, message: describeText(status, body, wire), ...(wire === undefined ? {} : { wire }) };
  const error = isObject(value['error']) ? value['error'] : value;
  const type = stringAt(error, 'type');
  const code = wordAt(error, 'code');
  const param = stringAt(error, 'param');
  return {
    status,
    message: messageOf(value, error) ?? `The provider answered with status ${status} and no message.`,
    ...(type === undefined || type === 'error' ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
    wire: wire ?? value,
  };
};

/** The first text among the places where error bodies say what went wrong. */
const messageOf = (value: JsonObject, error: JsonObject): string | undefined =>
  [error['message'], value['message'], value['error'], value['detail'], value['error_description'], error['detail']]
    .map(textOf)
    .find((text) => text !== undefined);

const textOf = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (!isArray(value)) return undefined;
  const texts = value.flatMap((item) => stringAt(item, 'msg') ?? stringAt(item, 'message') ?? []);
  return texts.length === 0 ? undefined : texts.join('; ');
};

const wordAt = (value: JsonObject, name: string): string | undefined => {
  const member = value[name];
  return typeof member === 'number' ? String(member) : typeof member === 'string' ? member : undefined;
};

const longestText = 500;

const describeText = (status: number, body: string, wire: Json | undefined): string => {
  if (typeof wire === 'string' && wire !== '') return wire;
  const text = body.trim();
  if (text === '' || wire === null) return `The provider answered with status ${status} and no body.`;
  if (!/^<(!doctype|html|\?xml)/i.test(text)) return text.slice(0, longestText);
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]?.trim();
  return `The provider answered with status ${status} and a web page${title === undefined ? '' : ` (${title})`}.`;
};
