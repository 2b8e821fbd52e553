import type { Edit } from '../../../core/json/edit.ts';

/** The edits that name the target's model, and the host's own. A host that has the model in its path takes it out of the body instead. */
export const nativeEdits = (naming: readonly Edit[], changes: readonly Edit[]): readonly Edit[] =>
  changes.some(({ op, path }) => op === 'remove' && path.length === 1 && path[0] === 'model')
    ? changes
    : [...naming, ...changes];
