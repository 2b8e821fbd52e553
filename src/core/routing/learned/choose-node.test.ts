import { expect, test } from 'bun:test';
import type { ChatRequest } from '../../ir/index.ts';
import { planRoute } from '../plan-route.ts';
import type { Route } from '../route.ts';
import { anyFacts, named, target, viewsOf } from '../routing.fixture.ts';
import { factsOfRequest } from './facts-of-request.ts';

const route: Route = { kind: 'choose', routes: ['a/x', 'b/x', 'c/x'].map(target) };
const planned = (order: readonly string[] | undefined, known = {}) =>
  planRoute(
    named(route),
    { ...anyFacts, chosen: order === undefined ? undefined : { order, shown: { model: order[0] ?? null } } },
    { views: viewsOf(known), seed: 'seed' },
  ).decision;

test('a router’s order holds, and those it did not speak of follow as they stand', () => {
  const { order, candidates, choice } = planned(['c/x', 'a/x']);
  expect(order).toEqual(['c/x', 'a/x', 'b/x']);
  expect(candidates.map(({ reason }) => reason)).toEqual(['by-router', 'by-router', 'by-router']);
  expect(choice).toEqual({ model: 'c/x' });
});

test('a chosen model whose circuit is open gives way, and without a choice the tree’s order holds', () => {
  expect(planned(['c/x', 'a/x'], { 'c/x': { standing: { state: 'open' } } }).order).toEqual(['a/x', 'b/x', 'c/x']);
  expect(planned(undefined).order).toEqual(['a/x', 'b/x', 'c/x']);
});

test('of a chat the last question counts, not what tools handed in after it', () => {
  const request: ChatRequest = {
    model: 'auto',
    stream: false,
    tools: [{ kind: 'function', name: 'look' }],
    output: { kind: 'json' },
    turns: [
      { role: 'system', blocks: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'user', blocks: [{ kind: 'text', text: 'Where is the key?' }] },
      { role: 'assistant', blocks: [{ kind: 'tool-call', id: '1', name: 'look', argumentsJson: '{}' }] },
      {
        role: 'user',
        blocks: [{ kind: 'tool-result', callId: '1', failed: false, blocks: [{ kind: 'text', text: 'In the box' }] }],
      },
    ],
  };
  const facts = factsOfRequest(request);
  expect(facts).toMatchObject({
    text: 'Where is the key?',
    userTurns: 1,
    toolNames: ['look'],
    form: 'json',
    systemCharacters: 9,
  });
  expect(facts.prefixTokens).toBeGreaterThan(0);
  expect(facts.inputTokens).toBeGreaterThan(facts.prefixTokens);
});
