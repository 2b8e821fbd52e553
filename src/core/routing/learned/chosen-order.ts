import type { JsonObject } from '../../json/json.ts';

/** Models in the order in which a learned router would ask them, and its record of why. */
export interface ChosenOrder {
  readonly order: readonly string[];
  readonly shown: JsonObject;
}

/** Those the router did not speak of come last, as they stood. */
export const inChosenOrder = <Thing extends { readonly model: string }>(
  things: readonly Thing[],
  chosen: ChosenOrder | undefined,
): readonly Thing[] => {
  const order = chosen?.order ?? [];
  const rank = ({ model }: Thing): number => {
    const at = order.indexOf(model);
    return at < 0 ? order.length : at;
  };
  return things.toSorted((one, other) => rank(one) - rank(other));
};
