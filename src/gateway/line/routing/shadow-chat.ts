import type { Edit } from '../../../core/json/edit.ts';
import { applyEdits } from '../../../core/json/edit.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import { Cancellation } from '../../../ports/cancellation.ts';
import type { Decoded } from '../records.ts';

/** Nobody reads a shadow's stream, so it is asked for as a whole answer. */
const wholeEdits = ({ body }: Decoded): readonly Edit[] => [
  ...(body['stream'] === undefined ? [] : [{ op: 'set', path: ['stream'], value: false } as const]),
  ...(body['stream_options'] === undefined ? [] : [{ op: 'remove', path: ['stream_options'] } as const]),
];

/**
 * A chat once more, for a target whose answer nobody gets: an exchange of its own, with its own id, money and record. It goes on when the client leaves, and
 * ends when the server stops.
 */
export const shadowChat = (decoded: Decoded): Decoded => {
  const requestId = `${decoded.requestId}-mirror`;
  const cancellation = new Cancellation();
  decoded.cancellation.listen(() => {
    if (decoded.cancellation.failure().code === 'draining') cancellation.cancel('stopping');
  });
  const settlement = decoded.settlement.beside(requestId);
  const edits = decoded.request.stream ? wholeEdits(decoded) : [];
  return {
    ...decoded,
    requestId,
    cancellation,
    settlement,
    ...(edits.length === 0 ? {} : { bytes: patchJson(decoded.bytes, edits), body: applyEdits(decoded.body, edits) }),
    request: { ...decoded.request, stream: false },
  };
};
