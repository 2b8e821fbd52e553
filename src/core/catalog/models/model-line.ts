import {
  type Modality,
  type ModelInfo,
  type ModelParameter,
  modalities,
  modelModes,
  modelParameters,
  type ReasoningControls,
  reasoningEfforts,
} from './model-info.ts';
import { readPrice, writePrice } from './price-text.ts';

/**
 * A model as one line of ten columns, parted by tabs: `provider/id`, title (empty: the id), mode (empty: chat), author and family (`a/f`),
 * limits (context, input, output), modalities (`ti>t`), parameters (a bit mask in base 36), reasoning, days (released, cutoff, retires, and
 * flags), price. Text is ASCII; other characters are written as `\uXXXX`, so that the whole file is one byte a character in memory.
 */
export const columns = 10;

const modalityCodes: Readonly<Record<Modality, string>> = { text: 't', image: 'i', file: 'f', audio: 'a', video: 'v' };

export const writeModel = (model: ModelInfo): string =>
  [
    `${model.provider}/${model.id}`,
    model.title === model.id ? '' : model.title,
    model.mode === 'chat' ? '' : model.mode,
    model.author === undefined && model.family === undefined ? '' : `${model.author ?? ''}/${model.family ?? ''}`,
    trimmed([model.contextTokens, model.maxInputTokens, model.maxOutputTokens]),
    `${codes(model.inputModalities)}>${codes(model.outputModalities)}`,
    model.parameters.length === 0 ? '' : mask(model.parameters).toString(36),
    writeReasoning(model.reasoning),
    trimmed([model.releasedOn, model.knowledgeCutoff, model.retiresOn, flags(model)]),
    model.price === undefined ? '' : writePrice(model.price),
  ]
    .map(asciiText)
    .join('\t');

const trimmed = (values: readonly (string | number | undefined)[]): string =>
  values
    .map((value) => value ?? '')
    .join(',')
    .replace(/,+$/, '');

const codes = (list: readonly Modality[]): string => list.map((modality) => modalityCodes[modality]).join('');

const mask = (parameters: readonly ModelParameter[]): number =>
  modelParameters.reduce((sum, name, index) => (parameters.includes(name) ? sum + 2 ** index : sum), 0);

const flags = ({ status, openWeights, unlisted }: ModelInfo): string | undefined => {
  const text = `${status === undefined ? '' : status === 'beta' ? 'b' : 'd'}${openWeights === true ? 'o' : ''}${unlisted === true ? 'u' : ''}`;
  return text === '' ? undefined : text;
};

const writeReasoning = (reasoning: ReasoningControls | undefined): string => {
  if (reasoning === undefined) return '';
  const { toggle, efforts, budget } = reasoning;
  return [
    'y',
    ...(toggle === true ? ['t'] : []),
    ...(efforts === undefined ? [] : [`e${efforts.map((effort) => reasoningEfforts.indexOf(effort)).join('')}`]),
    ...(budget === undefined ? [] : [`b${budget.minTokens ?? ''}-${budget.maxTokens ?? ''}`]),
  ].join(' ');
};

const asciiText = (text: string): string =>
  text
    .replaceAll('\\', '\\u005c')
    .replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

const plainText = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** Reads what `writeModel` wrote. Throws an `Error` that says what is wrong. */
export const readModel = (line: string): ModelInfo => {
  const cells = line.split('\t');
  if (cells.length !== columns) throw new Error(`The line has ${cells.length} columns instead of ${columns}.`);
  const [key = '', title = '', mode = '', maker = '', limits = '', forms = '', bits = '', thinks = '', days = ''] =
    cells;
  const slash = key.indexOf('/');
  if (slash < 1 || slash === key.length - 1)
    throw new Error(`"${key.slice(0, 80)}" is not of the form provider/model.`);
  const id = plainText(key.slice(slash + 1));
  const [author, family] = maker.split('/').map(plainText);
  const [contextTokens, maxInputTokens, maxOutputTokens] = limits.split(',').map(tokens);
  const [input = '', output = ''] = forms.split('>');
  const [releasedOn, knowledgeCutoff, retiresOn, marks = ''] = days.split(',');
  const price = cells[9];
  return {
    provider: key.slice(0, slash),
    id,
    title: title === '' ? id : plainText(title),
    mode: mode === '' ? 'chat' : oneOf(modelModes, mode),
    ...text('author', author),
    ...text('family', family),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    inputModalities: readModalities(input),
    outputModalities: readModalities(output),
    parameters: readParameters(bits),
    ...(thinks === '' ? {} : { reasoning: readReasoning(thinks) }),
    ...text('releasedOn', releasedOn),
    ...text('knowledgeCutoff', knowledgeCutoff),
    ...text('retiresOn', retiresOn),
    ...(marks.includes('d') ? { status: 'deprecated' } : marks.includes('b') ? { status: 'beta' } : {}),
    ...(marks.includes('o') ? { openWeights: true } : {}),
    ...(marks.includes('u') ? { unlisted: true } : {}),
    ...(price === undefined || price === '' ? {} : { price: readPrice(price) }),
  };
};

const text = <Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } =>
  value === undefined || value === '' ? {} : ({ [name]: value } as { readonly [Key in Name]: string });

const tokens = (digits: string): number | undefined => {
  if (digits === '') return undefined;
  if (/^\d{1,12}$/.test(digits)) return Number(digits);
  throw new Error(`The limit "${digits.slice(0, 40)}" is no whole number.`);
};

const readModalities = (letters: string): readonly Modality[] =>
  [...letters].map((letter) => {
    const found = modalities.find((modality) => modalityCodes[modality] === letter);
    if (found === undefined) throw new Error(`There is no modality "${letter}".`);
    return found;
  });

const readParameters = (bits: string): readonly ModelParameter[] => {
  if (bits === '') return [];
  const value = Number.parseInt(bits, 36);
  if (!/^[0-9a-z]{1,8}$/.test(bits) || value >= 2 ** modelParameters.length) {
    throw new Error(`The parameters "${bits.slice(0, 40)}" are no known mask.`);
  }
  return modelParameters.filter((_, index) => ((value >> index) & 1) === 1);
};

const readReasoning = (words: string): ReasoningControls => {
  const controls: { -readonly [Key in keyof ReasoningControls]: ReasoningControls[Key] } = {};
  for (const word of words.split(' ')) {
    const rest = word.slice(1);
    if (word === 't') controls.toggle = true;
    else if (word[0] === 'e')
      controls.efforts = [...rest].map((digit) => oneOf(reasoningEfforts, reasoningEfforts[Number(digit)] ?? digit));
    else if (word[0] === 'b') {
      const [minTokens, maxTokens] = rest.split('-').map(tokens);
      controls.budget = {
        ...(minTokens === undefined ? {} : { minTokens }),
        ...(maxTokens === undefined ? {} : { maxTokens }),
      };
    } else if (word !== 'y') throw new Error(`The reasoning control "${word.slice(0, 40)}" has no meaning.`);
  }
  return controls;
};

const oneOf = <Word extends string>(words: readonly Word[], word: string): Word => {
  const found = words.find((candidate) => candidate === word);
  if (found === undefined) throw new Error(`"${word.slice(0, 40)}" is none of ${words.join(', ')}.`);
  return found;
};
