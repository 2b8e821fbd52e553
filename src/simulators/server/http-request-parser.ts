/** One request as it came over a connection. Header names are lower case; repeated ones are joined with commas. */
export interface RawRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Header lines in their order, as sent. */
  readonly headerLines: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

interface Head {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly headerLines: readonly (readonly [string, string])[];
}

const latin1 = new TextDecoder('latin1');

const concat = (chunks: readonly Uint8Array[]): Uint8Array => {
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0];
  return new Uint8Array(Buffer.concat(chunks));
};

/** Takes a connection's bytes apart into HTTP/1.1 requests, whatever their cut. Enough of the protocol for clients that behave. */
export class HttpRequestParser {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #head: Head | undefined;

  push(bytes: Uint8Array): readonly RawRequest[] {
    // The socket uses its buffer again, so the bytes are copied.
    this.#chunks.push(bytes.slice());
    this.#length += bytes.length;
    const requests: RawRequest[] = [];
    for (let next = this.#take(); next !== undefined; next = this.#take()) requests.push(next);
    return requests;
  }

  /** The next whole request; undefined until more bytes come. */
  #take(): RawRequest | undefined {
    this.#head ??= this.#takeHead();
    if (this.#head === undefined) return undefined;
    const chunked = this.#head.headers['transfer-encoding']?.toLowerCase().includes('chunked') === true;
    const body = chunked ? this.#takeChunked() : this.#takeSized(Number(this.#head.headers['content-length'] ?? '0'));
    if (body === undefined) return undefined;
    const request = { ...this.#head, body };
    this.#head = undefined;
    return request;
  }

  #takeHead(): Head | undefined {
    if (this.#length === 0) return undefined;
    const buffer = this.#all();
    const end = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length).indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    this.#keep(buffer.subarray(end + 4));
    return parseHead(latin1.decode(buffer.subarray(0, end)));
  }

  #takeSized(size: number): Uint8Array | undefined {
    if (this.#length < size) return undefined;
    const buffer = this.#all();
    this.#keep(buffer.subarray(size));
    return buffer.subarray(0, size);
  }

  #takeChunked(): Uint8Array | undefined {
    const buffer = this.#all();
    const view = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
    const parts: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const lineEnd = view.indexOf('\r\n', at);
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(view.toString('latin1', at, lineEnd), 16);
      if (view.length < lineEnd + size + 4) return undefined;
      at = lineEnd + 2 + size + 2;
      if (size === 0) break;
      parts.push(buffer.subarray(lineEnd + 2, lineEnd + 2 + size));
    }
    this.#keep(buffer.subarray(at));
    return parts.length === 0 ? new Uint8Array() : concat(parts);
  }

  #all(): Uint8Array {
    const whole = this.#chunks.length === 0 ? new Uint8Array() : concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #keep(rest: Uint8Array): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }
}

const parseHead = (text: string): Head => {
  const [start = '', ...lines] = text.split('\r\n');
  const [method = '', target = '/'] = start.split(' ');
  const headers: Record<string, string> = {};
  const headerLines = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  for (const [name, value] of headerLines) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return { method, target, headers, headerLines };
};
