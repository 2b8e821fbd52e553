import { isString, type JsonObject } from '../../../core/json/json.ts';
import type { Incoming } from '../../incoming.ts';

/** What OpenRouter's face notes of an exchange, for its answer and for its record. */
export interface FaceNote {
  readonly wantsMetadata: boolean;
  /** What was done to the request on its way, in the words of the router's metadata. */
  readonly stages: JsonObject[];
  /** The model as the client wrote it. */
  requested?: string;
  /** The preset that was put in. */
  preset?: string;
  /** The name that chose the model, where one did. */
  router?: string;
  /** The provider's own word for why the answer ended, where another format's was put in its place. */
  nativeStop?: string;
}

const asksForMetadata = (incoming: Incoming): boolean => {
  const asked = incoming.header('x-openrouter-metadata') ?? incoming.header('x-openrouter-experimental-metadata');
  return asked?.toLowerCase() === 'enabled';
};

export const faceNote = (incoming: Incoming): FaceNote => ({ wantsMetadata: asksForMetadata(incoming), stages: [] });

const longest = 256;
const shortened = (text: string | undefined): string | undefined => text?.slice(0, longest);

/** Who asked, in the caller's own words, for the record. */
export const callerWords = (incoming: Incoming, body: JsonObject): JsonObject => {
  const user = body['user'];
  const words = {
    http_referer: shortened(incoming.header('http-referer') ?? incoming.header('referer')),
    app_title: shortened(incoming.header('x-openrouter-title') ?? incoming.header('x-title')),
    user_agent: shortened(incoming.header('user-agent')),
    external_user: isString(user) ? shortened(user) : undefined,
  };
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined));
};

/** What groups calls of one conversation: the body's word counts before the header's. */
export const sessionOf = (incoming: Incoming, body: JsonObject): string | undefined => {
  const own = body['session_id'];
  return shortened(isString(own) && own !== '' ? own : incoming.header('x-session-id'));
};
