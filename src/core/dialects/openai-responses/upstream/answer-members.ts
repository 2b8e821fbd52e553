import type { ChatResponse } from '../../../ir/index.ts';
import { type JsonObject, numberAt, stringAt, unknownMembers } from '../../../json/json.ts';
import { own, withoutNulls } from '../wire/own.ts';

/** Members that are read, and those that only repeat the request: the door writes these again from the request it got. */
const known = new Set(
  [
    'id object created_at completed_at status error incomplete_details model output output_text usage service_tier reasoning',
    'background conversation frequency_penalty instructions max_output_tokens max_tool_calls metadata parallel_tool_calls presence_penalty',
    'previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention safety_identifier store temperature text',
    'tool_choice tools top_logprobs top_p truncation user',
  ].flatMap((row) => row.split(' ')),
);

/** The members of a response object that no event or choice has. */
export const answerHead = (response: JsonObject): Pick<ChatResponse, 'id' | 'model' | 'createdSeconds'> => {
  const created = numberAt(response, 'created_at');
  return {
    id: stringAt(response, 'id') ?? '',
    model: stringAt(response, 'model') ?? '',
    ...(created === undefined ? {} : { createdSeconds: Math.floor(created) }),
  };
};

export const answerTail = (response: JsonObject): Pick<ChatResponse, 'serviceTier' | 'extras'> => {
  const serviceTier = stringAt(response, 'service_tier');
  const extras = withoutNulls(unknownMembers(response, known));
  return {
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};
