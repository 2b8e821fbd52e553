import type { Json, JsonObject } from '../../core/json/json.ts';
import type { SimulatedTool } from '../simulated-request.ts';
import { differ } from './differ.ts';

const emptySchema = { type: 'object', properties: {} } as const;

const comparableTool = (tool: SimulatedTool): Json => {
  if (tool.kind !== 'function') return tool as unknown as Json;
  const schema: JsonObject =
    tool.schema?.['type'] === 'object' ? { ...emptySchema, ...tool.schema } : (tool.schema ?? emptySchema);
  const { description, ...rest } = tool;
  return { ...rest, schema, description: description === '' ? undefined : description } as unknown as Json;
};

const keyOf = (tool: SimulatedTool): string => `${tool.kind} ${tool.name}`;

/** Tools are matched by kind and name. `tools[1]` alone means lost, `+tools[1]` made up, `tools` another order. */
export const compareTools = (a: readonly SimulatedTool[], b: readonly SimulatedTool[], found: string[]): void => {
  const left = b.map((tool, index) => ({ tool, index }));
  const order: number[] = [];
  a.forEach((tool, index) => {
    const place = left.findIndex((item) => keyOf(item.tool) === keyOf(tool));
    const [match] = place < 0 ? [] : left.splice(place, 1);
    if (match === undefined) {
      found.push(`tools[${index}]`);
      return;
    }
    order.push(match.index);
    differ(comparableTool(tool), comparableTool(match.tool), { path: `tools[${index}]`, found });
  });
  found.push(...left.map((item) => `+tools[${item.index}]`));
  if (order.some((index, place) => place > 0 && index < (order[place - 1] ?? 0))) found.push('tools');
};
