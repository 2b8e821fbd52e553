import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { ChatRequest, Loss } from '../../../core/ir/index.ts';

/** Parameters that may be left out when a target cannot take them, each with the others that mean nothing without it. Content never is. */
const droppable: Readonly<Partial<Record<string, readonly (keyof ChatRequest)[]>>> = {
  choices: ['choices'],
  modalities: ['modalities', 'audio'],
  output: ['output'],
  tools: ['tools', 'toolChoice', 'parallelToolCalls'],
};

/** Encodes a request; with `drop_params`, each parameter the target refuses is left out instead, and told as a loss. */
export const encodeDropping = <Encoded extends { readonly losses: readonly Loss[] }>(
  request: ChatRequest,
  drops: boolean,
  encode: (request: ChatRequest) => Encoded,
): Encoded => {
  const dropped: Loss[] = [];
  let asked = request;
  for (;;) {
    try {
      const encoded = encode(asked);
      return dropped.length === 0 ? encoded : { ...encoded, losses: [...encoded.losses, ...dropped] };
    } catch (error) {
      const field = refusedField(error);
      const members = field === undefined ? undefined : droppable[field];
      if (!drops && members !== undefined) throw withHint(error as GatewayError);
      if (field === undefined || members === undefined || dropped.some((loss) => loss.field === field)) throw error;
      asked = without(asked, members);
      dropped.push({ field, action: 'dropped', note: 'drop_params' });
    }
  }
};

const withHint = ({ code, message, detail }: GatewayError): GatewayError =>
  new GatewayError(code, `${message} (\`drop_params: true\` in the config file drops such parameters.)`, detail);

const refusedField = (error: unknown): string | undefined =>
  error instanceof GatewayError && error.code === 'unsupported_by_target' ? error.detail.param : undefined;

const without = (request: ChatRequest, members: readonly (keyof ChatRequest)[]): ChatRequest =>
  Object.fromEntries(
    Object.entries(request).filter(([name]) => !(members as readonly string[]).includes(name)),
  ) as unknown as ChatRequest;
