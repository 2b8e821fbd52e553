import type { Json } from '../../core/json/json.ts';
import { canonicalJson } from '../decode/tool-result-parts.ts';
import type { SimulatedPart, SimulatedRequest } from '../simulated-request.ts';
import { type AlignedItem, align } from './align.ts';
import { comparablePart } from './comparable-part.ts';
import { differ } from './differ.ts';

/** Some wires keep thoughts, words, calls and results apart, so their order against each other does not count, only that among themselves. */
const streamOf = (kind: SimulatedPart['kind']): 'thinking' | 'calls' | 'results' | 'words' => {
  if (kind === 'thinking') return 'thinking';
  if (kind === 'tool-call') return 'calls';
  return kind === 'tool-result' ? 'results' : 'words';
};

const streams = ['thinking', 'words', 'calls', 'results'] as const;

interface Item extends AlignedItem {
  readonly stream: (typeof streams)[number];
  readonly value: Json;
}

/**
 * Compares what was said. A part that one side lacks is named once (`turns[2].parts[0]` lost, `+turns[2].parts[0]` made up), and those
 * after it still find their match; parts of one kind at the same place are compared member by member.
 */
export const compareConversations = (a: SimulatedRequest, b: SimulatedRequest, found: string[]): void => {
  const itemsOfA = items(a);
  const itemsOfB = items(b);
  for (const stream of streams) {
    const pairs = align(
      itemsOfA.filter((item) => item.stream === stream),
      itemsOfB.filter((item) => item.stream === stream),
    );
    for (const [left, right] of pairs) {
      if (left === undefined) found.push(`+${right?.path ?? ''}`);
      else if (right === undefined) found.push(left.path);
      else differ(left.value, right.value, { path: left.path, found });
    }
  }
};

const items = (request: SimulatedRequest): readonly Item[] => {
  const label = callLabels(request);
  const spoken = request.turns.flatMap((turn, place) => [
    ...systemItems(request, place),
    ...turn.parts.flatMap((part, index): readonly Item[] => {
      if (isBlank(part)) return [];
      const value = comparablePart(part, label);
      return [
        itemOf(
          { path: `turns[${place}].parts[${index}]`, sort: `${turn.role} ${part.kind}`, value },
          streamOf(part.kind),
        ),
      ];
    }),
  ]);
  return [...spoken, ...systemItems(request, request.turns.length)];
};

/** Words of white space alone, which one provider refuses and the others do not mind. */
const isBlank = (part: SimulatedPart): boolean =>
  part.kind === 'text' && part.text.trim() === '' && part.signature === undefined;

const itemOf = (item: { path: string; sort: string; value: Json }, stream: Item['stream']): Item => ({
  ...item,
  stream,
  key: `${item.sort} ${canonicalJson(JSON.parse(JSON.stringify(item.value)) as Json)}`,
});

/** Prompts that stand together count as one text: wires cut them differently. */
const systemItems = (request: SimulatedRequest, position: number): readonly Item[] => {
  const first = request.system.findIndex((piece) => piece.position === position);
  if (first < 0) return [];
  const pieces = request.system.filter((piece) => piece.position === position);
  const text = pieces
    .map((piece) => piece.text)
    .join('\n')
    .replaceAll(/\n+/g, '\n')
    .trim();
  const cache = pieces.flatMap((piece) => piece.cache ?? []);
  return [itemOf({ path: `system[${first}]`, sort: 'system', value: { text, cache } }, 'words')];
};

/** Names a call by what it asks, since numbers shift when a call before it is lost; equal calls are counted. */
const callLabels = (request: SimulatedRequest): ((call: number) => string) => {
  const labels = new Map<number, string>();
  const seen = new Map<string, number>();
  for (const part of request.turns.flatMap((turn) => turn.parts)) {
    if (part.kind !== 'tool-call') continue;
    const words = `${part.name} ${canonicalJson(part.arguments)}`;
    const times = seen.get(words) ?? 0;
    seen.set(words, times + 1);
    labels.set(part.call, `${words} ${times}`);
  }
  return (call) => labels.get(call) ?? '';
};
