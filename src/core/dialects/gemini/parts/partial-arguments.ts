import {
  arrayAt,
  booleanAt,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  stringAt,
} from '../../../json/json.ts';
import { camelMembers } from '../member-names.ts';

type Mutable = { [key: string | number]: Json | Mutable | undefined };

/** Puts arguments together that arrive in pieces (`partialArgs`), each a JSON path and a value; pieces of one text are joined. */
export class PartialArguments {
  readonly #root: Mutable = {};
  #openPath: string | undefined;

  add(call: JsonObject): void {
    const args = call['args'];
    if (isObject(args)) Object.assign(this.#root, args);
    for (const piece of arrayAt(call, 'partialArgs')) if (isObject(piece)) this.#addPiece(camelMembers(piece));
  }

  get json(): string {
    return JSON.stringify(this.#root);
  }

  #addPiece(piece: JsonObject): void {
    const path = stringAt(piece, 'jsonPath') ?? '';
    const [last, ...before] = pathSteps(path).reverse();
    if (last === undefined) return;
    const place = before
      .reverse()
      .reduce<Mutable>((at, step, index, steps) => child(at, step, steps[index + 1] ?? last), this.#root);
    const text = stringAt(piece, 'stringValue');
    const known = place[last];
    const continues = this.#openPath === path && typeof known === 'string' && text !== undefined;
    place[last] = continues
      ? known + text
      : (text ?? numberAt(piece, 'numberValue') ?? booleanAt(piece, 'boolValue') ?? null);
    this.#openPath = piece['willContinue'] === true ? path : undefined;
  }
}

/** `$.trip.stops[0]['name']` → trip, stops, 0, name. */
const pathSteps = (path: string): (string | number)[] =>
  [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/g)]
    .map(([, dotted, index, single, double]) =>
      index === undefined ? (dotted ?? single ?? double ?? '') : Number(index),
    )
    // A name that would reach the prototype is no argument.
    .filter((step) => step !== '__proto__');

const child = (at: Mutable, step: string | number, next: string | number): Mutable => {
  const known = at[step];
  if (isObject(known) || isArray(known)) return known as unknown as Mutable;
  const made = (typeof next === 'number' ? [] : {}) as Mutable;
  at[step] = made;
  return made;
};
