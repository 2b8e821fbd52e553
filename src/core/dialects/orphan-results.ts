import type { Block, ChatRequest, DialectId, Loss, Turn } from '../ir/index.ts';
import { isObject, type Json } from '../json/json.ts';
import type { ChatUpstream } from './dialect.ts';

/**
 * The upstream half of a dialect, which leaves out results of calls that only another dialect can show (a search for tools that a client ran):
 * the call is dropped there by name, and providers refuse a result whose call they never saw.
 */
export const withoutOrphanResults = (own: DialectId, upstream: ChatUpstream): ChatUpstream => ({
  ...upstream,
  encodeRequest: (request, context) => {
    const orphans = foreignCalls(request, own);
    if (orphans.size === 0) return upstream.encodeRequest(request, context);
    const { kept, losses } = withoutResults(request, orphans);
    const encoded = upstream.encodeRequest(kept, context);
    return { body: encoded.body, losses: [...encoded.losses, ...losses] };
  },
});

const none: ReadonlySet<string> = new Set();

/** Ids of calls that stand in blocks of another dialect, and in no block that every dialect can show. */
const foreignCalls = (request: ChatRequest, own: DialectId): ReadonlySet<string> => {
  const foreign = request.turns.flatMap(({ blocks }) => blocks.flatMap((block) => foreignCallId(block, own) ?? []));
  if (foreign.length === 0) return none;
  const shown = new Set(
    request.turns.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'tool-call' ? block.id : []))),
  );
  return new Set(foreign.filter((id) => !shown.has(id)));
};

const foreignCallId = (block: Block, own: DialectId): string | undefined =>
  block.kind === 'opaque' && block.dialect !== own ? callIdOf(block.value) : undefined;

const callIdOf = (value: Json): string | undefined => {
  const id = isObject(value) ? (value['call_id'] ?? value['id']) : undefined;
  return typeof id === 'string' ? id : undefined;
};

const withoutResults = (
  request: ChatRequest,
  orphans: ReadonlySet<string>,
): { readonly kept: ChatRequest; readonly losses: readonly Loss[] } => {
  const losses: Loss[] = [];
  const stays = (block: Block, path: string): boolean => {
    if (block.kind !== 'tool-result' || !orphans.has(block.callId)) return true;
    losses.push({ field: path, action: 'dropped', note: 'answers a call that this target cannot be shown' });
    return false;
  };
  const turns = request.turns.map((turn, index): Turn => {
    const blocks = turn.blocks.filter((block, place) => stays(block, `turns[${index}].blocks[${place}]`));
    return blocks.length === turn.blocks.length ? turn : { ...turn, blocks };
  });
  return { kept: { ...request, turns: turns.filter(({ blocks }) => blocks.length > 0) }, losses };
};
