/** The addresses a name leads to. Rejects when there are none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** By the machine's hosts file and name servers, without the runtime's threads: slow name servers hold up nobody else's look-ups. */
export const systemLookUp: LookUp = async (name) => {
  const found = await Bun.dns.lookup(name, { backend: 'c-ares' });
  return found.map(({ address }) => address);
};

/** Look-ups under way at one time; more are refused, so that invented names cannot pile up. */
const mostUnderWay = 64;

/** Asks once for a name that several wait for, and no longer than allowed. */
export class SharedLookUp {
  readonly #lookUp: LookUp;
  readonly #underWay = new Map<string, Promise<readonly string[]>>();

  constructor(lookUp: LookUp) {
    this.#lookUp = lookUp;
  }

  async addresses(name: string, limitMs: number): Promise<readonly string[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the name was not looked up in time')), limitMs);
    });
    try {
      return await Promise.race([this.#ask(name), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(name: string): Promise<readonly string[]> {
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    if (this.#underWay.size >= mostUnderWay) return Promise.reject(new Error('too many names are being looked up'));
    const asked = this.#lookUp(name).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, asked);
    return asked;
  }
}
