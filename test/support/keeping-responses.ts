/** A provider of Responses that keeps its answers, resolves references to them, and refuses those it does not have. It calls `look_up` once. */
export interface KeepingResponses {
  readonly url: string;
  /** Bodies of the answers that were asked for, oldest first. */
  readonly asked: readonly Body[];
  /** `METHOD path?query` of everything else. */
  readonly others: readonly string[];
  stop(): void;
}

interface Body {
  readonly model: string;
  readonly input: string | readonly Item[];
  readonly previous_response_id?: string;
  readonly stream?: boolean;
  readonly store?: boolean;
}

interface Item {
  readonly type?: string;
  readonly id?: string;
  readonly [name: string]: unknown;
}

class Missing extends Error {}

export const startKeepingResponses = (): KeepingResponses => {
  const asked: Body[] = [];
  const others: string[] = [];
  const responses = new Map<string, { readonly answer: object; readonly items: readonly Item[] }>();
  const items = new Map<string, Item>();
  let serial = 0;
  const id = (prefix: string): string => `${prefix}_${String(++serial).padStart(12, '0')}`;

  /** The whole conversation, references resolved. */
  const conversation = ({ input, previous_response_id: previous }: Body): readonly Item[] => {
    const before = previous === undefined ? [] : responses.get(previous)?.items;
    if (before === undefined) throw new Missing(`Previous response with id '${previous}' not found.`);
    const given = typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input;
    return [...before, ...given.map((item) => (item.type === 'item_reference' ? kept(item.id ?? '') : item))];
  };
  const kept = (item: string): Item => {
    const found = items.get(item);
    if (found === undefined) throw new Missing(`Item with id '${item}' not found.`);
    return found;
  };
  const outputOf = (turns: readonly Item[], body: Body): readonly Item[] => {
    const calls = (body as { readonly tools?: readonly unknown[] }).tools !== undefined;
    if (calls && !turns.some(({ type }) => type === 'function_call_output'))
      return [
        { type: 'reasoning', id: id('rs'), summary: [] },
        {
          type: 'function_call',
          id: id('fc'),
          call_id: id('call'),
          name: 'look_up',
          arguments: '{"city":"Oslo"}',
          status: 'completed',
        },
      ];
    const text = `I have read ${turns.length} items.`;
    return [
      {
        type: 'message',
        id: id('msg'),
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ];
  };
  const answerOf = (
    body: Body,
  ): { readonly id: string; readonly output: readonly Item[] } & Record<string, unknown> => {
    const turns = conversation(body);
    const output = outputOf(turns, body);
    const answer = {
      id: id('resp'),
      object: 'response',
      created_at: 1_700_000_000,
      status: 'completed',
      model: body.model,
      output,
      parallel_tool_calls: true,
      tools: [],
      store: body.store !== false,
      usage: { input_tokens: 9, output_tokens: 4, total_tokens: 13 },
    };
    if (body.store === false) return answer;
    for (const item of [...turns, ...output]) if (item.id !== undefined) items.set(item.id, item);
    responses.set(answer.id, { answer, items: [...turns, ...output] });
    return answer;
  };

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      try {
        if (request.method === 'POST' && pathname === '/v1/responses') {
          const body = (await request.json()) as Body;
          asked.push(body);
          const answer = answerOf(body);
          return body.stream === true ? streamOf(answer) : Response.json(answer);
        }
        others.push(`${request.method} ${pathname}${search}`);
        const [, name = '', rest = ''] = /^\/v1\/responses\/([^/]+)(.*)$/.exec(pathname) ?? [];
        const found = responses.get(name);
        if (found === undefined) throw new Missing(`Response with id '${name}' not found.`);
        if (rest === '/input_items') return Response.json({ object: 'list', data: found.items });
        if (request.method !== 'DELETE') return Response.json(found.answer);
        responses.delete(name);
        return Response.json({ id: name, object: 'response', deleted: true });
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        const told = { message: error.message, type: 'invalid_request_error', param: null, code: null };
        return Response.json({ error: told }, { status: 404 });
      }
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, asked, others, stop: () => void server.stop(true) };
};

const streamOf = (answer: { readonly output: readonly Item[] } & Record<string, unknown>): Response => {
  const begun = { ...answer, status: 'in_progress', output: [], usage: null };
  const events: Record<string, unknown>[] = [{ type: 'response.created', response: begun }];
  for (const [index, item] of answer.output.entries()) events.push(...eventsOf(item, index));
  events.push({ type: 'response.completed', response: answer });
  const frames = events.map(
    (event, sequence) =>
      `event: ${String(event['type'])}\ndata: ${JSON.stringify({ ...event, sequence_number: sequence })}\n\n`,
  );
  return new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } });
};

const eventsOf = (item: Item, index: number): readonly Record<string, unknown>[] => {
  const at = { output_index: index, item_id: item.id };
  const whole = { output_index: index, item };
  if (item.type === 'message') {
    const part = (item['content'] as readonly { readonly text: string }[])[0];
    return [
      {
        type: 'response.output_item.added',
        output_index: index,
        item: { ...item, status: 'in_progress', content: [] },
      },
      { type: 'response.content_part.added', ...at, content_index: 0, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', ...at, content_index: 0, delta: part?.text, logprobs: [] },
      { type: 'response.output_text.done', ...at, content_index: 0, text: part?.text, logprobs: [] },
      { type: 'response.content_part.done', ...at, content_index: 0, part },
      { type: 'response.output_item.done', ...whole },
    ];
  }
  const added = {
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, ...(item.type === 'function_call' ? { arguments: '' } : {}) },
  };
  const middle =
    item.type === 'function_call'
      ? [
          { type: 'response.function_call_arguments.delta', ...at, delta: item['arguments'] },
          { type: 'response.function_call_arguments.done', ...at, arguments: item['arguments'] },
        ]
      : [];
  return [added, ...middle, { type: 'response.output_item.done', ...whole }];
};
