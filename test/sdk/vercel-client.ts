import { jsonSchema, type TextStreamPart, type ToolSet, tool } from 'ai';

/** A tool that runs by itself, and what it was asked. */
export const weatherTool = () => {
  const asked: unknown[] = [];
  const look_up = tool({
    description: 'Says the weather.',
    inputSchema: jsonSchema<{ city: string }>({
      type: 'object',
      properties: { city: { type: 'string', enum: ['Oslo'] } },
      required: ['city'],
      additionalProperties: false,
    }),
    execute: (given) => {
      asked.push(given);
      return Promise.resolve('Sunny');
    },
  });
  return { asked, tools: { look_up } };
};

/** What the simulated model thinks of a message of so many words, and the seal it puts on it. */
export const thoughtOf = (words: number): string =>
  `The last message has ${words} words. A short answer that repeats it will do.`;
export const sealOf = (words: number): string => btoa(`simulated-thought-${words}`);

/** The first step's thoughts, calls and results of a stream, in the order their user sees them. */
export const readStream = async <Tools extends ToolSet>(stream: AsyncIterable<TextStreamPart<Tools>>) => {
  const order: string[] = [];
  const errors: unknown[] = [];
  let steps = 0;
  for await (const part of stream) {
    if (part.type === 'error') errors.push(part.error);
    if (part.type === 'start-step') steps += 1;
    if (steps === 1 && told.has(part.type) && order.at(-1) !== part.type) order.push(part.type);
  }
  return { order, errors, steps };
};

const told: ReadonlySet<string> = new Set(['reasoning-delta', 'tool-input-delta', 'tool-call', 'tool-result']);

/** The order `readStream` gives when a model thinks and then calls a tool. */
export const thoughtThenCall = ['reasoning-delta', 'tool-input-delta', 'tool-call', 'tool-result'];
