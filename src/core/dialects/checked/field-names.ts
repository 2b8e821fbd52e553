/** How a dialect's clients call the fields of requests and answers. */
export interface FieldWords {
  /** Request fields. Paths that are not here keep their own words. */
  readonly names: Readonly<Record<string, string>>;
  /** Members of turns, blocks and tools. */
  readonly members: Readonly<Record<string, string>>;
  /** What stands before `tools[…]`. */
  readonly toolsIn?: string;
}

/**
 * A dialect's own names for fields of ours. Turns and messages are counted differently (the system prompt may be a turn, tool results make turns of
 * their own), so their numbers are left out rather than given wrong.
 */
export const fieldNames = ({ names, members, toolsIn = '' }: FieldWords): ((field: string) => string) => {
  const memberName = (step: string): string => (Object.hasOwn(members, step) ? (members[step] ?? step) : step);
  const namePath = (path: string): string =>
    path
      .split('.')
      .map((step) => (step.startsWith('blocks[') ? step.replace('blocks', 'content') : memberName(step)))
      .filter((step) => step !== 'meta' && step !== 'members')
      .join('.');
  return (field) => {
    const named = Object.hasOwn(names, field) ? names[field] : undefined;
    if (named !== undefined) return named;
    if (field.startsWith('extras.')) return field.slice('extras.'.length);
    if (field.startsWith('turns[')) return namePath(field.replace(/\[\d+\]/g, '[]').replace(/^turns/, 'messages'));
    if (field.startsWith('choices[0].blocks')) return namePath(field.slice('choices[0].'.length));
    return field.startsWith('tools[') ? toolsIn + namePath(field) : field;
  };
};
