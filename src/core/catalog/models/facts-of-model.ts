import { freePrice } from '../../money/price.ts';
import type { ActiveProvider } from '../active-provider.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { ModelInfo } from './model-info.ts';

/** What is taken for granted of a model nobody knows: it chats in texts. */
export const unknownModel = ({ provider, id }: Pick<ModelInfo, 'provider' | 'id'>): ModelInfo => ({
  provider,
  id,
  title: id,
  mode: 'chat',
  inputModalities: ['text'],
  outputModalities: ['text'],
  parameters: [],
});

/** What lists tell of a model, also of one the catalogue does not know: a name with `embed` in it makes vectors, and what its provider gives for nothing costs nothing. */
export const factsOfModel = (
  { models, providers }: { readonly models: ModelCatalogue; readonly providers: readonly ActiveProvider[] },
  model: Pick<ModelInfo, 'provider' | 'id'>,
): ModelInfo => {
  const known = models.find(model.provider, model.id);
  const info = known ?? (/embed/i.test(model.id) ? { ...unknownModel(model), mode: 'embedding' } : unknownModel(model));
  if (info.price !== undefined) return info;
  const free = providers.some(({ entry }) => entry.id === model.provider && entry.free === true);
  return free ? { ...info, price: freePrice } : info;
};
