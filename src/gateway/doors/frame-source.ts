import type { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Usage } from '../../core/ir/index.ts';
import type { ContentFacts } from '../../ports/exchange-sink.ts';
import type { Produced } from '../line/money/produced.ts';

/** Where a pump takes what it sends. */
export interface FrameSource {
  /** The next bytes for the client; undefined when the answer is complete. Throws `GatewayError` when it broke. */
  next(): Promise<Uint8Array | undefined>;
  /** The dialect's in-band error; nothing is sent after it. */
  fail(error: GatewayError): Uint8Array | undefined;
  /** The error the provider told inside its own stream; the client has read it there. */
  readonly failure: GatewayError | undefined;
  usage(): Usage | undefined;
  content(): ContentFacts | undefined;
  /** What the model has written so far; undefined where nobody gathers it. */
  produced(): Produced | undefined;
  /** The provider has said that the answer is whole: its counts, if it gave any, are final. */
  readonly whole: boolean;
  /** Ends the provider's part at once. */
  cancel(): void;
}
