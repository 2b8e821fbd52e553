import { describe, expect, test } from 'bun:test';
import { parseConfig } from '../parse-config.ts';

const configOf = (text: string, environment: Record<string, string> = {}) => {
  const parsed = parseConfig(text, environment);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};

const problemsOf = (text: string) => {
  const parsed = parseConfig(text, {});
  return 'problems' in parsed
    ? parsed.problems.map(({ path, line, message, fix }) => `${line} ${path}: ${message} (${fix})`)
    : [];
};

test('aliases and what an operator says of models are read', () => {
  const config = configOf(
    `
aliases: { fast: openai/gpt-5-mini, "claude/*": "anthropic/*" }
models:
  - id: openai/gpt-5-mini
    context_tokens: 1000
    prices:
      input_per_million: 0.25
      output_per_million: \${OUT}
      per_image: 0.00000001
      tiers: [{ above_input_tokens: 200, input_per_million: 1 }, { above_input_tokens: 100, output_per_million: 4 }]
      services: { batch: { input_per_million: 0.125 } }
`,
    { OUT: '2' },
  );
  expect(config.aliases).toEqual({ fast: 'openai/gpt-5-mini', 'claude/*': 'anthropic/*' });
  expect(config.models).toEqual([
    {
      provider: 'openai',
      id: 'gpt-5-mini',
      contextTokens: 1000,
      price: {
        standard: {
          rates: { input: 250_000_000, output: 2_000_000_000, image: 10 },
          tiers: [
            { aboveInputTokens: 100, rates: { output: 4_000_000_000 } },
            { aboveInputTokens: 200, rates: { input: 1_000_000_000 } },
          ],
        },
        services: { batch: { rates: { input: 125_000_000 }, tiers: [] } },
        sources: ['operator'],
        agreed: true,
      },
    },
  ]);
});

const entry = (prices: string): string => `models:\n  - id: openai/gpt-5\n    prices: { ${prices} }\n`;

describe('what is wrong is named by path and line', () => {
  test.each([
    [entry('input_per_million: -1'), '3 models[0].prices.input_per_million: must be at least 0 (write 0 or more)'],
    [
      entry('input_per_million: "1.25"'),
      '3 models[0].prices.input_per_million: must be a number, got a text (write a number)',
    ],
    [
      entry('input_per_million: 10000'),
      '3 models[0].prices.input_per_million: must be at most 9000 (write 9000 or less)',
    ],
    [
      entry('per_request: 0.0000000001'),
      '3 models[0].prices.per_request: must have at most nine decimals (correct the value)',
    ],
    [
      entry('input_per_milion: 1'),
      '3 models[0].prices.input_per_milion: is not a known key (did you mean `input_per_million`?',
    ],
    [entry('services: { slow: {} }'), '3 models[0].prices.services.slow: '],
    ['models:\n  - id: gpt-5\n', '2 models[0].id: must be of the form provider/model (correct the value)'],
    ['models:\n  - id: nobody/x\n', '2 models[0].id: there is no provider "nobody"'],
    [
      'models:\n  - id: openai/a\n  - id: openai/a\n',
      '3 models[1].id: "openai/a" is already the id of models[0] (merge the two entries)',
    ],
    ['models:\n  - id: openai/a\n    context_tokens: 0\n', '3 models[0].context_tokens: must be at least 1'],
    ['models:\n  - id: openai/a\n    retires_on: soon\n', '3 models[0].retires_on: must be a day such as 2026-12-31'],
    [
      'aliases:\n  a: b\n  b: a\n',
      '2 aliases.a: leads back to itself: a → b → a (let one of them mean a model, as provider/model)',
    ],
    ['aliases:\n  a: a\n', '2 aliases.a: leads back to itself: a → a'],
    ['aliases:\n  a: "b/*"\n', '2 aliases.a: has a "*" that stands for nothing'],
    ['aliases:\n  a: 5\n', '2 aliases.a: must be a text, got a number'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)[0] ?? '').toStartWith(problem);
  });

  test('of several faults all are told', () => {
    expect(problemsOf(entry('input_per_million: -1, output_per_million: x')).length).toBe(2);
  });
});
