import { loadShippedEmbedding } from '../../adapters/routers/shipped-embedding.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { readArtefact } from '../../core/routing/learned/artefact/read-artefact.ts';
import type { RouterArtefact } from '../../core/routing/learned/router-artefact.ts';
import { learnedFunctions } from '../../core/routing/training/learned-functions.ts';
import type { RouterEngine } from '../../gateway/routers/router-engine.ts';

/** The router as it ships, for the server and for the command line. */
export const loadRouterEngine = async (): Promise<RouterEngine> => ({
  ...learnedFunctions,
  read,
  embed: await loadShippedEmbedding(),
});

const read = (bytes: Uint8Array): RouterArtefact => {
  try {
    return readArtefact(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GatewayError('invalid_request', `This file cannot be used as a router: ${why}`);
  }
};
