import { activityRoutes } from './routes/activity-routes.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { manyRoutes } from './routes/many-routes.ts';
import { memberRoutes } from './routes/member-routes.ts';
import { credentialRoutes } from './routes/models/credential-routes.ts';
import { deploymentRoutes } from './routes/models/deployment-routes.ts';
import { modelRoutes } from './routes/models/model-routes.ts';
import { utilityRoutes } from './routes/models/utility-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { scopeRoutes } from './routes/scope-routes.ts';
import { spendRoutes } from './routes/spend-routes.ts';
import { teamRoutes } from './routes/team-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import type { SkinRoute } from './skin-route.ts';

/** Every route of LiteLLM's management that is here. */
export const litellmRoutes: readonly SkinRoute[] = [
  ...keyRoutes,
  ...teamRoutes,
  ...userRoutes,
  ...scopeRoutes,
  ...spendRoutes,
  ...activityRoutes,
  ...modelRoutes,
  ...deploymentRoutes,
  ...credentialRoutes,
  ...memberRoutes,
  ...manyRoutes,
  ...reportRoutes,
  ...utilityRoutes,
];
