import type { Decide, Embed, Predict, RuleOf } from '../../core/routing/learned/learned-router.ts';
import type { RouterArtefact } from '../../core/routing/learned/router-artefact.ts';

/** What chooses a model for a query. Pure but for the embedding, which the app brings. */
export interface RouterEngine {
  readonly predict: Predict;
  readonly ruleOf: RuleOf;
  readonly decide: Decide;
  /** Throws when the bytes are no artefact, or one of a later version. */
  read(bytes: Uint8Array): RouterArtefact;
  readonly embed?: Embed | undefined;
}
