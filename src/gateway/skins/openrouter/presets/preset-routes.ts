import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import { everyObject, everyVersion, objectOrNone } from '../../../admin/every-object.ts';
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
  const found = await everyObject({ identity: call.identity }, 'preset', { administration, most });
  return paged(call, found.map(presetView));
};

const slugOf = ({ named }: FaceCall): string => named[0] ?? '';

const get = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  return { data: wholePresetView(await administration.get({ identity: call.identity }, 'preset', slugOf(call))) };
};

const versions = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  const id = slugOf(call);
  const found = await everyVersion({ identity: call.identity }, 'preset', { id, administration, most });
  return paged(
    call,
    found.map((version) => versionView(id, version)),
  );
};

const version = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  const [id = '', wanted = ''] = call.named;
  const before = /^[1-9]\d{0,8}$/.test(wanted) ? Number(wanted) + 1 : 1;
  const page = await administration.versions({ identity: call.identity }, 'preset', { id, before, limit: 1 });
  const [found] = page.versions;
  if (found === undefined || String(found.revision) !== wanted)
    throw new GatewayError('not_found', `The preset has no version "${wanted.slice(0, 40)}".`);
  return { data: versionView(id, found) };
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
  const first = isArray(messages) ? messages[0] : undefined;
  const said = isObject(first) && first['role'] === 'system' ? first['content'] : undefined;
  return [said, system, instructions].find(isString);
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
  const known = await objectOrNone(acting, 'preset', { id: slug, administration });
  const preset =
    known === undefined
      ? (await administration.create(acting, 'preset', { input: { id: slug, config } })).object
      : await administration.update(acting, 'preset', { id: slug, input: { config } });
  return { data: wholePresetView(preset) };
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
