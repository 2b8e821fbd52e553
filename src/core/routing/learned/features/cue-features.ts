import type { QueryFacts } from '../query-facts.ts';

/** Words that tell what kind of work is asked for. A cue's strength is how often they come, on a logarithmic scale. */
const wordCues = {
  calculate:
    'calculate compute sum total average percent percentage ratio equation solve solution value number many much cost price remaining left twice half each per hours minutes dollars',
  prove: 'prove proof theorem lemma show suppose let integer real function group ring field matrix prime finite',
  code: 'code function python javascript typescript java rust sql program script class method array string list return returns debug bug compile algorithm implement api regex html css def import assert assertion',
  write:
    'write compose essay story poem blog letter email article draft creative describe persuasive tone style paragraph',
  rewrite: 'rewrite edit correct rephrase paraphrase translate translation summarize summarise summary shorten grammar',
  explain: 'explain why how difference compare contrast discuss meaning describe overview understand',
  reason:
    'if then therefore because assume given conclude must cannot either neither clue clues house houses logic puzzle who statement statements true false argument',
  extract:
    'extract identify classify list json table format csv category label entity entities named evaluate rate score',
  science:
    'energy force mass velocity electron atom cell protein gene acid temperature pressure molecule species reaction wave current voltage',
  medicine:
    'patient disease blood symptoms treatment physical examination pain history diagnosis therapy medical health',
  law: 'law court plaintiff defendant contract statute legal liable rights property tort crime murder evidence state constitution',
  business:
    'market company firm demand supply bank interest rate tax income investment stock capital management product economic economy',
  humanities:
    'century war philosophy moral ethics according religion society political history culture theory author king empire',
  roleplay: 'pretend imagine role act character persona you your speak play',
  steps: 'step steps carefully think detailed first finally',
  negation: 'not except false incorrect never least without no none',
  quantity: 'all every some any at most exactly only more less than greater fewer',
} as const;

const ownCues = [
  'bias',
  'characters',
  'words',
  'lines',
  'digits',
  'capitals',
  'marks',
  'letters-beyond-ascii',
  'word-length',
  'numbers',
  'choices',
  'question',
  'code-marks',
  'formula-marks',
  'code-fence',
  'long-numbers',
  'sentences',
  'tools',
  'form',
  'turns',
  'media',
  'system',
  'characters-squared',
  'brackets',
] as const;

const wordCueNames = Object.keys(wordCues);

/** Names of the features, in their order: for those who read a decision. */
export const cueNames: readonly string[] = [...ownCues, ...wordCueNames.map((name) => `words:${name}`)];

const cueOfWord: ReadonlyMap<string, readonly number[]> = (() => {
  const found = new Map<string, number[]>();
  for (const [index, words] of Object.values(wordCues).entries())
    for (const word of words.split(' ')) found.set(word, [...(found.get(word) ?? []), ownCues.length + index]);
  return found;
})();

interface LetterCounts {
  readonly digits: number;
  readonly capitals: number;
  readonly marks: number;
  readonly beyondAscii: number;
  readonly lines: number;
  readonly numbers: number;
  readonly longNumbers: number;
  readonly questions: number;
  readonly codeMarks: number;
  readonly formulaMarks: number;
  readonly sentences: number;
  readonly brackets: number;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** `{};=<>_` and back-ticks; `$\^`; brackets. */
const codeMarks = new Set([...'{};=<>_`'].map((letter) => letter.charCodeAt(0)));
const formulaMarks = new Set([...'$\\^'].map((letter) => letter.charCodeAt(0)));
const brackets = new Set([...'()[]'].map((letter) => letter.charCodeAt(0)));
const sentenceEnds = new Set([...'.!?'].map((letter) => letter.charCodeAt(0)));

const markOf = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code <= 32 || isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return 0;
  if (codeMarks.has(code)) return 2;
  if (formulaMarks.has(code)) return 3;
  if (brackets.has(code)) return 4;
  return sentenceEnds.has(code) ? 5 : 1;
});

