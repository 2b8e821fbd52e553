import { catalogue } from '../../src/core/catalog/catalogue.ts';
import type { ModelInfo } from '../../src/core/catalog/models/model-info.ts';
import { unitsPerRate } from '../../src/core/money/price.ts';
import type { Disagreement } from './judge.ts';
import { partsOf } from './quote.ts';

/** Every disagreement as a row: what each source says, in dollars for a million or for one, and which one is believed. */
export const disagreementReport = (disagreements: readonly Disagreement[]): string => {
  const rows = disagreements.map(({ provider, id, key, said, believed, because }) => {
    const { service, aboveTokens, unit } = partsOf(key);
    const per = unitsPerRate(unit) === 1 ? unit : `${unit} (million)`;
    const where = `${service === 'standard' ? '' : `${service} `}${per}${aboveTokens === 0 ? '' : ` above ${aboveTokens}`}`;
    const words = said.map(([source, rate]) => `${source} ${dollars(rate)}`).join(', ');
    return [`${provider}/${id}`, where, words, believed === undefined ? 'none' : dollars(believed), because].join('\t');
  });
  return `${['model', 'price', 'said (US dollars)', 'believed', 'because'].join('\t')}\n${rows.map((row) => `${row}\n`).join('')}`;
};

const dollars = (nano: number): string => String(Number((nano / 1e9).toPrecision(8)));

export const summary = (models: readonly ModelInfo[], disagreements: readonly Disagreement[]): readonly string[] => {
  const priced = models.filter(({ price }) => price !== undefined);
  const agreed = priced.filter(({ price }) => price?.every((version) => version.agreed) === true);
  const reasons = Map.groupBy(disagreements, ({ because }) => because);
  const known = new Set(catalogue.map(({ id }) => id));
  const unknown = [...new Set(models.map(({ provider }) => provider))].filter((id) => !known.has(id));
  const without = [...known].filter((id) => !models.some(({ provider }) => provider === id));
  return [
    `${models.length} models of ${new Set(models.map(({ provider }) => provider)).size} providers, ${priced.length} with a price, ${agreed.length} of them confirmed by a second source`,
    `${disagreements.length} prices differ between sources (docs/price-disagreements.tsv): ${[...reasons].map(([reason, list]) => `${list.length} ${reason}`).join(', ')}`,
    `providers the catalogue of providers does not have: ${unknown.join(', ') || 'none'}`,
    `providers without models here: ${without.join(', ') || 'none'}`,
  ];
};
