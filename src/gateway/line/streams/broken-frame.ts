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

const lineStarts: Readonly<Partial<Record<Framing, string>>> = { sse: '\ndata:', ndjson: '\n' };
const braceCode = '{'.charCodeAt(0);
const spaceCode = ' '.charCodeAt(0);
const lastSpaceCode = spaceCode;

/** Whether a line of data begins as no object of JSON and no last word does. `text` begins with a newline. The frames have to be read to know. */
export const mayBreak = (text: string, framing: Framing): boolean => {
  const start = lineStarts[framing];
  if (start === undefined) return false;
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + start.length)) {
    let first = at + start.length;
    if (text.charCodeAt(first) === spaceCode) first += 1;
    const code = text.charCodeAt(first);
    // Ends of lines, tabs and the end of the text are below the space, or are no number.
    if (code !== braceCode && code > lastSpaceCode && !text.startsWith('[DONE]', first)) return true;
  }
  return false;
};
