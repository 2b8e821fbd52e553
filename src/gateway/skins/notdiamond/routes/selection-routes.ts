import type { CompiledConfig } from '../../../compiled-config.ts';
import { type Candidate, candidateOf } from '../../../routers/candidate.ts';
import { chooseModel, shownChoice } from '../../../routers/choose-model.ts';
import { factsOfMessages } from '../../../routers/facts-of-messages.ts';
import type { NotDiamondAnswer, NotDiamondCall, NotDiamondRoute, NotDiamondTools } from '../notdiamond-route.ts';
import { type NamedModel, readSelection } from './read-selection.ts';

/** Says which of the models should be called, and calls none. */
const select = async (call: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  const { identity, body, query } = call;
  const selection = readSelection(body, query.get('type')?.includes('openrouter') === true);
  const { preferenceId } = selection;
  const router = preferenceId === undefined ? undefined : await tools.directory.inForce(identity.orgId, preferenceId);
  const config = tools.config();
  const candidates = selection.models.map((model) => candidate(config, model));
  const facts = factsOfMessages(selection.messages, selection.tools);
  const chosen = chooseModel(
    { identity, candidates, facts, dial: selection.dial, ...(router === undefined ? {} : { router }) },
    tools.engine,
  );
  const winner = selection.models[candidates.findIndex(({ card }) => card.id === chosen.model)];
  const sessionId = tools.ids.next();
  const answer = { provider: winner?.provider ?? vendorOf(winner), model: winner?.model ?? '' };
  tools.decisions.add(identity.orgId, {
    id: sessionId,
    createdMs: tools.clock.wallMs(),
    ...(identity.keyId === undefined ? {} : { keyId: identity.keyId }),
    ...(router === undefined ? {} : { routerId: router.id }),
    record: {
      door: 'recommend',
      answered: answer,
      ...shownChoice(chosen, router),
      ...(selection.previousSession === undefined ? {} : { previous_session: selection.previousSession }),
      input_tokens: facts.inputTokens,
    },
  });
  return { body: { providers: [answer], session_id: sessionId }, headers: { 'x-sluice-decision-id': sessionId } };
};

const vendorOf = (named: NamedModel | undefined): string => named?.model.split('/')[0] ?? '';

/** The id is the name: of one that is sent twice both are the same model, so it does not matter which is answered. */
const candidate = (config: CompiledConfig, named: NamedModel): Candidate => {
  const { provider, model, custom } = named;
  const id = provider === undefined ? model : `${provider}/${model}`;
  if (custom === undefined) return candidateOf(config, { id, model, ...(provider === undefined ? {} : { provider }) });
  const { contextTokens, inputPerMillion, outputPerMillion, latencySeconds } = custom;
  return {
    card: { id, inputPerMillion, outputPerMillion, latencyMs: latencySeconds * 1000 },
    names: [id],
    // Zero says that the client does not know it.
    ...(contextTokens === 0 ? {} : { contextTokens }),
  };
};

export const selectionRoutes: readonly NotDiamondRoute[] = [
  { method: 'POST', path: '/v2/modelRouter/modelSelect', takes: 'json', run: select },
];
