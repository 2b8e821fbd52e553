import { catalogueRoutes } from '../catalogue/catalogue-routes.ts';
import { keyRoutes } from '../keys/key-routes.ts';
import { presetRoutes } from '../presets/preset-routes.ts';
import { accountRoutes } from './account-routes.ts';
import type { FaceRoute } from './face-route.ts';
import { generationRoutes } from './generation-routes.ts';

/** Every route of OpenRouter's beside the doors. */
export const faceRoutes: readonly FaceRoute[] = [
  ...catalogueRoutes,
  ...keyRoutes,
  ...generationRoutes,
  ...accountRoutes,
  ...presetRoutes,
];
