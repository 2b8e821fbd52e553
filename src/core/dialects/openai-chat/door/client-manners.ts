import type { ChatRequest } from '../../../ir/index.ts';
import { ownMeta } from '../wire/own.ts';

/** Whether the client asked not to see reasoning. Hosts do not all read that wish, so the door keeps it. */
export const hidesThinking = (request: ChatRequest): boolean => request.reasoning?.show === false;

/** Whether the client sent the older `functions` and so expects a call as `function_call`. */
export const isLegacyClient = (request: ChatRequest): boolean =>
  request.tools?.some((tool) => tool.kind === 'function' && ownMeta(tool)?.['legacy'] === true) ?? false;
