import { Dice, drawOrder } from '../../../../core/routing/dice.ts';
import type { Identified } from '../../../line/records.ts';
import { freeModels } from './able-models.ts';
import { nothingFits } from './router-names.ts';

const most = 5;

/** Models that cost nothing and can do what is asked, in an order of chance. */
export const chooseFree = (identified: Identified): readonly string[] => {
  const free = freeModels(identified);
  if (free.length === 0) throw nothingFits('No free model here can do what the request asks for');
  const drawn = drawOrder(free, () => 1, new Dice(`${identified.requestId} free`));
  return drawn.slice(0, most).map(({ id }) => id);
};
