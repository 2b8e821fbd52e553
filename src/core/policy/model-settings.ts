import type { DialectId } from '../ir/dialect-id.ts';
import type { Loss } from '../ir/loss.ts';
import { applyEdits, type Edit, type Path } from '../json/edit.ts';
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import { parameterPaths } from './parameter-paths.ts';

/**
 * What an installation says about the requests to some models. A parameter goes by its common name (`temperature`, `max_tokens`, …) and is
 * written where the provider's format has it; any other name is a member of the provider's body.
 */
export interface ModelSettings {
  /** Patterns over `provider/model`; `*` stands for any text. */
  readonly models: readonly string[];
  /** Used where the client says nothing. */
  readonly defaults: JsonObject;
  /** Used whatever the client says. */
  readonly overrides: JsonObject;
  /** Taken out of every request. */
  readonly dropParams: readonly string[];
}

/** The settings of all patterns that fit, the later ones over the earlier ones; undefined when none does. */
export const settingsOf = (
  all: readonly ModelSettings[],
  provider: string,
  model: string,
): ModelSettings | undefined => {
  const fitting = all.filter(({ models }) => models.some((pattern) => fits(pattern, `${provider}/${model}`)));
  if (fitting.length === 0) return undefined;
  return {
    models: fitting.flatMap(({ models }) => models),
    defaults: Object.assign({}, ...fitting.map(({ defaults }) => defaults)) as JsonObject,
    overrides: Object.assign({}, ...fitting.map(({ overrides }) => overrides)) as JsonObject,
    dropParams: [...new Set(fitting.flatMap(({ dropParams }) => dropParams))],
  };
};

/** Goes through the text once for each piece, so that no pattern takes long. */
const fits = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
};

export interface SettingEdits {
  readonly edits: readonly Edit[];
  /** What was taken from the client's request or changed in it, by common name. */
  readonly losses: readonly Loss[];
}

/** The edits that put the settings in force in a body of a dialect. */
export const settingEdits = (settings: ModelSettings, dialect: DialectId, body: JsonObject): SettingEdits => {
  const draft = new Draft(dialect, body);
  for (const name of settings.dropParams) draft.drop(name);
  for (const [name, value] of Object.entries(settings.overrides)) draft.force(name, value ?? null);
  for (const [name, value] of Object.entries(settings.defaults)) draft.preset(name, value ?? null);
  return draft;
};

/** Gathers edits, and makes each in a copy of the body, so that the next one sees it. */
class Draft implements SettingEdits {
  readonly edits: Edit[] = [];
  readonly losses: Loss[] = [];
  readonly #dialect: DialectId;
  #body: JsonObject;

  constructor(dialect: DialectId, body: JsonObject) {
    this.#dialect = dialect;
    this.#body = body;
  }

  drop(name: string): void {
    const present = this.#present(name);
    for (const path of present) this.#edit({ op: 'remove', path });
    if (present.length > 0) this.losses.push({ field: name, action: 'dropped', note: 'drop_params of this model' });
  }

  force(name: string, value: Json): void {
    const present = this.#present(name);
    const [path, ...others] = [
      ...present,
      ...parameterPaths(name, this.#dialect).slice(0, present.length === 0 ? 1 : 0),
    ];
    if (path === undefined) {
      this.losses.push({
        field: name,
        action: 'dropped',
        note: 'set for this model, whose format has no place for it',
      });
      return;
    }
    if (sameJson(valueAt(this.#body, path), value)) return;
    for (const other of others) this.#edit({ op: 'remove', path: other });
    this.#set(path, value);
    if (present.length > 0) this.losses.push({ field: name, action: 'changed', note: 'fixed for this model' });
  }

  preset(name: string, value: Json): void {
    const [path] = parameterPaths(name, this.#dialect);
    if (path !== undefined && this.#present(name).length === 0) this.#set(path, value);
  }

  #present(name: string): readonly Path[] {
    return parameterPaths(name, this.#dialect).filter((path) => valueAt(this.#body, path) !== undefined);
  }

  #set(path: Path, value: Json): void {
    const [root] = path;
    if (root !== undefined && path.length > 1 && !isObject(this.#body[root]))
      this.#edit({ op: 'set', path: [root], value: {} });
    this.#edit({ op: 'set', path, value });
  }

  #edit(edit: Edit): void {
    this.edits.push(edit);
    this.#body = applyEdits(this.#body, [edit]);
  }
}

const sameJson = (one: Json | undefined, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other);

const valueAt = (body: JsonObject, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((value, step) => (isObject(value) ? value[String(step)] : undefined), body);
