import { GatewayError } from '../../core/errors/gateway-error.ts';

export interface StoreRequest {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** An error crosses threads as its parts: a class would not survive the copy. */
export interface StoreFailure {
  readonly message: string;
  readonly code?: GatewayError['code'];
  readonly detail?: { readonly param?: string; readonly status?: number };
}

export type StoreMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed-start'; readonly failure: StoreFailure }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: StoreFailure }
  | { readonly kind: 'changed'; readonly topic: string; readonly payload: unknown };

/** An error as it is sent. */
export const failureOf = (error: unknown): StoreFailure => {
  if (!(error instanceof GatewayError)) return { message: error instanceof Error ? error.message : String(error) };
  const { param, status } = error.detail;
  return {
    message: error.message,
    code: error.code,
    detail: { ...(param === undefined ? {} : { param }), ...(status === undefined ? {} : { status }) },
  };
};
