import type { JsonObject } from '../../../src/core/json/json.ts';
import {
  answerId,
  anthropicBody,
  anthropicFrames,
  anthropicText,
  anthropicUsage,
  type Conversation,
  chatBody,
  chatFrames,
  chatUsage,
  converseBlock,
  converseBody,
  converseFrames,
  converseText,
  converseUsage,
  createdSeconds,
  geminiBody,
  geminiFrames,
  geminiUsage,
  model,
  oneChoiceEvents,
  responsesBody,
  responsesFrames,
  responsesMessage,
  responsesText,
  responsesUsage,
  textEvents,
  unnamed,
} from '../conversation.ts';

// Seals are worthless to any dialect but their own. A client at a foreign door gets them wrapped, as base64 of
// `sluice:anthropic-messages:<seal>`, and sends them back so; a provider of another dialect never sees them.
const earlierSeal = 'RXJsaWVyU2lnbmF0dXJl';
const laterSeal = 'TGF0ZXJTaWduYXR1cmU=';
const earlierWrapped = 'c2x1aWNlOmFudGhyb3BpYy1tZXNzYWdlczpSWEpzYVdWeVUybG5ibUYwZFhKbA==';
const laterWrapped = 'c2x1aWNlOmFudGhyb3BpYy1tZXNzYWdlczpUR0YwWlhKVGFXZHVZWFIxY21VPQ==';
const schema = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } } as const;

const earlier = 'I use the tool.';
const later = 'The tool says 391.';
const ask = { role: 'user', blocks: [{ kind: 'text', text: 'What is 17 times 23?' }] } as const;
const call = { kind: 'tool-call', id: 'call_1', name: 'product', argumentsJson: '{"a":17,"b":23}' } as const;
const result = {
  role: 'tool',
  blocks: [
    { kind: 'tool-result', callId: 'call_1', name: 'product', blocks: [{ kind: 'text', text: '391' }], failed: false },
  ],
} as const;
const thought = { kind: 'thinking', text: later, seal: { dialect: 'anthropic-messages', value: laterSeal } } as const;
const answer = { kind: 'text', text: '391.' } as const;

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [thought, answer], stop: 'stop', rawStop: 'end_turn' }],
  usage: { inputTokens: 200, outputTokens: 30 },
} as const;
const { seal: _, ...unsealed } = thought;
const readsUnsealed = { choices: [{ ...response.choices[0], blocks: [unsealed, answer] }] };

const chatCall = { id: 'call_1', type: 'function', function: { name: 'product', arguments: '{"a":17,"b":23}' } };
const chatTool = { type: 'function', function: { name: 'product', parameters: schema } };
const chatMessage = { role: 'assistant', content: '391.', reasoning_content: later };

const reasoningItem = (id: string, text: string) => ({
  type: 'reasoning',
  id,
  summary: [{ type: 'summary_text', text }],
});
const summaryAt = { item_id: 'rs_1', output_index: 0, summary_index: 0 };
const final = responsesBody([reasoningItem('rs_1', later), responsesMessage('391.')], responsesUsage(200, 30));

const chatTurns = (assistant: JsonObject): readonly JsonObject[] => [
  { role: 'user', content: 'What is 17 times 23?' },
  { role: 'assistant', content: null, ...assistant, tool_calls: [chatCall] },
  { role: 'tool', tool_call_id: 'call_1', content: '391' },
];
const chatRequest = { model, max_completion_tokens: 4096, reasoning_effort: 'low', tools: [chatTool] };
const responsesCall = { type: 'function_call', call_id: 'call_1', name: 'product', arguments: '{"a":17,"b":23}' };
const responsesOutput = { type: 'function_call_output', call_id: 'call_1', output: '391' };
const responsesRequest = {
  model,
  max_output_tokens: 4096,
  reasoning: { effort: 'low' },
  tools: [{ type: 'function', name: 'product', parameters: schema }],
};
const geminiCall = { functionCall: { id: 'call_1', name: 'product', args: { a: 17, b: 23 } } };
const geminiTurns = (parts: readonly JsonObject[]): readonly JsonObject[] => [
  { role: 'user', parts: [{ text: 'What is 17 times 23?' }] },
  { role: 'model', parts: [...parts, geminiCall] },
  {
    role: 'user',
    parts: [{ functionResponse: { id: 'call_1', name: 'product', response: { result: '391' } } }],
  },
];
const geminiRequest = {
  generationConfig: { maxOutputTokens: 4096, thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } },
  tools: [{ functionDeclarations: [{ name: 'product', parametersJsonSchema: schema }] }],
};

