import type { JsonDraft, JsonObject } from '../../../json/json.ts';

/**
 * A message that is being filled. Its text, pictures, thoughts and calls have a member each. A second text of the user's opens another message
 * of the same role, which the server joins; an assistant's texts are one.
 */
export class OpenMessage {
  readonly #role: string;
  readonly #joinsTexts: boolean;
  readonly #written: JsonObject[] = [];
  #text: string | undefined;
  #thinking = '';
  #images: string[] = [];
  #calls: JsonObject[] = [];

  constructor(role: string, joinsTexts: boolean) {
    this.#role = role;
    this.#joinsTexts = joinsTexts;
  }

  /** Adds a text; true when it is joined to one before it. */
  text(text: string): boolean {
    if (this.#text !== undefined && !this.#joinsTexts) this.#flush();
    const joins = this.#text !== undefined;
    this.#text = (this.#text ?? '') + text;
    return joins;
  }

  thinking(text: string): void {
    this.#thinking += text;
  }

  /** Adds a picture; true when it stood behind a text, which the format cannot say. */
  image(data: string): boolean {
    this.#images.push(data);
    return this.#text !== undefined;
  }

  call(call: JsonObject): void {
    this.#calls.push(call);
  }

  finish(): readonly JsonObject[] {
    this.#flush();
    return this.#written;
  }

  #flush(): void {
    const empty = this.#text === undefined && this.#thinking === '';
    if (empty && this.#images.length === 0 && this.#calls.length === 0) return;
    const draft: JsonDraft = { role: this.#role, content: this.#text ?? '' };
    if (this.#thinking !== '') draft['thinking'] = this.#thinking;
    if (this.#images.length > 0) draft['images'] = this.#images;
    if (this.#calls.length > 0) draft['tool_calls'] = this.#calls;
    this.#written.push(draft);
    this.#text = undefined;
    this.#thinking = '';
    this.#images = [];
    this.#calls = [];
  }
}
