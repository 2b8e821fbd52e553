import type { Block, ChatResponse, Choice, StreamEvent } from '../ir/index.ts';

/** A whole answer as the events of a stream that would fold into it. Blocks carry their content from the start. */
export const replay = (response: ChatResponse): readonly StreamEvent[] => [
  {
    kind: 'response-start',
    id: response.id,
    model: response.model,
    ...(response.createdSeconds === undefined ? {} : { createdSeconds: response.createdSeconds }),
  },
  ...response.choices.flatMap(replayChoice),
  ...(response.usage === undefined ? [] : [{ kind: 'usage', usage: response.usage } as const]),
  {
    kind: 'response-end',
    ...(response.serviceTier === undefined ? {} : { serviceTier: response.serviceTier }),
    ...(response.extras === undefined ? {} : { extras: response.extras }),
  },
];

const replayChoice = (choice: Choice): readonly StreamEvent[] => [
  ...choice.blocks.flatMap((block, index) => replayBlock(choice, block, index)),
  {
    kind: 'choice-end',
    choice: choice.index,
    stop: choice.stop,
    rawStop: choice.rawStop,
    ...(choice.stopSequence === undefined ? {} : { stopSequence: choice.stopSequence }),
    ...(choice.extras === undefined ? {} : { extras: choice.extras }),
  },
];

const replayBlock = (choice: Choice, block: Block, index: number): readonly StreamEvent[] => {
  const logprobs = logprobsOf(choice, index);
  return [
    { kind: 'block-start', choice: choice.index, index, block },
    ...(logprobs === undefined
      ? []
      : [{ kind: 'block-delta', choice: choice.index, index, delta: { kind: 'logprobs', logprobs } } as const]),
    { kind: 'block-end', choice: choice.index, index },
  ];
};

/** Log probabilities stand at the first block of their kind: those of a refusal at a refusal, the others at a text, or at whatever comes first. */
const logprobsOf = (choice: Choice, index: number): Choice['logprobs'] => {
  const refusal = choice.blocks.findIndex((block) => block.kind === 'refusal');
  if (index === refusal) return choice.refusalLogprobs;
  const text = choice.blocks.findIndex((block) => block.kind === 'text');
  const other = choice.blocks.findIndex((block) => block.kind !== 'refusal');
  return index === (text >= 0 ? text : other) ? choice.logprobs : undefined;
};
