import { isArray, type JsonObject } from '../../../json/json.ts';
import { type LearnedPart, type RouterArtefact, type TrainingStage, trainingStages } from '../router-artefact.ts';
import { type Sections, unpackSections } from './packed-sections.ts';

export const artefactFormat = 1;

const summaryLength = 6;
const pointLength = 5;

/** Reads what `writeArtefact` wrote. Throws an `Error` that says what is wrong: not an artefact, damaged, or of a newer version. */
export const readArtefact = (bytes: Uint8Array): RouterArtefact => {
  const { header, sections } = unpackSections(bytes);
  const format = numberOf(header, 'format');
  if (format !== artefactFormat)
    throw new Error(
      `The router artefact has format ${format}; this version reads format ${artefactFormat}. Train it again, or use a newer version.`,
    );
  const names = isArray(header['models']) ? header['models'].map(String) : [];
  const { summaries, curve, lengthWeights } = sections;
  if (
    !(summaries instanceof Float64Array) ||
    !(curve instanceof Float64Array) ||
    !(lengthWeights instanceof Float32Array)
  )
    throw new Error('The router artefact lacks a section every artefact has.');
  if (summaries.length !== names.length * summaryLength)
    throw new Error('The router artefact does not have one summary for each model.');
  const learned = header['learned'] === true ? learnedPart(sections) : undefined;
  return {
    format,
    seed: numberOf(header, 'seed'),
    labelledRows: numberOf(header, 'labelledRows'),
    stage: stageOf(header),
    cues: numberOf(header, 'cues'),
    meaning: numberOf(header, 'meaning'),
    models: names.map((model, index) => summaryOf(model, summaries.subarray(index * summaryLength))),
    curve: Array.from({ length: curve.length / pointLength }, (_, index) => {
      const [lambda = 0, quality = 0, cost = 0, gain = 0, gainError = 0] = curve.subarray(index * pointLength);
      return { lambda, quality, cost, gain, gainError };
    }),
    lengthWeights,
    ...(learned === undefined ? {} : { learned }),
    bytes,
  };
};

const numberOf = (header: JsonObject, name: string): number => {
  const value = header[name];
  if (typeof value !== 'number') throw new Error(`The router artefact's "${name}" is missing.`);
  return value;
};

const stageOf = (header: JsonObject): TrainingStage => {
  const stage = trainingStages.find((one) => one === header['stage']);
  if (stage === undefined) throw new Error('The router artefact names a stage this version does not know.');
  return stage;
};

const summaryOf = (model: string, numbers: Float64Array): RouterArtefact['models'][number] => {
  const [
    labels = 0,
    quality = 0,
    scatter = 0,
    cost = Number.NaN,
    outputTokens = Number.NaN,
    qualityIndex = Number.NaN,
  ] = numbers;
  return { model, labels, quality, scatter, cost, outputTokens, qualityIndex };
};

const learnedPart = (sections: Sections): LearnedPart => {
  const single = (name: string): Float32Array => sectionOf(sections, name, Float32Array);
  const [kernelShare = 0, linearShare = 0, forestShare = 0, difficultyShare = 0, usualLikeness = 0, leafStep = 1] =
    sectionOf(sections, 'shares', Float64Array);
  const squares = single('squares');
  const scale = single('scale');
  const kernelWeights = single('kernelWeights');
  const outputs = kernelWeights.length / (squares.length + 1) - 1;
  return {
    map: { width: scale.length, landmarks: single('landmarks'), squares, scale, centre: single('centre') },
    kernelWeights,
    kernelShare,
    linearWeights: single('linearWeights'),
    linearShare,
    forest: {
      outputs,
      roots: sectionOf(sections, 'roots', Int32Array),
      features: sectionOf(sections, 'features', Int16Array),
      thresholds: single('thresholds'),
      rights: sectionOf(sections, 'rights', Int32Array),
      leaves: sectionOf(sections, 'leaves', Int16Array),
      leafStep,
    },
    forestShare,
    difficultyShare,
    usualLikeness,
  };
};

const sectionOf = <Section extends Sections[string]>(
  sections: Sections,
  name: string,
  kind: new (...given: never[]) => Section,
): Section => {
  const section = sections[name];
  if (!(section instanceof kind)) throw new Error(`The router artefact lacks its section "${name}".`);
  return section;
};
