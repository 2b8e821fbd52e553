import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { ObjectVersion, StoredObject } from '../../../../ports/admin-store.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { askedCount, type FaceCall, type FaceRoute, type FaceTools } from '../api/face-route.ts';
import { keptTools } from '../api/kept-tools.ts';
import { presetView, versionView, wholePresetView } from './preset-view.ts';

const usualPage = 50;
const longestPage = 100;
const most = 5000;

const pageOf = (call: FaceCall): { readonly offset: number; readonly limit: number } => {
  const { offset = 0, limit = usualPage } = { offset: askedCount(call, 'offset'), limit: askedCount(call, 'limit') };
  if (limit < 1 || limit > longestPage) throw invalid('limit', `must be 1 to ${longestPage}`);
  return { offset, limit };
};

const paged = (call: FaceCall, all: readonly JsonObject[]): Json => {
  const { offset, limit } = pageOf(call);
  return { data: all.slice(offset, offset + limit), total_count: all.length };
};

const list = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  const found: StoredObject<'preset'>[] = [];
  let after: string | undefined;
  do {
    const query = { kind: 'preset' as const, limit: 200, ...(after === undefined ? {} : { after }) };
    const page = await administration.list({ identity: call.identity }, query);
    found.push(...page.objects);
    after = page.next;
  } while (after !== undefined && found.length < most);
  return paged(call, found.map(presetView));
};

const slugOf = ({ named }: FaceCall): string => named[0] ?? '';

const get = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  return { data: wholePresetView(await administration.get({ identity: call.identity }, 'preset', slugOf(call))) };
};

const allVersions = async (call: FaceCall, tools: FaceTools): Promise<readonly ObjectVersion<'preset'>[]> => {
  const { administration } = await keptTools(tools);
  const found: ObjectVersion<'preset'>[] = [];
  let before: number | undefined;
  do {
    const asked = { id: slugOf(call), limit: 200, ...(before === undefined ? {} : { before }) };
    const page = await administration.versions({ identity: call.identity }, 'preset', asked);
    found.push(...page.versions);
    before = page.next;
  } while (before !== undefined && found.length < most);
  return found;
};

const versions = async (call: FaceCall, tools: FaceTools): Promise<Json> =>
  paged(
    call,
    (await allVersions(call, tools)).map((version) => versionView(slugOf(call), version)),
  );

const version = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const [, wanted = ''] = call.named;
  const found = (await allVersions(call, tools)).find(({ revision }) => String(revision) === wanted);
  if (found === undefined) throw new GatewayError('not_found', `The preset has no version "${wanted.slice(0, 40)}".`);
  return { data: versionView(slugOf(call), found) };
};

/** What a request says beside the conversation itself. */
const perCall: ReadonlySet<string> = new Set([
  'messages',
  'input',
  'prompt',
  'stream',
  'stream_options',
  'preset',
  'user',
]);

const systemText = ({ messages, system, instructions }: JsonObject): string | undefined => {
  const first = isArray(messages ?? null) ? (messages as readonly Json[])[0] : undefined;
  const said =
    isObject(first ?? null) && (first as JsonObject)['role'] === 'system'
      ? (first as JsonObject)['content']
      : undefined;
  return [said, system, instructions].find((text) => isString(text)) as string | undefined;
};

const configOf = (body: JsonObject): JsonObject => {
  const kept = Object.entries(body).filter(
    ([name]) => !perCall.has(name) && name !== 'system' && name !== 'instructions',
  );
  const prompt = systemText(body);
  return { ...Object.fromEntries(kept), ...(prompt === undefined ? {} : { system_prompt: prompt }) };
};

/** A request's body becomes the preset, or its next version. Nobody is asked for an answer. */
const write = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  const acting = { identity: call.identity };
  const slug = slugOf(call);
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(slug))
    throw invalid('slug', 'must be up to 100 lower-case letters, digits and dashes, and begin with a letter or digit');
  const config = configOf(call.body);
  const known = await presetOrNone(call, tools);
  const preset =
    known === undefined
      ? (await administration.create(acting, 'preset', { input: { id: slug, config } })).object
      : await administration.update(acting, 'preset', { id: slug, input: { config } });
  return { data: wholePresetView(preset) };
};

const presetOrNone = async (call: FaceCall, tools: FaceTools): Promise<StoredObject<'preset'> | undefined> => {
  const { administration } = await keptTools(tools);
  try {
    return await administration.get({ identity: call.identity }, 'preset', slugOf(call));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  }
};

export const presetRoutes: readonly FaceRoute[] = [
  { method: 'GET', path: '/presets', who: 'admin', run: list },
  { method: 'GET', path: '/presets/{slug}', who: 'admin', run: get },
  { method: 'GET', path: '/presets/{slug}/versions', who: 'admin', run: versions },
  { method: 'GET', path: '/presets/{slug}/versions/{version}', who: 'admin', run: version },
  { method: 'POST', path: '/presets/{slug}/chat/completions', who: 'admin', run: write },
  { method: 'POST', path: '/presets/{slug}/messages', who: 'admin', run: write },
  { method: 'POST', path: '/presets/{slug}/responses', who: 'admin', run: write },
];
