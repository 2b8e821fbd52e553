import { isObject, type JsonObject } from '../../src/core/json/json.ts';
import type { Exchange } from './exchange.ts';

/**
 * Calls of Anthropic's models on Bedrock in their own format (`invoke`), as calls of that format: model and stream, which the path tells, stand in
 * the body as clients write them, and the version, which is Bedrock's, is gone. The gateway has to make the recorded call of it again.
 */
export const asMessages = (exchange: Exchange): Exchange => {
  const { api, request_body: body, url } = exchange;
  const model = /\/model\/([^/]+)\/invoke/.exec(url)?.[1];
  if (api !== 'invoke' || model === undefined || !isObject(body) || body['anthropic_version'] === undefined) {
    return exchange;
  }
  const request = unhosted(body, { model: decodeURIComponent(model), stream: url.endsWith('-stream') });
  return { ...exchange, api: 'messages', request_body: request };
};

/** A body as Bedrock has it, as clients write it. */
export const unhosted = (
  { anthropic_version: _, ...said }: JsonObject,
  path: { readonly model: string; readonly stream: boolean },
): JsonObject => ({ model: path.model, ...said, ...(path.stream ? { stream: true } : {}) });
