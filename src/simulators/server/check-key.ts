import type { DialectId } from '../../core/ir/dialect-id.ts';
import { isObject, type Json, stringAt } from '../../core/json/json.ts';
import { refusal, type SimulatorRefusal } from '../simulator-refusal.ts';

interface Call {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const bearer = (call: Call): string | undefined => /^Bearer\s+(\S+)$/i.exec(call.headers['authorization'] ?? '')?.[1];

const keyOf = (dialect: DialectId, call: Call): string | undefined => {
  if (dialect === 'anthropic-messages') return call.headers['x-api-key'] ?? bearer(call);
  if (dialect !== 'gemini') return bearer(call) ?? call.headers['api-key'];
  const query = new URLSearchParams(call.path.split('?')[1] ?? '').get('key') ?? undefined;
  return call.headers['x-goog-api-key'] ?? query ?? bearer(call);
};

const missing = (dialect: DialectId): SimulatorRefusal => {
  if (dialect === 'anthropic-messages')
    return refusal(dialect, { status: 401, message: 'x-api-key header is required' });
  if (dialect === 'gemini') {
    const message =
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
    return refusal(dialect, { status: 403, message });
  }
  if (dialect === 'bedrock-converse') return refusal(dialect, { status: 403, message: 'Missing Authentication Token' });
  const message =
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
  return refusal(dialect, { status: 401, message });
};

const wrong = (dialect: DialectId): SimulatorRefusal => {
  if (dialect === 'anthropic-messages') return refusal(dialect, { status: 401, message: 'invalid x-api-key' });
  if (dialect === 'gemini') {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
    ];
    return refusal(dialect, { status: 400, message: 'API key not valid. Please pass a valid API key.', details });
  }
  if (dialect === 'bedrock-converse')
    return refusal(dialect, { status: 403, message: 'The security token included in the request is invalid.' });
  return refusal(dialect, {
    status: 401,
    message: 'Incorrect API key provided. You can find your API key in your account settings.',
  });
};

/** Refuses a call without a key, or with another than `wanted`, as the dialect's provider does. Any key will do when none is wanted. */
export const checkKey = (dialect: DialectId, call: Call, wanted: string | undefined): void => {
  const key = keyOf(dialect, call)?.trim();
  if (key === undefined || key === '') throw missing(dialect);
  if (wanted !== undefined && key !== wanted) throw wrong(dialect);
};

/** Hosts of Anthropic's models want its version in the body, and refuse the model there, which the path tells. */
export const checkHosted = (body: Json, version: string): void => {
  const dialect = 'anthropic-messages';
  if (stringAt(body, 'anthropic_version') !== version) {
    throw refusal(dialect, { status: 400, message: `anthropic_version: Input should be '${version}'` });
  }
  // Amazon tells a stream by the path alone.
  const refused = version.startsWith('bedrock') ? ['model', 'stream'] : ['model'];
  const extra = refused.find((name) => isObject(body) && body[name] !== undefined);
  if (extra !== undefined) {
    throw refusal(dialect, { status: 400, message: `${extra}: Extra inputs are not permitted` });
  }
};

/** Anthropic refuses calls that do not name a version. */
export const checkVersion = (dialect: DialectId, call: Call): void => {
  if (dialect !== 'anthropic-messages' || call.headers['anthropic-version'] !== undefined) return;
  throw refusal(dialect, { status: 400, message: 'anthropic-version: header is required' });
};
