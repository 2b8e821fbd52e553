import { GatewayError } from '../../../core/errors/gateway-error.ts';

/** A provider's refusal, with its body for clients of the same dialect. */
export class UpstreamRefusal extends GatewayError {
  /** The provider's own JSON, masked; undefined when it sent none or when it must not be shown. */
  readonly body: string | undefined;

  constructor(error: GatewayError, body: string | undefined) {
    super(error.code, error.message, error.detail);
    this.body = body;
  }
}
