/**
 * A model's name without its spelling: `claude-sonnet-4.5`, `claude-4.5-sonnet` and `anthropic/claude-sonnet-4-5` are one. Words count in any
 * order, numbers in theirs, so `gpt-4-5` and `gpt-5-4` stay two. What stands before the last slash does not count.
 */
export interface NameForm {
  readonly words: string;
  readonly numbers: string;
  /** `20250929`, or empty. */
  readonly date: string;
}

export const nameForm = (name: string): NameForm => {
  const slug = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const dated = /[-@_](20\d{2})-?([01]\d)-?([0-3]\d)(?=$|[-:@])/.exec(slug);
  const date = dated === null ? '' : dated.slice(1).join('');
  const parts = (dated === null ? slug : slug.replace(dated[0], '')).split(/[^a-z0-9]+/).filter((part) => part !== '');
  return {
    words: parts
      .filter((part) => !isNumber(part))
      .sort()
      .join(' '),
    numbers: parts.filter(isNumber).join(' '),
    date,
  };
};

export const sameForm = (one: NameForm, other: NameForm): boolean =>
  one.words === other.words && one.numbers === other.numbers && one.date === other.date;

/** A sum over the letters behind the last slash. Names of one form have one sum, so that few of thousands need their form worked out. */
export const letterSum = (name: string): number => {
  let sum = 0;
  for (let at = name.length - 1; at >= 0; at--) {
    const code = name.charCodeAt(at) | 0x20;
    if (code === 0x2f) break;
    if (code >= 0x61 && code <= 0x7a) sum = (sum + cubed(code - 0x5f)) | 0;
  }
  return sum;
};

const cubed = (value: number): number => value * value * value;

const isNumber = (part: string): boolean => /^\d+$/.test(part);
