import type { Json } from '../../core/json/json.ts';
import { estimateTokens } from '../../core/policy/estimate-tokens.ts';
import type { Decision } from '../../core/routing/decision.ts';
import { HealthBook } from '../../core/routing/health/health-book.ts';
import { type NamedRoute, planRoute, type RouteFacts } from '../../core/routing/plan-route.ts';
import { shownDecision } from '../../gateway/line/routing/explain-route.ts';
import { type RouteCaller, TargetViews } from '../../gateway/line/routing/target-views.ts';
import { routeNamed } from '../../gateway/line/routing/through-targets.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { compileConfig } from '../compile-config.ts';
import { configPath } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { UsageError } from '../launch/usage-error.ts';

/** `sluice route explain --model NAME`: which targets would be tried, in which order, and why the others not. Health is the running server's to know. */
export const route = async (given: Given, terminal: Terminal): Promise<number> => {
  const { model, prompt = '', json } = given.flags;
  if (given.operands[0] !== 'explain' || model === undefined)
    throw new UsageError('`sluice route` is used as: sluice route explain --model NAME [--prompt TEXT]');
  const loaded = await loadConfig(configPath(given.flags, terminal.environment), terminal.environment);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.err(problem);
    return exitCodes.failed;
  }
  const caller: RouteCaller = {
    config: compileConfig(loaded),
    identity: { orgId: 'default', label: 'operator', role: 'master', scopes: [], budgets: [] },
    door: { operation: 'chat', request: 'openai-chat' },
  };
  const single: NamedRoute = { name: model, route: { kind: 'target', model } };
  const views = new TargetViews(caller, { book: new HealthBook(), nowMs: 0 });
  const { decision } = planRoute(routeNamed(caller, model) ?? single, factsOf(model, prompt), {
    views,
    seed: 'explain',
  });
  if (json === undefined) for (const line of linesOf(decision)) terminal.out(line);
  else terminal.out(JSON.stringify(shownDecision(decision) as Json, null, 2));
  return decision.order.length > 0 ? exitCodes.ok : exitCodes.failed;
};

const factsOf = (model: string, prompt: string): RouteFacts => ({
  metadata: {},
  params: { model, messages: [{ role: 'user', content: prompt }] },
  url: { pathname: '/v1/chat/completions' },
  inputTokens: estimateTokens({
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [{ kind: 'text', text: prompt }] }],
  }),
  parameters: [],
});

const linesOf = ({ order, candidates }: Decision): readonly string[] => [
  ...order.map((target, index) => {
    const entry = candidates.find((candidate) => candidate.target === target && candidate.verdict !== 'dropped');
    return `${index + 1}. ${target}  (${entry?.reason ?? ''})`;
  }),
  ...candidates
    .filter(({ verdict }) => verdict === 'dropped')
    .map(({ target, reason }) => `   ${target}  left out: ${reason}`),
  ...(order.length === 0 ? ['Nothing would be tried.'] : []),
];
