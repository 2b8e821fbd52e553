import { GatewayError } from '../errors/gateway-error.ts';
import type { Block, ChatRequest } from '../ir/index.ts';
import { arrayAt, isArray, isObject, type Json, type JsonObject } from '../json/json.ts';

/**
 * Finds the first reference to something a provider holds for its account (an earlier response, a file, a container, a cache). With one
 * provider key behind many callers, such an id could be somebody else's, so it is refused until ownership can be proved.
 *
 * @returns the field as the client wrote it, or undefined.
 */
export const heldStateIn = (request: ChatRequest): string | undefined => heldIn(request)[0]?.field;

/** A reference that can be followed when the caller owns what it names. */
export interface HeldReference {
  readonly field: 'previous_response_id' | 'item_reference';
  readonly id: string;
}

/** Every reference of a request, or the field of the first one that cannot be followed. */
export const heldReferences = (
  request: ChatRequest,
): { readonly references: readonly HeldReference[] } | { readonly refused: string } => {
  const references: HeldReference[] = [];
  for (const { field, id } of heldIn(request)) {
    if (id === undefined || (field !== 'previous_response_id' && field !== 'item_reference')) return { refused: field };
    references.push({ field, id });
  }
  return { references };
};

/** `id`: as far as it is a plain text. */
interface Held {
  readonly field: string;
  readonly id?: string;
}

const heldIn = (request: ChatRequest): readonly Held[] => {
  const found: Held[] = [];
  for (const members of Object.values(request.extras ?? {})) heldMembers(members, found);
  if (isHeldId(request.extras?.['cohere-v1']?.['conversation_id'])) found.push({ field: 'conversation_id' });
  for (const tool of request.tools ?? []) {
    const field = tool.kind === 'opaque' ? heldInTool(tool.value) : undefined;
    if (field !== undefined) found.push({ field: `tools.${field}` });
  }
  for (const turn of request.turns) heldInBlocks(turn.blocks, found);
  return found;
};

/** The refusal for a field found by `heldStateIn`. */
export const heldStateRefused = (field: string): GatewayError =>
  new GatewayError(
    'held_state_refused',
    `${field} names something the provider holds, and Sluice cannot prove that it is yours. ${remedies[field] ?? usualRemedy}`,
    { param: field },
  );

/** The answer to a reference to something that the caller does not own, or that nobody made through Sluice. */
export const heldStateNotFound = ({ field, id }: HeldReference): GatewayError =>
  new GatewayError(
    'held_state_not_found',
    `${field === 'item_reference' ? `Item with id '${id.slice(0, 100)}' not found.` : `Previous response with id '${id.slice(0, 100)}' not found.`} ${remedies[field] ?? usualRemedy}`,
    { param: field },
  );

/**
 * Whether a body's text may name something a provider holds, in plain letters or in escaped ones. Such a body must not say anything twice: the
 * check would see one value and the provider another.
 */
export const mayNameHeldState = (text: string): boolean => heldWords.test(text);

const heldWords =
  /"(?:previous_response_id|conversation(?:_id)?|container|cachedContent|cached_content|file_ids?|fileUri|file_uri|vector_store_ids|item_reference|container_upload)"|"prompt"\s*:\s*\{|\\u00[4-7]/;

const usualRemedy = "Send the content itself: the whole conversation, the file's data.";

/** Clients refer to earlier items because answers are stored unless they say otherwise. */
const remedies: Readonly<Record<string, string>> = {
  item_reference: 'Ask with "store": false, so that your client sends the items themselves.',
  previous_response_id: 'Ask with "store": false and send the whole conversation.',
};

const idMembers = ['previous_response_id', 'conversation', 'container', 'cachedContent', 'cached_content'] as const;

const heldMembers = (members: JsonObject, found: Held[]): void => {
  for (const name of idMembers) {
    const value = members[name];
    if (isHeldId(value)) found.push({ field: name, ...(typeof value === 'string' ? { id: value } : {}) });
  }
  if (isObject(members['prompt']) && isHeldId(members['prompt'])) found.push({ field: 'prompt.id' });
};

/** An id as text, or an object that carries one. An object without one (a new container) is no reference. */
const isHeldId = (value: Json | undefined): boolean =>
  (typeof value === 'string' && value !== '') || (isObject(value) && typeof value['id'] === 'string');

const heldInTool = (tool: Json): string | undefined => {
  if (!isObject(tool)) return undefined;
  if (typeof tool['container'] === 'string') return 'container';
  const container = tool['container'];
  if (isObject(container) && isArray(container['file_ids']) && container['file_ids'].length > 0)
    return 'container.file_ids';
  const search = isObject(tool['file_search']) ? tool['file_search'] : tool;
  return arrayAt(search, 'vector_store_ids').length > 0 ? 'vector_store_ids' : undefined;
};

const heldInBlocks = (blocks: readonly Block[], found: Held[]): void => {
  for (const block of blocks) {
    if (block.kind === 'media' && block.source.kind === 'file') found.push({ field: 'file_id' });
    if (block.kind === 'tool-result') heldInBlocks(block.blocks, found);
    if (block.kind !== 'opaque' || !isObject(block.value)) continue;
    const { id } = block.value;
    if (block.type === 'item_reference')
      found.push({ field: 'item_reference', ...(typeof id === 'string' ? { id } : {}) });
    if (block.type === 'container_upload' && typeof block.value['file_id'] === 'string')
      found.push({ field: 'container_upload.file_id' });
  }
};
