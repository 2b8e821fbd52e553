/** How an answer goes wrong. Every member is off when absent; several may stand together. */
export interface Scenario {
  /** Waits before the head, between head and first body byte, between frames. */
  readonly delayHeadMs?: number;
  readonly delayBodyMs?: number;
  readonly delayFrameMs?: number;
  /** Says nothing, ever, and keeps the connection. */
  readonly hang?: true;
  /** Sends the head byte by byte, this far apart. */
  readonly dripHeadMs?: number;
  /** Half a head, then the connection ends. */
  readonly halfHead?: true;
  /** Breaks the connection before the answer; `reused` only on a connection that has answered before. */
  readonly reset?: 'always' | 'reused';
  /** Ends (FIN) or breaks (RST) the connection, or falls silent, after so many bytes or frames of the body. */
  readonly cut?: { readonly how: 'end' | 'reset' | 'hang'; readonly after: number; readonly unit: 'bytes' | 'frames' };
  /** An error frame in the dialect's own shape after so many frames; nothing follows. */
  readonly errorAfterFrames?: number;
  /** A frame that is not JSON after so many frames. */
  readonly malformedAfterFrames?: number;
  /** Leaves out the last frame, or everything that says the answer ended. */
  readonly missing?: 'last-frame' | 'ending';
  /** The last frame is cut in half, then the body ends in order. */
  readonly halfFrame?: true;
  /** A text piece of so many bytes in one frame. */
  readonly bigPieceBytes?: number;
  readonly usage?: 'twice' | 'none' | 'absurd';
  /** Every byte of a stream is its own chunk. */
  readonly byteChunks?: true;
  readonly lineEnds?: 'crlf';
  /** A comment line before every frame. */
  readonly comments?: true;
  /** No space after `data:`. */
  readonly tight?: true;
  /** A status in place of the answer, in the dialect's own error shape. */
  readonly status?: number;
  readonly retryAfter?: { readonly how: 'seconds' | 'date' | 'ms'; readonly value: number };
  /** A foreign body in place of the answer. */
  readonly foreign?: 'html-200' | 'html-502' | 'empty-200' | 'redirect' | 'not-json';
  readonly contentType?: string;
  /** Sends the body compressed; `bomb` sends so many zero bytes compressed. */
  readonly gzip?: { readonly bombBytes?: number };
  /** Azure's first chunk without choices that carries the content filter's findings. */
  readonly azure?: true;
}

interface Fault {
  readonly name: string;
  /** What the token does; the number after the name is `N`. */
  readonly does: string;
  readonly apply: (value: number | undefined, words: string) => Scenario;
}

const cut =
  (how: 'end' | 'reset' | 'hang', unit: 'bytes' | 'frames') =>
  (value: number | undefined): Scenario => ({
    cut: { how, unit, after: value ?? (unit === 'bytes' ? 100 : 3) },
  });

const retry =
  (how: 'seconds' | 'date' | 'ms') =>
  (value: number | undefined): Scenario => ({ retryAfter: { how, value: value ?? 2 } });

const megabyte = 1_048_576;