const countLetters = (text: string): LetterCounts => {
  const byMark = new Uint32Array(6);
  let digits = 0;
  let capitals = 0;
  let beyondAscii = 0;
  let lines = 1;
  let numbers = 0;
  let longNumbers = 0;
  let questions = 0;
  let run = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) {
      digits += 1;
      run += 1;
      if (run === 1) numbers += 1;
      if (run === 4) longNumbers += 1;
      continue;
    }
    run = 0;
    if (code >= 128) beyondAscii += 1;
    else if (code >= 65 && code <= 90) capitals += 1;
    else if (code === 10) lines += 1;
    else {
      const mark = markOf[code] ?? 0;
      byMark[mark] = (byMark[mark] ?? 0) + 1;
      if (code === 63) questions += 1;
    }
  }
  const [, plain = 0, codes = 0, formulas = 0, bracket = 0, ends = 0] = byMark;
  return {
    digits,
    capitals,
    marks: plain + codes + formulas + bracket + ends,
    beyondAscii,
    lines,
    numbers,
    longNumbers,
    questions,
    codeMarks: codes,
    formulaMarks: formulas,
    sentences: ends,
    brackets: bracket,
  };
};

/** Lines that begin with `A.`, `(B)`, `C)`: the choices of a question. */
const choiceLine = /(?:^|\n)\s*\(?[A-Ja-j][.)]\s/g;

const log = (count: number): number => Math.log1p(count);

/**
 * About forty numbers that people would name: lengths, shares of kinds of letters, marks of code and formulas, words that tell the kind of work.
 * All lie around 0 to 3, so that one penalty suits them all.
 */
export const cueFeatures = (facts: QueryFacts): Float32Array => {
  const cues = new Float32Array(cueNames.length);
  const words = countWords(facts.text, cues);
  for (let at = ownCues.length; at < cues.length; at += 1) cues[at] = log(cues[at] ?? 0);
  const letters = countLetters(facts.text);
  const length = Math.max(facts.text.length, 1);
  const characters = log(facts.textCharacters) / 3;
  const own: Record<(typeof ownCues)[number], number> = {
    bias: 1,
    characters,
    words: log(words) / 2,
    lines: log(letters.lines) / 2,
    digits: (letters.digits / length) * 5,
    capitals: (letters.capitals / length) * 3,
    marks: (letters.marks / length) * 5,
    'letters-beyond-ascii': letters.beyondAscii / length,
    'word-length': Math.min(length / Math.max(words, 1) / 6, 3),
    numbers: log(letters.numbers) / 2,
    choices: log((facts.text.match(choiceLine) ?? []).length),
    question: letters.questions > 0 ? 1 : 0,
    'code-marks': log(letters.codeMarks) / 2,
    'formula-marks': log(letters.formulaMarks) / 2,
    'code-fence': facts.text.includes('```') ? 1 : 0,
    'long-numbers': log(letters.longNumbers),
    sentences: log(letters.sentences) / 2,
    tools: log(facts.toolNames.length) / 2,
    form: facts.form === 'text' ? 0 : 1,
    turns: log(facts.userTurns - 1),
    media: facts.media.length > 0 ? 1 : 0,
    system: log(facts.systemCharacters) / 6,
    'characters-squared': (characters - 2) ** 2,
    brackets: log(letters.brackets) / 2,
  };
  for (const [index, name] of ownCues.entries()) cues[index] = own[name];
  return cues;
};

const wordPattern = /[a-z]+/g;

/** Adds to the cue of each word that has one; returns the number of words. */
const countWords = (text: string, cues: Float32Array): number => {
  let words = 0;
  for (const [word] of text.toLowerCase().matchAll(wordPattern)) {
    words += 1;
    for (const cue of cueOfWord.get(word) ?? []) cues[cue] = (cues[cue] ?? 0) + 1;
  }
  return words;
};
