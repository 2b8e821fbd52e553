import type { QueryFacts, Script } from './query-facts.ts';

const headCharacters = 1000;
const tailCharacters = 3000;

/** About four characters make a token; Han and kana about one each. An estimate for cost, never a bill. */
const tokensOf = (characters: number, script: Script): number =>
  Math.ceil(script === 'han' || script === 'kana' || script === 'hangul' ? characters : characters / 4);

/** A long text is told by how it begins and how it ends: the task stands at either end, data in the middle. */
export const cutText = (text: string): string =>
  text.length <= headCharacters + tailCharacters
    ? text
    : `${text.slice(0, headCharacters)}\n${text.slice(-tailCharacters)}`;

/** Facts of a bare prompt, as tables of labels have them: one user message and nothing else. */
export const factsOfPrompt = (prompt: string): QueryFacts => {
  const text = cutText(prompt);
  const script = scriptOf(text);
  return {
    text,
    textCharacters: prompt.length,
    systemCharacters: 0,
    toolNames: [],
    userTurns: 1,
    media: [],
    form: 'text',
    script,
    inputTokens: tokensOf(prompt.length, script),
    prefixTokens: 0,
  };
};

const ranges: readonly (readonly [Script, number, number])[] = [
  ['greek', 0x370, 0x3ff],
  ['cyrillic', 0x400, 0x52f],
  ['hebrew', 0x590, 0x5ff],
  ['arabic', 0x600, 0x77f],
  ['devanagari', 0x900, 0x97f],
  ['thai', 0xe00, 0xe7f],
  ['hangul', 0x1100, 0x11ff],
  ['kana', 0x3040, 0x30ff],
  ['han', 0x3400, 0x9fff],
  ['hangul', 0xac00, 0xd7af],
  ['han', 0xf900, 0xfaff],
  // Letters outside the basic plane: rare Han, by their first surrogate.
  ['han', 0xd840, 0xd888],
];

const scriptAt = (code: number): Script | undefined => {
  if (code < 0x41) return undefined;
  if (code <= 0x7a) return code <= 0x5a || code >= 0x61 ? 'latin' : undefined;
  if (code < 0xc0) return undefined;
  if (code <= 0x24f) return 'latin';
  for (const [script, first, last] of ranges) if (code >= first && code <= last) return script;
  return code >= 0x530 && code <= 0x1fff ? 'other' : undefined;
};

/** Looks at no more than this many characters: the script of a text does not change in the middle. */
const mostLooked = 400;

export const scriptOf = (text: string): Script => {
  const counts = new Map<Script, number>();
  const end = Math.min(text.length, mostLooked);
  for (let index = 0; index < end; index += 1) {
    const script = scriptAt(text.charCodeAt(index));
    if (script !== undefined) counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  let found: Script = 'none';
  let most = 0;
  for (const [script, count] of counts) {
    if (count <= most) continue;
    found = script;
    most = count;
  }
  // Japanese mixes kana into Han.
  return found === 'han' && (counts.get('kana') ?? 0) > 0 ? 'kana' : found;
};
