/** One measured number, with its range where one was drawn. */
export interface Figure {
  readonly part: string;
  readonly table: string;
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** Of the literature or of a plain method, to compare with. */
  readonly baseline?: boolean;
}

/** What is measured goes here as it comes, so that a long run can be watched. */
export class Figures {
  readonly all: Figure[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(figure: Figure): void {
    this.all.push(figure);
    const { table, name, value, low, high } = figure;
    const range = low === undefined || high === undefined ? '' : `  (${low.toFixed(4)} to ${high.toFixed(4)})`;
    this.#say(`${table.padEnd(18)} ${name.padEnd(46)} ${Number.isFinite(value) ? value.toFixed(4) : '-'}${range}`);
  }

  title(text: string): void {
    this.#say(`\n${text}`);
  }

  /** NaN when it was not measured. */
  of(part: string, table: string, name: string): number {
    return this.all.find((one) => one.part === part && one.table === table && one.name === name)?.value ?? Number.NaN;
  }
}
