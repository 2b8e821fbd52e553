import type { HeaderMember } from '../../../core/catalog/provider.ts';
import type { EncodeContext } from '../../../core/dialects/dialect.ts';
import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError, unsupportedByTarget } from '../../../core/errors/gateway-error.ts';
import { applyEdits, type Edit } from '../../../core/json/edit.ts';
import { isObject, type JsonObject } from '../../../core/json/json.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import type { Incoming } from '../../incoming.ts';
import type { Planned, PreparedBody, Target } from '../records.ts';
import { bodyChanges } from './body-changes.ts';
import { encodeDropping } from './drop-parameters.ts';

/** Written into requests whose dialect demands a limit, when neither the client nor the catalogue names one. */
const defaultMaxOutputTokens = 8192;

/** The native lane's body: the client's bytes with the named edits made in them. */
export const nativeBody = (planned: Planned): PreparedBody => {
  const { edits, told } = bodyChanges(planned.target, planned.body, 'chat');
  const own = nativeEdits(planned);
  return { body: patchJson(planned.bytes, edits.length === 0 ? own : [...own, ...edits]), losses: told };
};

/** Whether the gateway asks for usage that the client did not ask for, and so has to take it out of the stream again. */
export const asksForUsage = (planned: Planned): boolean =>
  planned.request.stream && planned.request.streamUsage !== true && takesStreamOptions(planned.target);

const nativeEdits = (planned: Planned): readonly Edit[] => {
  const { target, body, request } = planned;
  const edits: Edit[] = [];
  if (dialects[target.served.dialect].modelInPath !== true && target.model !== request.model) {
    edits.push({ op: 'set', path: ['model'], value: target.model });
  }
  if (asksForUsage(planned)) edits.push(usageEdit(body));
  const { headerMembers } = target.served;
  return headerMembers === undefined
    ? edits
    : [...edits, ...headerMembers.flatMap((place) => headerEdits(place, planned.incoming))];
};

const headerEdits = ({ header, member, values }: HeaderMember, client: Incoming): readonly Edit[] => {
  const taken = new RegExp(values);
  const words = (client.header(header) ?? '').split(',').map((word) => word.trim());
  const value = words.filter((word) => taken.test(word));
  return value.length === 0 ? [] : [{ op: 'set', path: [member], value }];
};

const usageEdit = (body: JsonObject): Edit =>
  isObject(body['stream_options'])
    ? { op: 'set', path: ['stream_options', 'include_usage'], value: true }
    : { op: 'set', path: ['stream_options'], value: { include_usage: true } };

const takesStreamOptions = (target: Target): boolean =>
  (target.served.dialect === 'openai-chat' || target.served.dialect === 'openai-completions') &&
  !target.manners.quirks.includes('no-stream-options');

/** What the target's encoder needs to know. */
export const encodeContext = (target: Target): EncodeContext => ({
  model: target.model,
  defaultMaxOutputTokens: defaultLimitOf(target),
  traits: target.manners.traits,
});

const defaultLimitOf = ({ settings, manners }: Target): number => {
  const set = settings?.overrides['max_tokens'] ?? settings?.defaults['max_tokens'];
  return typeof set === 'number' ? set : (manners.maxOutputTokens ?? defaultMaxOutputTokens);
};

/** The translated lane's body, by way of the intermediate representation. Throws `unsupported_by_target`. */
export const translatedBody = (planned: Planned): PreparedBody => {
  const { target, request } = planned;
  const upstream = dialects[target.served.dialect].chat?.upstream;
  if (upstream === undefined) throw new Error(`The dialect ${target.served.dialect} has no chat.`);
  if (request.turns.length === 0) {
    throw unsupportedByTarget(
      'prompt',
      'such a prompt (several texts, token ids, or a suffix) can only go to a provider of the same format.',
    );
  }
  const asked = request.stream && takesStreamOptions(target) ? { ...request, streamUsage: true } : request;
  const { body, losses } = inClientWords(planned, () =>
    encodeDropping(asked, planned.config.dropParams, (kept) => upstream.encodeRequest(kept, encodeContext(target))),
  );
  const { edits, told } = bodyChanges(target, body, 'chat');
  return {
    body: JSON.stringify(applyEdits(body, edits)),
    losses: told.length === 0 ? losses : [...losses, ...told],
  };
};

/** An encoder knows the representation's names only; a refusal names the field as the client wrote it. */
const inClientWords = <Encoded>({ door }: Planned, encode: () => Encoded): Encoded => {
  try {
    return encode();
  } catch (error) {
    const field = error instanceof GatewayError ? error.detail.param : undefined;
    const named = field === undefined ? undefined : dialects[door.request].chat?.door.clientField(field);
    if (!(error instanceof GatewayError) || field === undefined || named === undefined || named === field) throw error;
    const problem = error.message.startsWith(`${field}: `) ? error.message.slice(field.length + 2) : error.message;
    throw new GatewayError(error.code, `${named}: ${problem}`, { ...error.detail, param: named });
  }
};
