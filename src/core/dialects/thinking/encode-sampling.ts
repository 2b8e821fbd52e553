import type { ChatRequest } from '../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../json/json.ts';
import type { LossLog } from '../loss-log.ts';

/** Temperature and its kin. A thinking model is refused most of them. */
export const encodeSampling = (request: ChatRequest, thinking: boolean, log: LossLog): JsonObject => {
  const draft: JsonDraft = {};
  draft['temperature'] = temperature(request, thinking, log);
  draft['top_p'] = topP(request, thinking, log);
  if (request.topK !== undefined && thinking) log.dropped('topK', whileThinking);
  else draft['top_k'] = request.topK;
  draft['stop_sequences'] = stopSequences(request, log);
  for (const name of Object.keys(draft)) if (draft[name] === undefined) delete draft[name];
  return draft;
};

const whileThinking = 'the provider refuses it while the model thinks';

const temperature = ({ temperature: wanted }: ChatRequest, thinking: boolean, log: LossLog): number | undefined => {
  if (wanted === undefined) return undefined;
  if (thinking && wanted !== 1) {
    log.dropped('temperature', whileThinking);
    return undefined;
  }
  if (wanted <= 1) return wanted;
  log.changed('temperature', '1 is the most this provider takes');
  return 1;
};

const topP = (
  { topP: wanted, temperature: heat }: ChatRequest,
  thinking: boolean,
  log: LossLog,
): number | undefined => {
  if (wanted === undefined) return undefined;
  // Many models take only one of the two, and 1 cuts nothing off.
  if (wanted === 1 && heat !== undefined) return undefined;
  if (!thinking || wanted >= 0.95) return wanted;
  log.dropped('topP', whileThinking);
  return undefined;
};

const stopSequences = ({ stop }: ChatRequest, log: LossLog): readonly string[] | undefined => {
  const kept = stop?.filter((sequence) => sequence.trim() !== '') ?? [];
  if (kept.length < (stop?.length ?? 0)) log.dropped('stop', 'the provider refuses sequences of white space');
  return kept.length === 0 ? undefined : kept;
};
