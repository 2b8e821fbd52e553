import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isObject, parseJson } from '../../../core/json/json.ts';
import type { Framing } from '../../../core/stream/framing.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import { isDearFrame } from '../stages/answer-limits.ts';

/** The word that ends streams of OpenAI's form. */
export const isLastWord = ({ data }: SseFrame): boolean => data.startsWith('[DONE]');

/** What is wrong with a frame that no client can read either, since it holds no JSON object; undefined of any other. */
export const brokenFrame = (frame: SseFrame): GatewayError | undefined => {
  const { event, data } = frame;
  if (data.trim() === '' || event === 'ping' || isLastWord(frame) || isDearFrame(data)) return undefined;
  if (isObject(parseJson(data))) return undefined;
  return new GatewayError('upstream_invalid', 'The provider sent a stream frame that is not a JSON object.');
};

/** The last word of a stream that said nothing before it. */
export const nothingSaid = (): GatewayError =>
  new GatewayError('upstream_invalid', 'The provider ended the stream without an answer.');

/** What stands before the data of a line, at the beginning and behind another line. */
const lineStarts: Readonly<Partial<Record<Framing, readonly [string, string]>>> = {
  sse: ['data:', '\ndata:'],
  ndjson: ['', '\n'],
};
const braceCode = '{'.charCodeAt(0);
const spaceCode = ' '.charCodeAt(0);
const lastSpaceCode = spaceCode;

/** Whether a line of data begins as no object of JSON and no last word does. `text` is that of whole frames. They have to be read to know. */
export const mayBreak = (text: string, framing: Framing): boolean => {
  const starts = lineStarts[framing];
  if (starts === undefined) return false;
  const [first, start] = starts;
  if (text.startsWith(first) && isOdd(text, first.length)) return true;
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + start.length))
    if (isOdd(text, at + start.length)) return true;
  return false;
};

const isOdd = (text: string, from: number): boolean => {
  const at = text.charCodeAt(from) === spaceCode ? from + 1 : from;
  const code = text.charCodeAt(at);
  // Ends of lines, tabs and the end of the text are below the space, or are no number.
  return code !== braceCode && code > lastSpaceCode && !text.startsWith('[DONE]', at);
};
