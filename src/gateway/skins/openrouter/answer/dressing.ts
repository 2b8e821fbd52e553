import type { Usage } from '../../../../core/ir/index.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import type { Identified } from '../../../line/records.ts';
import { generationId } from '../openrouter-face.ts';
import { answerCost } from './answer-cost.ts';
import { publicName } from './public-name.ts';
import { isByok, routerMetadata, titleOf } from './router-metadata.ts';
import type { UsageMoney } from './usage-members.ts';

type Dressed = Pick<Identified, 'settlement' | 'config' | 'body'>;

/** What an answer says at OpenRouter's face beside what the provider said. Who answers is known from the first byte, the money at the end. */
export class Dressing {
  readonly id: string;
  readonly #exchange: Dressed;

  constructor(exchange: Dressed) {
    this.#exchange = exchange;
    this.id = generationId(exchange.settlement.requestId);
  }

  /** The provider's name, as people write it. */
  get provider(): string {
    const { config, settlement } = this.#exchange;
    return titleOf(config, settlement.facts.provider ?? '');
  }

  get model(): string {
    const { config, settlement } = this.#exchange;
    const { provider, model, requestedModel = '' } = settlement.facts;
    return provider === undefined || model === undefined ? requestedModel : publicName(config, provider, model);
  }

  get usage(): Usage | undefined {
    return this.#exchange.settlement.facts.usage;
  }

  get body(): JsonObject {
    return this.#exchange.body;
  }

  get nativeStop(): string | undefined {
    return this.#exchange.settlement.face?.nativeStop;
  }

  /** Only when everything is settled. */
  money(): UsageMoney {
    const { config, settlement } = this.#exchange;
    return { cost: answerCost(settlement, config), byok: isByok(settlement, config) };
  }

  metadata(status = 200): JsonObject {
    const { config, settlement } = this.#exchange;
    const metadata = routerMetadata(settlement, config, status);
    return metadata === undefined ? {} : { openrouter_metadata: metadata };
  }
}
