import { GatewayError } from '../../core/errors/gateway-error.ts';
import { lateModules } from './late-modules.ts';

const openers = {
  gzip: () => lateModules.zlib().createGunzip(),
  'x-gzip': () => lateModules.zlib().createGunzip(),
  deflate: () => lateModules.zlib().createInflate(),
  br: () => lateModules.zlib().createBrotliDecompress(),
  zstd: () => lateModules.zlib().createZstdDecompress(),
} as const;

/** A piece of a body may open to this many times its size before the answer counts as a bomb; small answers may open wider. */
const maxRatio = 200;
const freeBytes = 4 * 1024 * 1024;

/**
 * Opens a compressed body piece by piece. Providers are asked not to compress, so this is for those who do it all the same. Throws
 * `upstream_invalid` for an unknown encoding, broken data, or a body that opens to far more than was sent.
 */
export async function* inflate(
  encoding: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const open = Object.hasOwn(openers, encoding) ? openers[encoding as keyof typeof openers] : undefined;
  if (open === undefined) throw broken(`in the encoding "${encoding}", which is not known`);
  const stream = open();
  let sent = 0;
  let opened = 0;
  const feed = async (): Promise<void> => {
    for await (const piece of pieces) {
      sent += piece.length;
      if (!stream.write(piece)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    stream.end();
  };
  const fed = feed().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error('cut')));
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      opened += piece.length;
      if (opened > freeBytes && opened > sent * maxRatio) throw broken('that opens to far more than was sent');
      yield piece;
    }
  } catch (error) {
    throw error instanceof GatewayError ? error : broken('in broken compression');
  } finally {
    stream.destroy();
  }
  await fed;
}

const broken = (how: string): GatewayError =>
  new GatewayError('upstream_invalid', `The provider sent an answer ${how}.`);
