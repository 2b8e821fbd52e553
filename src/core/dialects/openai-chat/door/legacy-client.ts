import type { ChatRequest } from '../../../ir/index.ts';
import { ownMeta } from '../wire/own.ts';

/** Whether the client sent the older `functions` and so expects a call as `function_call`. */
export const isLegacyClient = (request: ChatRequest): boolean =>
  request.tools?.some((tool) => tool.kind === 'function' && ownMeta(tool)?.['legacy'] === true) ?? false;
