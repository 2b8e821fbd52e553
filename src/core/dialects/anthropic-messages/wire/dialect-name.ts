/** The name under which this dialect keeps its own members and seals. */
export const own = 'anthropic-messages';
