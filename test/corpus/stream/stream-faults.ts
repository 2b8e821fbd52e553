import type { DialectId } from '../../../src/core/ir/index.ts';
import { isObject, type JsonObject, parseJson, stringAt } from '../../../src/core/json/json.ts';
import type { Frame } from '../answer/read-answer.ts';
import { anthropicFaults } from './anthropic-faults.ts';
import { chatFaults } from './chat-faults.ts';
import { cohereFaults } from './cohere-faults.ts';
import { cohereV1Faults } from './cohere-v1-faults.ts';
import { converseEvent, converseFaults } from './converse-faults.ts';
import { geminiFaults } from './gemini-faults.ts';
import { ollamaFaults } from './ollama-faults.ts';
import { responsesFaults } from './responses-faults.ts';

/** Says what is wrong with the order of a finished stream's events. */
export type StreamRules = (events: readonly JsonObject[]) => readonly string[];

/** Whether events are named by the `type` in their data, or by what else it holds. */
type Naming = boolean | ((event: JsonObject) => string);

const rules: Readonly<
  Record<DialectId, { readonly faults: StreamRules; readonly named: Naming; readonly done: boolean }>
> = {
  'openai-chat': { faults: (events) => chatFaults(events, 'chat.completion.chunk'), named: false, done: true },
  'openai-completions': { faults: (events) => chatFaults(events, 'text_completion'), named: false, done: true },
  'anthropic-messages': { faults: anthropicFaults, named: true, done: false },
  'openai-responses': { faults: responsesFaults, named: true, done: false },
  gemini: { faults: geminiFaults, named: false, done: false },
  'bedrock-converse': { faults: converseFaults, named: converseEvent, done: false },
  cohere: { faults: cohereFaults, named: true, done: true },
  'cohere-v1': { faults: cohereV1Faults, named: false, done: false },
  // These have no streams.
  voyage: { faults: () => [], named: false, done: false },
  jina: { faults: () => [], named: false, done: false },
  'amazon-titan': { faults: () => [], named: false, done: false },
  'vertex-predict': { faults: () => [], named: false, done: false },
  ollama: { faults: ollamaFaults, named: false, done: false },
  'ollama-generate': { faults: ollamaFaults, named: false, done: false },
};

/** What a strict client of this dialect would stumble over, beside what the events say. */
export const streamFaults = (dialect: DialectId, frames: readonly Frame[]): readonly string[] => {
  const { faults, named, done } = rules[dialect];
  const marks = frames.filter((frame) => frame.data === '[DONE]').length;
  const last = frames.at(-1)?.data === '[DONE]';
  const found: string[] = [];
  if (done ? marks !== 1 || !last : marks > 0) found.push('[DONE]');
  const events = frames.flatMap((frame) => {
    if (frame.data === '[DONE]') return [];
    const value = parseJson(frame.data);
    if (!isObject(value)) {
      found.push('a frame that is no object');
      return [];
    }
    const name = typeof named === 'function' ? named(value) : named ? stringAt(value, 'type') : undefined;
    if (frame.event !== name) found.push(`event name ${frame.event ?? 'missing'}`);
    return [value];
  });
  return [...found, ...faults(events)].slice(0, 3).map((fault) => `stream order: ${fault}`);
};
