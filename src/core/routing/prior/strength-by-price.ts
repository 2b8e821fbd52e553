import type { ModelCard } from '../learned/model-card.ts';

/**
 * A card with a strength, where nobody has measured one: what the price says. A tenfold price is about one seventh better, which is far from exact and
 * better than to believe all models alike. A model whose price is unknown stays without.
 */
export const withStrength = (card: ModelCard): ModelCard => {
  const { qualityIndex, outputPerMillion } = card;
  if (qualityIndex !== undefined || outputPerMillion === undefined || outputPerMillion <= 0) return card;
  return { ...card, qualityIndex: Math.min(0.9, Math.max(0.3, 0.58 + 0.14 * Math.log10(outputPerMillion))) };
};
