import { unsupportedByTarget } from '../../../core/errors/gateway-error.ts';
import type { EmbeddingRequest, EmbeddingResponse, Usage } from '../../../core/ir/index.ts';

/** One client's call may not become more calls of the provider than this. */
const mostCalls = 256;

/** A request in as many as its provider needs, each with at most `inputsPerCall` inputs. */
export const splitRequest = (
  request: EmbeddingRequest,
  inputsPerCall: number | undefined,
): readonly EmbeddingRequest[] => {
  if (inputsPerCall === undefined) return [request];
  const { inputs } = request;
  const calls = Math.ceil(inputs.length / inputsPerCall);
  if (calls > mostCalls)
    throw unsupportedByTarget(
      'inputs',
      `this provider takes ${inputsPerCall} a call, and ${inputs.length} would be ${calls} calls. Send at most ${inputsPerCall * mostCalls} at once.`,
    );
  const alone = inputsPerCall === 1 ? { batch: false } : {};
  return Array.from({ length: calls }, (_, call) => ({
    ...request,
    ...alone,
    inputs: inputs.slice(call * inputsPerCall, (call + 1) * inputsPerCall),
  }));
};

/** The answers of several calls as one, in the order of the inputs. */
export const joinResponses = (responses: readonly EmbeddingResponse[]): EmbeddingResponse => {
  const [first] = responses;
  if (first === undefined || responses.length === 1) return first ?? { model: '', vectors: [] };
  const usages = responses.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  return {
    model: first.model,
    vectors: responses.flatMap(({ vectors }) => vectors),
    ...(usages.length === 0 ? {} : { usage: sumOf(usages) }),
  };
};

const sumOf = (usages: readonly Usage[]): Usage => ({
  inputTokens: usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
  outputTokens: 0,
});
