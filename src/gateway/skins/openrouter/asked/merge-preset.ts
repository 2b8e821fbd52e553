import { GatewayError, invalidField } from '../../../../core/errors/gateway-error.ts';
import {
  isArray,
  isObject,
  isString,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
} from '../../../../core/json/json.ts';
import type { Identified, LineTools } from '../../../line/records.ts';
import { bodyWith, type Changes } from './body-with.ts';

interface Asked {
  readonly slug: string;
  /** The model the request names beside it; undefined leaves it to the preset. */
  readonly model: string | undefined;
}

const mark = '@preset/';

const askedPreset = ({ model, preset }: JsonObject): Asked | undefined => {
  const at = isString(model) ? model.indexOf(mark) : -1;
  if (isString(model) && at >= 0)
    return { slug: model.slice(at + mark.length), model: at === 0 ? undefined : model.slice(0, at) };
  if (preset === undefined || preset === null) return undefined;
  if (!isString(preset)) throw invalidField('preset', 'must be the slug of a preset, as text.');
  return {
    slug: preset.startsWith(mark) ? preset.slice(mark.length) : preset,
    model: isString(model) ? model : undefined,
  };
};

/** A request with what its preset holds. What the request says itself wins, member by member; tools of both are there. */
export const withPreset = (identified: Identified, { presets }: LineTools): Identified => {
  const { body, identity, settlement } = identified;
  const asked = askedPreset(body);
  if (asked === undefined) return identified;
  const found = presets?.find(identity.orgId, asked.slug);
  if (found === undefined)
    throw new GatewayError('not_found', `There is no preset "${asked.slug.slice(0, 200)}" here.`, { param: 'model' });
  if (found.blocked)
    throw new GatewayError('not_found', `The preset "${found.id}" is switched off.`, { param: 'model' });
  if (settlement.face !== undefined) settlement.face.preset = found.id;
  const { system_prompt: prompt, tools, ...members } = found.tree;
  const own = Object.keys(members).filter((name) => body[name] === undefined || name === 'model');
  const wanted: JsonDraft = Object.fromEntries(own.map((name) => [name, members[name]]));
  wanted['model'] = asked.model ?? members['model'];
  if (wanted['model'] === undefined && body['models'] === undefined && wanted['models'] === undefined)
    throw invalidField('model', `is in neither the request nor the preset "${found.id}".`);
  const changes: Changes = {
    ...wanted,
    preset: undefined,
    tools: unitedTools(body['tools'], tools),
    ...(isString(prompt) && prompt !== '' ? promptOf(identified, prompt) : {}),
  };
  return bodyWith(identified, changes);
};

const identityOf = (tool: Json): string => {
  const name = objectAt(tool, 'function')?.['name'] ?? (isObject(tool) ? tool['name'] : undefined);
  return JSON.stringify([isObject(tool) ? (tool['type'] ?? null) : null, name ?? null]);
};

/** The request's own tools first; of two that are the same the request's stays. */
const unitedTools = (own: Json | undefined, more: Json | undefined): Json | undefined => {
  if (!isArray(more)) return own;
  if (!isArray(own)) return own ?? more;
  const known = new Set(own.map(identityOf));
  return [...own, ...more.filter((tool) => !known.has(identityOf(tool)))];
};

const systemRoles: ReadonlySet<Json | undefined> = new Set(['system', 'developer']);

/** The preset's system prompt stands where the request has none. */
const promptOf = ({ body, door }: Identified, prompt: string): Changes => {
  if (door.request === 'anthropic-messages') return { system: body['system'] ?? prompt };
  if (door.request === 'openai-responses') return { instructions: body['instructions'] ?? prompt };
  const { messages } = body;
  if (!isArray(messages)) return {};
  const own = messages.some((message) => isObject(message) && systemRoles.has(message['role']));
  return own ? {} : { messages: [{ role: 'system', content: prompt }, ...messages] };
};
