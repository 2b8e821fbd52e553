import type { CatalogueHeader, CatalogueText } from './catalogue-file.ts';
import type { ModelInfo, ModelMode } from './model-info.ts';
import { readModel } from './model-line.ts';

/**
 * What is known of models, by provider and id. It holds the file's text and reads a line when somebody asks for it: thousands of models cost
 * one byte a character, and nothing at start.
 */
export class ModelCatalogue {
  readonly header: CatalogueHeader | undefined;
  readonly #body: string;
  /** The operator's own entries, by `provider/id`; they win. */
  readonly #own: ReadonlyMap<string, ModelInfo>;

  /** Providers whose models are those of another, by id. */
  readonly #sharing: ReadonlyMap<string, string>;

  constructor(
    file: { readonly header?: CatalogueHeader; readonly body: string },
    own: readonly ModelInfo[] = [],
    sharing: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#sharing = sharing;
    this.header = file.header;
    this.#body = file.body;
    this.#own = new Map(own.map((model) => [`${model.provider}/${model.id}`, model]));
  }

  /** The same catalogue with other entries of the operator over it. */
  with(own: readonly ModelInfo[]): ModelCatalogue {
    return new ModelCatalogue(this.#file, own, this.#sharing);
  }

  /** The same catalogue, in which what is known of one provider's models is known of another's too: new id → catalogue's. */
  sharing(more: ReadonlyMap<string, string>): ModelCatalogue {
    if (more.size === 0) return this;
    return new ModelCatalogue(this.#file, [...this.#own.values()], new Map([...this.#sharing, ...more]));
  }

  get #file(): { readonly header?: CatalogueHeader; readonly body: string } {
    return { ...(this.header === undefined ? {} : { header: this.header }), body: this.#body };
  }

  /** The file's parts. Throws when there is no file behind it. */
  get text(): CatalogueText {
    if (this.header === undefined) throw new Error('The catalogue has no file.');
    return { header: this.header, body: this.#body };
  }

  find(provider: string, id: string): ModelInfo | undefined {
    const key = `${provider}/${id}`;
    const own = this.#own.get(key);
    if (own !== undefined) return own;
    const start = this.#firstFrom(key);
    if (this.#body.startsWith(`${key}\t`, start)) return readModel(this.#body.slice(start, this.#endOf(start)));
    const other = this.#sharing.get(provider);
    const shared = other === undefined || other === provider ? undefined : this.find(other, id);
    return shared === undefined ? undefined : { ...shared, provider };
  }

  /** What a list needs of a provider's models. Cheaper than reading them whole. */
  *modelsOf(provider: string): Generator<BriefModel> {
    const head = `${provider}/`;
    for (const [key, { id, mode, retiresOn }] of this.#own)
      if (key.startsWith(head)) yield { id, mode, unlisted: false, ...(retiresOn === undefined ? {} : { retiresOn }) };
    for (let at = this.#firstFrom(head); this.#body.startsWith(head, at); at = this.#endOf(at) + 1) {
      const model = this.#briefAt(at, head.length);
      if (!this.#own.has(head + model.id)) yield model;
    }
  }

  /** Reads four of a line's columns by counting tabs from both ends. */
  #briefAt(start: number, headLength: number): BriefModel {
    const body = this.#body;
    const afterKey = body.indexOf('\t', start);
    const afterTitle = body.indexOf('\t', afterKey + 1);
    const mode = body.slice(afterTitle + 1, body.indexOf('\t', afterTitle + 1));
    const price = body.lastIndexOf('\t', this.#endOf(start) - 1);
    const days = body.slice(body.lastIndexOf('\t', price - 1) + 1, price);
    const third = days.indexOf(',', days.indexOf(',') + 1);
    const [retiresOn = '', marks = ''] = third < 0 || !days.includes(',') ? [] : days.slice(third + 1).split(',');
    return {
      id: body.slice(start + headLength, afterKey),
      mode: mode === '' ? 'chat' : (mode as ModelMode),
      unlisted: marks.includes('u'),
      ...(retiresOn === '' ? {} : { retiresOn }),
    };
  }

  /** Every model of the file, in its order, without the operator's entries. */
  *all(): Generator<ModelInfo> {
    for (let at = 0; at < this.#body.length; at = this.#endOf(at) + 1)
      yield readModel(this.#body.slice(at, this.#endOf(at)));
  }

  /** Where the first line begins whose key is not before `key`; the lines are sorted. */
  #firstFrom(key: string): number {
    const body = this.#body;
    let from = 0;
    let to = body.length;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const start = body.lastIndexOf('\n', middle - 1) + 1;
      const end = this.#endOf(start);
      const tab = body.indexOf('\t', start);
      if (body.slice(start, tab) < key) from = end + 1;
      else to = start;
    }
    return from;
  }

  #endOf(start: number): number {
    const end = this.#body.indexOf('\n', start);
    return end < 0 ? this.#body.length : end;
  }
}

/** A model as far as lists need it. */
export interface BriefModel {
  readonly id: string;
  readonly mode: ModelMode;
  readonly retiresOn?: string;
  readonly unlisted: boolean;
}

export const emptyCatalogue = new ModelCatalogue({ body: '' });
