import { isArray, isObject, type Json, type JsonObject } from '../../../src/core/json/json.ts';

/** What a client would understand of one alternative. */
export interface ReadChoice {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  /** The door's own word. */
  readonly finish: string | undefined;
}

/** Tokens as the door shows them; a part it does not name is undefined. */
export interface ReadUsage {
  readonly input: number;
  readonly output: number;
  readonly cached?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly total?: number | undefined;
}

/** What a client would understand of an answer: of the first alternative, and of all. */
export interface ReadAnswer extends ReadChoice {
  readonly choices: readonly ReadChoice[];
  readonly model: string | undefined;
  readonly usage: ReadUsage | undefined;
  readonly error: string | undefined;
}

export interface ChoiceDraft {
  text: string;
  reasoning: string;
  refusal: string;
  readonly calls: Map<string, { name: string; arguments: string }>;
  finish: string | undefined;
}

/** An answer while it is read. */
export class AnswerDraft {
  readonly #choices = new Map<number, ChoiceDraft>();
  model: string | undefined;
  usage: ReadUsage | undefined;
  error: string | undefined;

  /** The alternative of this number, made when it is first spoken of. */
  choice(index = 0): ChoiceDraft {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const made: ChoiceDraft = { text: '', reasoning: '', refusal: '', calls: new Map(), finish: undefined };
    this.#choices.set(index, made);
    return made;
  }

  finished(): ReadAnswer {
    const first = readChoice(this.choice());
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([, choice]) => readChoice(choice));
    return { ...first, choices, model: this.model, usage: this.usage, error: this.error };
  }
}

const readChoice = ({ calls, ...rest }: ChoiceDraft): ReadChoice => ({ ...rest, toolCalls: [...calls.values()] });

/** The call of this key, made when it is first spoken of. */
export const callOf = (choice: ChoiceDraft, key: string): { name: string; arguments: string } => {
  const known = choice.calls.get(key);
  if (known !== undefined) return known;
  const made = { name: '', arguments: '' };
  choice.calls.set(key, made);
  return made;
};

/** Reads one wire: a whole answer, or the frames of a stream one by one. */
export interface AnswerReader {
  whole(answer: JsonObject, draft: AnswerDraft): void;
  frame(frame: JsonObject, draft: AnswerDraft): void;
}

export const objectsIn = (value: Json | undefined): readonly JsonObject[] =>
  isArray(value) ? value.filter(isObject) : [];
