import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { parseJson } from '../../../core/json/json.ts';
import { type Framing, framingOfContentType } from '../../../core/stream/framing.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';

/** A reply to a stream request, told apart by what it is rather than by what it is called: some hosts label a stream as JSON. */
export interface SniffedReply {
  readonly kind: 'stream' | 'whole';
  readonly reply: UpstreamReply;
}

/** `framing` is the one the provider's streams should have. Throws `upstream_invalid` for an HTML page. */
export const sniffReply = async (reply: UpstreamReply, framing: Framing): Promise<SniffedReply> => {
  if (framingOfContentType(reply.header('content-type') ?? '') !== undefined) return { kind: 'stream', reply };
  const first = await reply.read();
  const pushedBack = new PushedBack(reply, first);
  const begin = new TextDecoder().decode(first?.subarray(0, 64)).trimStart();
  if (begin.startsWith('<')) {
    reply.cancel();
    throw new GatewayError('upstream_invalid', 'The provider answered 200 with an HTML page instead of a stream.');
  }
  const whole = begin === '' || begin.startsWith('{') || begin.startsWith('[');
  return { kind: whole && !(framing === 'ndjson' && beginsWithLine(first)) ? 'whole' : 'stream', reply: pushedBack };
};

/** A stream of lines begins as a whole answer does, but its first line is a value of its own. */
const beginsWithLine = (first: Uint8Array | undefined): boolean => {
  const end = first?.indexOf(0x0a) ?? -1;
  return end >= 0 && parseJson(new TextDecoder().decode(first?.subarray(0, end))) !== undefined;
};

/** A reply whose first piece has been looked at and put back. */
class PushedBack implements UpstreamReply {
  readonly status: number;
  readonly #reply: UpstreamReply;
  #first: Uint8Array | undefined;

  constructor(reply: UpstreamReply, first: Uint8Array | undefined) {
    this.status = reply.status;
    this.#reply = reply;
    this.#first = first;
  }

  header(name: string): string | undefined {
    return this.#reply.header(name);
  }

  async read(): Promise<Uint8Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#reply.read();
  }

  async readAll(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  cancel(): void {
    this.#reply.cancel();
  }
}
