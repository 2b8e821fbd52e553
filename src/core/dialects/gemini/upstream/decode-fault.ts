import type { UpstreamFault } from '../../../errors/gateway-error.ts';
import { isArray, type Json, parseJson, stringAt } from '../../../json/json.ts';
import { errorObject, readFault } from '../answer/fault.ts';

/** Reads a failed answer: a google.rpc status (alone or in a list), other JSON with a message, HTML, plain text, or nothing. */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const wire = parseJson(body);
  const error = errorObject(wire);
  if (wire !== undefined && error !== undefined) return readFault(error, status, wire);
  if (wire !== undefined && typeof wire === 'object' && wire !== null)
    return { status, message: plainMessage(wire) ?? `The provider answered with status ${status}.`, wire };
  return { status, message: textMessage(body) ?? `The provider answered with status ${status} and no message.` };
};

const plainMessage = (wire: Json): string | undefined => {
  const object = isArray(wire) ? wire[0] : wire;
  return ['message', 'error', 'detail', 'error_description', 'title']
    .map((key) => stringAt(object, key))
    .find((text) => text !== undefined && text !== '');
};

/** The title of a page, else the text in one line, cut. */
const textMessage = (body: string): string | undefined => {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  const isPage = /<html|<!doctype/i.test(body);
  const text = (title ?? (isPage ? '' : body)).replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text.slice(0, 500);
};
