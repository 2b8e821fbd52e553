import { isArray, isObject, type Json, type JsonObject } from '../../../../core/json/json.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asGatewayError } from '../../../doors/error-reply.ts';
import { errorBody } from '../fields/error-body.ts';
import { needed } from '../fields/object-fields.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { updateKey } from './key-routes.ts';
import { updateUser } from './user-routes.ts';

const mostAtOnce = 500;

const listIn = (body: JsonObject, name: string): readonly JsonObject[] => {
  const value = body[name];
  if (value !== undefined && isArray(value) && value.length > 0 && value.length <= mostAtOnce && value.every(isObject))
    return value;
  throw invalid(name, `must be a list of 1 to ${mostAtOnce} objects`);
};

/** Each on its own: one that fails is told, and the others are changed. */
const each = async (
  call: SkinCall,
  bodies: readonly JsonObject[],
  run: (call: SkinCall) => Promise<Json>,
): Promise<{ readonly done: readonly Json[]; readonly failed: readonly JsonObject[] }> => {
  const done: Json[] = [];
  const failed: JsonObject[] = [];
  for (const body of bodies) {
    try {
      done.push(await run({ ...call, body }));
    } catch (error) {
      const failure = asGatewayError(error);
      // What somebody may not do is no matter of one among many.
      if (failure.code === 'not_allowed') throw failure;
      const { message } = errorBody(failure)['error'] as JsonObject;
      failed.push({ body, message: message ?? null });
    }
  }
  return { done, failed };
};

const updateKeys = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const bodies = listIn(call.body, 'keys');
  const { done, failed } = await each(call, bodies, (one) => updateKey(one, tools));
  return {
    total_requested: bodies.length,
    successful_updates: done.map((view) => ({ key: isObject(view) ? (view['key'] ?? null) : null, key_info: view })),
    failed_updates: failed.map(({ body, message }) => ({
      key: isObject(body) ? (body['key'] ?? null) : null,
      failed_reason: message ?? null,
    })),
  };
};

const updateUsers = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const bodies = listIn(call.body, 'users');
  const { done, failed } = await each(call, bodies, (one) => updateUser(one, tools));
  const resultOf = (success: boolean, more: JsonObject): JsonObject => ({ success, error: null, ...more });
  return {
    results: [
      ...done.map((view) =>
        resultOf(true, { user_id: isObject(view) ? needed(view, 'user_id') : null, updated_user: view }),
      ),
      ...failed.map(({ body, message }) =>
        resultOf(false, { user_id: isObject(body) ? (body['user_id'] ?? null) : null, error: message ?? null }),
      ),
    ],
    total_requested: bodies.length,
    successful_updates: done.length,
    failed_updates: failed.length,
  };
};

export const manyRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/key/bulk_update', who: 'admin', run: updateKeys },
  { method: 'POST', path: '/user/bulk_update', who: 'admin', run: updateUsers },
];
