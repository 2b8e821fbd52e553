/** So many parts become one, so that short pieces do not keep whole frames in memory. */
const mostParts = 128;

/** UTF-16 units that are kept whole, some eight thousand tokens. What many slow readers of long answers would keep is memory for nothing: most providers count. */
const mostKept = 32_768;

/** A text that is kept as far as it is worth it; of the rest its length. */
export class KeptText {
  characters = 0;
  #kept = 0;
  #parts: string[] = [];
  #joined = '';

  add(part: string): void {
    if (part === '') return;
    this.characters += part.length;
    if (this.#kept >= mostKept) return;
    this.#kept += part.length;
    this.#parts.push(part);
    if (this.#parts.length >= mostParts || this.#kept >= mostKept) this.#join();
  }

  /** The part that was kept. */
  get text(): string {
    this.#join();
    return this.#joined;
  }

  /** UTF-16 units that came behind it. */
  get beyond(): number {
    return this.characters - this.#kept;
  }

  #join(): void {
    this.#joined = [this.#joined, ...this.#parts].join('');
    this.#parts = [];
  }
}
