import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Chooser } from '../../gateway/routers/chooser.ts';
import type { RouterParts } from './router-parts.ts';

/** What names such as `auto` go by. */
export const openChooser = (parts: () => Promise<RouterParts>): Chooser => ({
  engine: async () => (await parts()).engine,
  router: async (orgId, id, version) => {
    const { kept } = await parts();
    if (kept !== undefined) return kept.directory.inForce(orgId, id, version);
    throw new GatewayError('not_found', `There is no router "${id.slice(0, 100)}": nothing is kept here.`);
  },
});
