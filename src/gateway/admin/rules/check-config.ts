import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { readConfigTree } from '../../../core/routing/config-tree/read-config-tree.ts';
import { InvalidObject } from '../invalid-object.ts';

/** A name in the place of the model that a call will bring. */
const anyModel = 'model';

/** Throws an `InvalidObject` that names the place in a tree which no call could follow. */
export const checkConfig = (config: JsonObject): void => {
  try {
    readConfigTree(config, { model: anyModel, slug: () => undefined, takesKeys: false });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.detail.param === undefined) throw error;
    const { param } = error.detail;
    throw new InvalidObject([{ field: param, message: error.message.replace(`${param}: `, '').replace(/\.$/, '') }]);
  }
};