const converseTurns = (blocks: readonly JsonObject[]): readonly JsonObject[] => [
  { role: 'user', content: [{ text: 'What is 17 times 23?' }] },
  {
    role: 'assistant',
    content: [...blocks, { toolUse: { toolUseId: 'call_1', name: 'product', input: { a: 17, b: 23 } } }],
  },
  { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: '391' }] } }] },
];
const converseRequest = {
  inferenceConfig: { maxTokens: 4096 },
  toolConfig: { tools: [{ toolSpec: { name: 'product', inputSchema: { json: schema } } }] },
};

export const thinking: Conversation = {
  name: 'thinking',
  about: 'Signed thoughts before a tool call and before the answer; a budget of thinking tokens.',
  request: {
    model,
    stream: false,
    turns: [
      ask,
      {
        role: 'assistant',
        blocks: [
          { kind: 'thinking', text: earlier, seal: { dialect: 'anthropic-messages', value: earlierSeal } },
          call,
        ],
      },
      result,
    ],
    maxOutputTokens: 4096,
    reasoning: { enabled: true, budgetTokens: 2048, show: true },
    tools: [{ kind: 'function', name: 'product', schema }],
  },
  response,
  events: oneChoiceEvents(response, [
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'thinking', text: '' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 'The tool ' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 'says 391.' } },
    {
      kind: 'block-delta',
      choice: 0,
      index: 0,
      delta: { kind: 'seal', seal: { dialect: 'anthropic-messages', value: laterSeal } },
    },
    { kind: 'block-end', choice: 0, index: 0 },
    ...textEvents(1, ['391', '.']),
  ]),
  traits: ['thinking-fields'],
  wires: {
    'openai-chat': {
      request: {
        body: {
          ...chatRequest,
          messages: chatTurns({
            reasoning_content: earlier,
            reasoning_details: [{ type: 'reasoning.text', text: earlier, signature: earlierWrapped }],
          }),
        },
        sent: { ...chatRequest, messages: chatTurns({}) },
        losses: ['turns[1].blocks[0]', 'reasoning.budgetTokens', 'reasoning.show'],
        reads: { reasoning: { effort: 'low' } },
      },
      response: {
        rawStop: 'stop',
        body: chatBody([{ index: 0, message: chatMessage, finish_reason: 'stop' }], chatUsage(200, 30)),
        shown: chatBody(
          [
            {
              index: 0,
              message: {
                ...chatMessage,
                reasoning_details: [{ type: 'reasoning.text', text: later, signature: laterWrapped }],
              },
              finish_reason: 'stop',
            },
          ],
          chatUsage(200, 30),
        ),
        reads: readsUnsealed,
      },
      frames: chatFrames([
        [
          {
            index: 0,
            delta: { role: 'assistant', content: null, reasoning_content: 'The tool ' },
            finish_reason: null,
          },
        ],
        [{ index: 0, delta: { content: null, reasoning_content: 'says 391.' }, finish_reason: null }],
        [{ index: 0, delta: { content: '391' }, finish_reason: null }],
        [{ index: 0, delta: { content: '.' }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(200, 30) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          messages: [
            { role: 'user', content: 'What is 17 times 23?' },
            {
              role: 'assistant',
              content: [
                { type: 'thinking', thinking: earlier, signature: earlierSeal },
                { type: 'tool_use', id: 'call_1', name: 'product', input: { a: 17, b: 23 } },
              ],
            },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: '391' }] },
          ],
          max_tokens: 4096,
          thinking: { type: 'enabled', budget_tokens: 2048, display: 'summarized' },
          tools: [{ name: 'product', input_schema: schema }],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody(
          [
            { type: 'thinking', thinking: later, signature: laterSeal },
            { type: 'text', text: '391.' },
          ],
          'end_turn',
          anthropicUsage(200, 30),
        ),
      },
      frames: anthropicFrames(
        [
          { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'The tool ' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'says 391.' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: laterSeal } },
          { type: 'content_block_stop', index: 0 },
          ...anthropicText(1, ['391', '.']),
        ],
        'end_turn',
        anthropicUsage(200, 30),
      ),
    },
    'bedrock-converse': {
      request: {
        body: {
          ...converseRequest,
          messages: converseTurns([
            {
              reasoningContent: {
                reasoningText: { text: earlier, signature: earlierWrapped },
              },
            },
          ]),
          additionalModelRequestFields: {
            thinking: { type: 'enabled', budget_tokens: 2048, display: 'summarized' },
          },
        },
        // Without its own thoughts the model refuses to think on in the middle of a turn.
        sent: { ...converseRequest, messages: converseTurns([]) },
        losses: ['turns[1].blocks[0]', 'reasoning'],
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody(
          [{ reasoningContent: { reasoningText: { text: later, signature: 'UHJvdmlkZXI=' } } }, { text: '391.' }],
          'end_turn',
          converseUsage(200, 30),
        ),
        shown: converseBody(
          [
            {
              reasoningContent: {
                reasoningText: { text: later, signature: laterWrapped },
              },
            },
            { text: '391.' },
          ],
          'end_turn',
          converseUsage(200, 30),
        ),
        reads: {
          ...unnamed,
          choices: [
            {
              ...response.choices[0],
              blocks: [{ ...unsealed, seal: { dialect: 'bedrock-converse', value: 'UHJvdmlkZXI=' } }, answer],
            },
          ],
        },
      },
      frames: converseFrames(
        [
          ...converseBlock(0, [
            { reasoningContent: { text: 'The tool ' } },
            { reasoningContent: { text: 'says 391.' } },
            { reasoningContent: { signature: 'UHJvdmlkZXI=' } },
          ]),
          ...converseText(1, ['391', '.']),
        ],
        'end_turn',
        converseUsage(200, 30),
      ),
    },
    'openai-responses': {
      request: {
        body: {
          ...responsesRequest,
          input: [
            { role: 'user', content: 'What is 17 times 23?' },
            { ...reasoningItem('rs_0', earlier), encrypted_content: earlierWrapped },
            responsesCall,
            responsesOutput,
          ],
        },
        sent: {
          ...responsesRequest,
          reasoning: { effort: 'low', summary: 'auto' },
          include: ['reasoning.encrypted_content'],
          input: [{ role: 'user', content: 'What is 17 times 23?' }, responsesCall, responsesOutput],
        },
        losses: ['turns[1].blocks[0]', 'reasoning.budgetTokens'],
        reads: {
          reasoning: { effort: 'low' },
          turns: [
            ask,
            {
              role: 'assistant',
              blocks: [
                {
                  kind: 'thinking',
                  text: earlier,
                  form: 'summary',
                  seal: { dialect: 'anthropic-messages', value: earlierSeal },
                },
                call,
              ],
            },
            result,
          ],
        },
      },
      response: {
        rawStop: 'completed',
        body: final,
        shown: responsesBody(
          [{ ...reasoningItem('rs_1', later), encrypted_content: laterWrapped }, responsesMessage('391.')],
          responsesUsage(200, 30),
        ),
        reads: { choices: [{ ...response.choices[0], blocks: [{ ...unsealed, form: 'summary' }, answer] }] },
      },
      frames: responsesFrames(final, [
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'reasoning', id: 'rs_1', summary: [] },
        },
        { type: 'response.reasoning_summary_part.added', ...summaryAt, part: { type: 'summary_text', text: '' } },
        { type: 'response.reasoning_summary_text.delta', ...summaryAt, delta: 'The tool ' },
        { type: 'response.reasoning_summary_text.delta', ...summaryAt, delta: 'says 391.' },
        { type: 'response.reasoning_summary_text.done', ...summaryAt, text: later },
        { type: 'response.reasoning_summary_part.done', ...summaryAt, part: { type: 'summary_text', text: later } },
        { type: 'response.output_item.done', output_index: 0, item: reasoningItem('rs_1', later) },
        ...responsesText('msg_1', 1, ['391', '.']),
      ]),
    },
    gemini: {
      request: {
        body: {
          ...geminiRequest,
          contents: geminiTurns([{ text: earlier, thought: true, thoughtSignature: earlierWrapped }]),
        },
        sent: { ...geminiRequest, contents: geminiTurns([]) },
        losses: ['turns[1].blocks[0]'],
        reads: { reasoning: { budgetTokens: 2048, show: true } },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: later, thought: true }, { text: '391.' }] },
              finishReason: 'STOP',
            },
          ],
          geminiUsage(200, 30),
        ),
        shown: geminiBody(
          [
            {
              index: 0,
              content: {
                role: 'model',
                parts: [{ text: later, thought: true, thoughtSignature: laterWrapped }, { text: '391.' }],
              },
              finishReason: 'STOP',
            },
          ],
          geminiUsage(200, 30),
        ),
        reads: readsUnsealed,
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'The tool ', thought: true }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'says 391.', thought: true }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: '391' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: '.' }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(200, 30),
      ),
    },
  },
};
