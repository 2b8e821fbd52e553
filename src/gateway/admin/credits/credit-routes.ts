import { kindNames } from '../../../core/access/object-kind.ts';
import type { AdminRoute } from '../admin-route.ts';
import { creditKinds } from './credits.ts';

/** What is paid beforehand: the same for everything that may have credits. */
export const creditRoutes: readonly AdminRoute[] = creditKinds.flatMap((kind): readonly AdminRoute[] => {
  const path = `/${kindNames[kind].plural}/{id}/credits`;
  const whose = /^o/.test(kind) ? `an ${kind}` : `a ${kind}`;
  return [
    {
      method: 'GET',
      path,
      summary: `How the credits of ${whose} stand.`,
      gives: 'credits',
      run: async ({ acting, id }, administration) => ({
        status: 200,
        body: await administration.credits(acting, kind, id),
      }),
    },
    {
      method: 'POST',
      path,
      summary: `Add credits to ${whose}. From the first on, only these may be spent. The same Idempotency-Key adds them once.`,
      takes: 'top up',
      gives: 'credits',
      run: async ({ acting, id, body: input, idempotencyKey }, administration) => {
        const { view, repeated } = await administration.topUp(acting, kind, { id, input, idempotencyKey });
        return { status: 201, body: view, repeated };
      },
    },
  ];
});
