import { expect, test } from 'bun:test';
import { clientField } from './client-field.ts';

test.each([
  ['maxOutputTokens', 'max_completion_tokens'],
  ['seed', 'seed'],
  ['extras.top_logits', 'top_logits'],
  ['turns[2].blocks[0].cache', 'messages[].content[].cache_control'],
  ['tools[1].cache', 'tools[1].cache_control'],
  ['reasoning.budgetTokens', 'reasoning.max_tokens'],
  ['choices', 'n'],
  ['choices[0].blocks[1]', 'choices[0].content[]'],
])('%s is %s to the client', (field, name) => {
  expect(clientField(field)).toBe(name);
});
