import type { Json } from '../../core/json/json.ts';
import { canonicalJson, resultText } from '../decode/tool-result-parts.ts';
import type { MediaPart, SimulatedPart } from '../simulated-request.ts';

/** A part in the form in which wires agree: without ids. `label` names the call a result answers. */
export const comparablePart = (part: SimulatedPart, label: (call: number) => string): Json => {
  switch (part.kind) {
    case 'tool-call': {
      const { id: _id, call: _call, ...rest } = part;
      return { ...rest, arguments: JSON.parse(canonicalJson(part.arguments)) as Json };
    }
    case 'tool-result': {
      const { id: _id, call, ...rest } = part;
      return { ...rest, answers: label(call), parts: resultRun(part.parts) };
    }
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return comparableMedia(part);
    case 'text':
    case 'thinking':
    case 'refusal':
    case 'other':
      return part as unknown as Json;
  }
};

/** A result's texts as one text without white space at the seams, then its media. */
const resultRun = (parts: readonly SimulatedPart[]): readonly Json[] => {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const others = parts.filter((part) => part.kind !== 'text').map((part) => comparablePart(part, () => ''));
  if (texts.length === 0) return others;
  const joined = texts.length === 1 ? resultText(texts[0] ?? '') : texts.map((text) => text.trim()).join('\n');
  return [{ kind: 'text', text: joined.replaceAll(/\n+/g, '\n') }, ...others];
};

/** Names of types that mean the same. */
const usualTypes: Readonly<Record<string, string>> = {
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'image/jpg': 'image/jpeg',
};

/** A link needs no type, a text is a text whether it is written plainly or as base64. */
const comparableMedia = (part: MediaPart): Json => {
  const { source, mimeType, detail, ...others } = part;
  const rest = detail === undefined || detail === 'auto' ? others : { ...others, detail };
  if (source.kind === 'url' || source.kind === 'file') return { ...rest, source: { ...source } };
  if (source.kind === 'text') return { ...rest, source: { ...source } };
  const usual = mimeType === undefined ? undefined : (usualTypes[mimeType] ?? mimeType);
  if (mimeType?.startsWith('text/') !== true) {
    return { ...rest, mimeType: usual, source: { kind: 'base64', data: plainBase64(source.data) } };
  }
  return { ...rest, source: { kind: 'text', text: Buffer.from(source.data, 'base64').toString('utf8') } };
};

/** Base64 in one spelling: Google's clients write the URL alphabet, some leave out the padding. */
const plainBase64 = (data: string): string => data.replaceAll('-', '+').replaceAll('_', '/').replaceAll(/[=\s]/g, '');
