import type { UpstreamFault } from '../../../errors/gateway-error.ts';
import { isArray, isObject, type Json, parseJson, stringAt } from '../../../json/json.ts';

/** Reads a failed answer. Hosts differ: an `error` object or text, `detail`, `message`, a list of one; a proxy in between sends HTML. */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const wire = parseJson(body);
  if (wire === undefined) return { status, message: textMessage(status, body) };
  const whole = isArray(wire) ? (wire[0] ?? null) : wire;
  const error = isObject(whole) && isObject(whole['error']) ? whole['error'] : whole;
  const type = stringAt(error, 'type');
  const code = word(error, 'code') ?? word(whole, 'code');
  const param = stringAt(error, 'param');
  return {
    status,
    message: messageOf(error) ?? messageOf(whole) ?? `The provider answered HTTP ${status} without a message.`,
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
    wire,
  };
};

/** Codes are words or numbers. */
const word = (value: Json, key: string): string | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'string' || typeof member === 'number' ? String(member) : undefined;
};

const messageOf = (value: Json): string | undefined => {
  if (typeof value === 'string') return value;
  const text = ['message', 'error', 'detail', 'error_description', 'title']
    .map((key) => stringAt(value, key))
    .find(Boolean);
  return text ?? listedMessage(value);
};

/** `detail: [{ msg }]` and `errors: [{ message }]`. */
const listedMessage = (value: Json): string | undefined => {
  const list = isObject(value) ? (value['detail'] ?? value['errors']) : undefined;
  const [first] = isArray(list) ? list : [];
  return first === undefined ? undefined : (stringAt(first, 'msg') ?? stringAt(first, 'message'));
};

const longestMessage = 500;

const textMessage = (status: number, body: string): string => {
  const text = body.trim();
  if (text === '') return `The provider answered HTTP ${status} without a body.`;
  if (!text.startsWith('<')) return text.slice(0, longestMessage);
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  return title ? `HTTP ${status}: ${title}` : `The provider answered HTTP ${status} with a web page.`;
};
