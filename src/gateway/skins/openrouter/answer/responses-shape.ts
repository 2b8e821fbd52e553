import type { JsonObject } from '../../../../core/json/json.ts';

/** Members that clients of Responses at this face want to find, whoever answered. */
const usual: JsonObject = {
  completed_at: null,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: null,
  parallel_tool_calls: true,
  temperature: null,
  top_p: null,
  presence_penalty: null,
  frequency_penalty: null,
  tool_choice: 'auto',
  tools: [],
};

export const wholeResponse = (response: JsonObject): JsonObject => ({ ...usual, ...response });
