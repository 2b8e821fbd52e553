import type { Dial } from '../choice.ts';

/** What the operator says of a choice in a route. */
export interface RouteChoice {
  /** One of the organisation's routers; the models' known strength decides when absent. */
  readonly router?: string;
  /** In the middle when absent. */
  readonly dial?: Dial;
}
