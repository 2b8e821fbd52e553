import { tokenRuleOf, tokensOfBytes } from '../../../../../core/catalog/models/token-rules.ts';
import { resolveModel } from '../../../../../core/catalog/resolve.ts';
import { GatewayError } from '../../../../../core/errors/gateway-error.ts';
import { isNumber, type Json, type JsonObject } from '../../../../../core/json/json.ts';
import { billOf } from '../../../../../core/money/bill.ts';
import { promptTexts } from '../../../../../core/money/prompt-texts.ts';
import { usdNumber } from '../../../../../core/money/usd-number.ts';
import { invalid } from '../../../../admin/invalid-object.ts';
import { asked } from '../../../../admin/request-parts.ts';
import { durationOfWindow } from '../../fields/duration.ts';
import { needed, timeView } from '../../fields/object-fields.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../../skin-route.ts';
import { modelNamed, pricedModel } from './priced-model.ts';

const countIn = (body: JsonObject, name: string): number | undefined => {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (isNumber(value) && Number.isInteger(value) && value >= 0) return value;
  throw invalid(name, 'must be a whole number, 0 or more');
};

/** What calls of a size would cost: each, a day's and a month's. */
const estimate = ({ body }: SkinCall, tools: SkinTools): Promise<Json> => {
  const model = needed(body, 'model');
  const [inputTokens = 0, outputTokens = 0] = [countIn(body, 'input_tokens'), countIn(body, 'output_tokens')];
  const [daily, monthly] = [countIn(body, 'num_requests_per_day'), countIn(body, 'num_requests_per_month')];
  const { found, price } = pricedModel(model, tools);
  const costOf = (input: number, output: number): number =>
    usdNumber(billOf({ inputTokens: input, outputTokens: output }, price).nanoUsd);
  const [all, input, output] = [costOf(inputTokens, outputTokens), costOf(inputTokens, 0), costOf(0, outputTokens)];
  const { input: inputRate = 0, output: outputRate = 0 } = price.standard.rates;
  const times = (count: number | undefined, cost: number): number | null => (count === undefined ? null : cost * count);
  return Promise.resolve({
    model,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    num_requests_per_day: daily ?? null,
    num_requests_per_month: monthly ?? null,
    cost_per_request: all,
    input_cost_per_request: input,
    output_cost_per_request: output,
    margin_cost_per_request: 0,
    daily_cost: times(daily, all),
    daily_input_cost: times(daily, input),
    daily_output_cost: times(daily, output),
    daily_margin_cost: times(daily, 0),
    monthly_cost: times(monthly, all),
    monthly_input_cost: times(monthly, input),
    monthly_output_cost: times(monthly, output),
    monthly_margin_cost: times(monthly, 0),
    input_cost_per_token: inputRate / nanoOfMillion,
    output_cost_per_token: outputRate / nanoOfMillion,
    provider: found.provider.entry.id,
  });
};

/** Rates are nano-dollars of a million tokens. */
const nanoOfMillion = 1e15;

const utf8 = new TextEncoder();
/** What formats of chats put around each message. */
const tokensOfMessage = 3;

/** Tokens of a prompt or of messages, counted as the model's family does where its vocabulary is public. */
const countTokens = async ({ body }: SkinCall, { tokenizer, config }: SkinTools): Promise<Json> => {
  const model = needed(body, 'model');
  const { prompt, messages, contents } = body;
  if (prompt === undefined && messages === undefined && contents === undefined)
    throw invalid('messages', 'is missing; send messages or prompt');
  const found = resolveModel(model, config(), { today: config().today() });
  const used = found.kind === 'found' ? found.model : model;
  const { texts, messages: count } = promptTexts({ prompt, messages, contents });
  const tokens =
    tokenizer === undefined
      ? tokensOfBytes(utf8.encode(texts.join('\n')).length)
      : await tokenizer.count({ rule: tokenRuleOf(used), texts });
  return {
    total_tokens: tokens + count * tokensOfMessage,
    request_model: model,
    model_used: used,
    tokenizer_type: 'openai_tokenizer',
    original_response: null,
    error: false,
    error_message: null,
    status_code: null,
  };
};

const supportedParams = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const model = asked(call, 'model');
  if (model === undefined) throw invalid('model', 'is missing');
  return { supported_openai_params: modelNamed(model, tools).info?.parameters ?? [] };
};

/** What providers may spend, and have spent in their windows. */
const providerBudgets = async ({ identity }: SkinCall, { config, standing }: SkinTools): Promise<Json> => {
  // They are the installation's, not an organisation's.
  if (identity.role !== 'master')
    throw new GatewayError(
      'not_allowed',
      `The key "${identity.label}" may not see what providers may spend; the master key may.`,
    );
  const found = config().providers.flatMap(({ budgets = [] }) => {
    const [budget] = budgets;
    if (budget === undefined) return [];
    const { settledNanoUsd, resetMs } = standing(budget);
    const view = {
      budget_limit: usdNumber(budget.limitNanoUsd),
      time_period: durationOfWindow(
        budget.window.kind === 'rolling' ? { rolling_days: budget.window.days } : budget.window.kind,
      ),
      spend: usdNumber(settledNanoUsd),
      budget_reset_at: resetMs === undefined ? null : timeView(resetMs),
    };
    return [[budget.scope.slice('provider:'.length), view] as const];
  });
  return { providers: Object.fromEntries(found) };
};

export const utilityRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/cost/estimate', who: 'key', run: estimate },
  { method: 'POST', path: '/utils/token_counter', who: 'key', run: countTokens },
  { method: 'GET', path: '/provider/budgets', who: 'admin', run: providerBudgets },
  { method: 'GET', path: '/utils/supported_openai_params', who: 'key', run: supportedParams },
];
