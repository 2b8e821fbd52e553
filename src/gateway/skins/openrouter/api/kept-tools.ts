import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { FaceTools, KeptTools } from './face-route.ts';

/** The books. Rejects with `not_found` where none are kept. */
export const keptTools = (tools: FaceTools): Promise<KeptTools> => {
  const kept = tools.kept();
  if (kept === undefined)
    throw new GatewayError(
      'not_found',
      'This Sluice keeps neither keys nor generations, since it runs without a data directory.',
    );
  return kept;
};