/** The closed list of faults a request can ask for. README.md prints it. */
export const faults: readonly Fault[] = [
  { name: 'delay-head', does: 'waits N ms before the head', apply: (value = 100) => ({ delayHeadMs: value }) },
  { name: 'delay-body', does: 'waits N ms between head and body', apply: (value = 100) => ({ delayBodyMs: value }) },
  { name: 'delay-frame', does: 'waits N ms between frames', apply: (value = 20) => ({ delayFrameMs: value }) },
  { name: 'hang', does: 'never answers, keeps the connection', apply: () => ({ hang: true }) },
  {
    name: 'drip-headers',
    does: 'sends the head byte by byte, N ms apart',
    apply: (value = 20) => ({ dripHeadMs: value }),
  },
  { name: 'half-head', does: 'half a head, then the connection ends', apply: () => ({ halfHead: true }) },
  { name: 'reset', does: 'breaks the connection before the answer', apply: () => ({ reset: 'always' }) },
  {
    name: 'reset-reused',
    does: 'breaks it only if the connection has answered before',
    apply: () => ({ reset: 'reused' }),
  },
  { name: 'cut-bytes', does: 'ends the connection after N bytes of the body', apply: cut('end', 'bytes') },
  { name: 'cut-frames', does: 'ends the connection after N frames', apply: cut('end', 'frames') },
  { name: 'reset-bytes', does: 'breaks the connection after N bytes of the body', apply: cut('reset', 'bytes') },
  { name: 'reset-frames', does: 'breaks the connection after N frames', apply: cut('reset', 'frames') },
  { name: 'hang-frames', does: 'falls silent after N frames', apply: cut('hang', 'frames') },
  {
    name: 'error-frames',
    does: 'an in-band error after N frames',
    apply: (value = 2) => ({ errorAfterFrames: value }),
  },
  {
    name: 'malformed-frame',
    does: 'a frame that is not JSON after N frames',
    apply: (value = 2) => ({ malformedAfterFrames: value }),
  },
  { name: 'missing-last-frame', does: 'leaves out the last frame', apply: () => ({ missing: 'last-frame' }) },
  { name: 'missing-end', does: 'leaves out all that says the answer ended', apply: () => ({ missing: 'ending' }) },
  { name: 'half-frame', does: 'the last frame is cut in half', apply: () => ({ halfFrame: true }) },
  {
    name: 'big-frame',
    does: 'a text piece of N bytes (1 MB)',
    apply: (value = megabyte) => ({ bigPieceBytes: value }),
  },
  { name: 'usage-twice', does: 'sends the final usage twice', apply: () => ({ usage: 'twice' }) },
  { name: 'usage-none', does: 'sends no usage', apply: () => ({ usage: 'none' }) },
  { name: 'usage-absurd', does: 'sends impossible token counts', apply: () => ({ usage: 'absurd' }) },
  { name: 'byte-chunks', does: 'every byte of a stream in its own chunk', apply: () => ({ byteChunks: true }) },
  { name: 'crlf', does: 'CRLF line ends in streams', apply: () => ({ lineEnds: 'crlf' }) },
  { name: 'comments', does: 'a comment line before every frame', apply: () => ({ comments: true }) },
  { name: 'tight', does: 'no space after `data:`', apply: () => ({ tight: true }) },
  { name: 'status', does: 'status N in the dialect’s error shape', apply: (value = 500) => ({ status: value }) },
  { name: 'retry-after', does: '`retry-after: N` in seconds', apply: retry('seconds') },
  { name: 'retry-after-date', does: '`retry-after` as a date N seconds ahead', apply: retry('date') },
  { name: 'retry-after-ms', does: '`retry-after-ms: N`', apply: retry('ms') },
  { name: 'html-200', does: 'an HTML page with status 200', apply: () => ({ foreign: 'html-200' }) },
  { name: 'html-502', does: 'an HTML page with status 502', apply: () => ({ foreign: 'html-502' }) },
  { name: 'empty-200', does: 'an empty body with status 200', apply: () => ({ foreign: 'empty-200' }) },
  { name: 'not-json', does: 'a broken JSON body with status 200', apply: () => ({ foreign: 'not-json' }) },
  { name: 'redirect', does: 'status 307 to another path', apply: () => ({ foreign: 'redirect' }) },
  {
    name: 'content-type',
    does: 'the right body under a wrong type (`text-html`)',
    apply: (_, words) => ({ contentType: (words === '' ? 'text-html' : words).replace('-', '/') }),
  },
  { name: 'gzip', does: 'the body compressed', apply: () => ({ gzip: {} }) },
  {
    name: 'gzip-bomb',
    does: 'N zero bytes (100 MB), compressed',
    apply: (value = 100 * megabyte) => ({ gzip: { bombBytes: value } }),
  },
  { name: 'azure', does: 'Azure’s first chunk without choices', apply: () => ({ azure: true }) },
];

const longestFirst = faults.toSorted((a, b) => b.name.length - a.name.length);

const oneFault = (token: string): Scenario => {
  const fault = longestFirst.find((item) => token === item.name || token.startsWith(`${item.name}-`));
  if (fault === undefined)
    throw new Error(`Unknown simulator fault "${token}". Known: ${faults.map((item) => item.name).join(', ')}.`);
  const words = token.slice(fault.name.length + 1);
  const number = words === '' ? undefined : Number(words);
  return fault.apply(number !== undefined && Number.isFinite(number) ? number : undefined, words);
};

/** Reads faults as a request writes them: `status-429, retry-after-3`. Throws for a name that is not on the list. */
export const parseScenario = (text: string): Scenario => {
  const tokens = text.split(/[,.\s]+/).filter((token) => token !== '');
  return Object.assign({}, ...tokens.map(oneFault)) as Scenario;
};

/** Takes faults off a model name: `sim.status-429.retry-after-3--some-model` is `some-model` with two faults. */
export const splitModel = (model: string): { readonly model: string; readonly faults?: string } => {
  const match = /^(?:models\/)?sim\.(.+?)--(.+)$/.exec(model);
  return match === null ? { model } : { model: match[2] ?? '', faults: match[1] ?? '' };
};
