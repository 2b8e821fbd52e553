import { GatewayError } from '../../../core/errors/gateway-error.ts';

/** One field that is wrong, in the words of the service's own validation. */
export interface FieldFault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** A body that cannot be used: all faults at once, answered as 422. */
export class Unprocessable extends GatewayError {
  readonly faults: readonly FieldFault[];

  constructor(faults: readonly FieldFault[]) {
    super('invalid_request', faults.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; '));
    this.faults = faults;
  }
}

export const unprocessable = (loc: FieldFault['loc'], msg: string, type = 'value_error'): Unprocessable =>
  new Unprocessable([{ loc: ['body', ...loc], msg, type }]);

export const missing = (...loc: FieldFault['loc']): Unprocessable => unprocessable(loc, 'Field required', 'missing');

/** What kind of thing came instead, never what it says. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};
