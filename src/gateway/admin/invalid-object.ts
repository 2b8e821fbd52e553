import type { FieldProblem } from '../../contract/objects/read-object.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';

/** A request with members that are wrong: all of them, each with its reason. */
export class InvalidObject extends GatewayError {
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    const [first] = problems;
    const said = problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
    super('invalid_request', `${said.join('; ')}.`, first === undefined ? {} : { param: first.field });
    this.problems = problems;
  }
}

export const invalid = (field: string, message: string): InvalidObject => new InvalidObject([{ field, message }]);
