import type { Contender, ContenderId } from '../contenders/contender.ts';
import { sluiceKey } from '../contenders/sluice.ts';

export type Door = 'openai' | 'anthropic';

/** One thing that is measured: a server and the way it is asked. */
export interface Subject {
  readonly id: SubjectId;
  readonly title: string;
  /** Absent: the upstream itself is asked. */
  readonly contender?: ContenderId;
  readonly door: Door;
}

export type SubjectId = 'direct' | 'nginx' | 'bare-proxy' | 'native' | 'native-tap' | 'native-power' | 'translated';

export const subjects: Readonly<Record<SubjectId, Subject>> = {
  direct: { id: 'direct', title: 'direct', door: 'openai' },
  nginx: { id: 'nginx', title: 'nginx', contender: 'nginx', door: 'openai' },
  'bare-proxy': { id: 'bare-proxy', title: 'bare proxy', contender: 'bare-proxy', door: 'openai' },
  native: { id: 'native', title: 'native bare', contender: 'sluice', door: 'openai' },
  'native-tap': {
    id: 'native-tap',
    title: 'native, tap',
    contender: 'sluice-tapped',
    door: 'openai',
  },
  'native-power': {
    id: 'native-power',
    title: 'native, durability: power',
    contender: 'sluice-power',
    door: 'openai',
  },
  translated: { id: 'translated', title: 'translated', contender: 'sluice', door: 'anthropic' },
};

/** Subjects of a whole answer: it has no frames, so there is no tap to tell apart. */
export const wholeAnswerSubjects: readonly SubjectId[] = ['nginx', 'bare-proxy', 'native', 'translated'];
/** At a fixed rate, what waiting for the disk costs as well. */
export const pacedSubjects: readonly SubjectId[] = [...wholeAnswerSubjects, 'native-power'];
export const streamSubjects: readonly SubjectId[] = ['nginx', 'bare-proxy', 'native', 'native-tap', 'translated'];

/** A stream's pace, read by the upstream from the text of the prompt. */
export interface Pace {
  readonly chunks: number;
  readonly everyMs: number;
}

const bodyBytes = 1024;

/** The body of a question: 1 KB, whatever is asked. */
export const bodyOf = (subject: Subject, pace?: Pace): string => {
  const instruction = pace === undefined ? '' : `chunks=${pace.chunks} every_us=${Math.round(pace.everyMs * 1000)} `;
  const shape = (filling: string): string =>
    JSON.stringify(chatBody(subject, pace !== undefined, instruction + filling));
  const room = bodyBytes - shape('').length;
  return shape('What would a careful reader want to know here? '.repeat(30).slice(0, room));
};

const system = 'You answer in one short paragraph, in plain words.';

const chatBody = (subject: Subject, streamed: boolean, question: string) => {
  const stream = streamed ? { stream: true } : {};
  const user = { role: 'user', content: question };
  if (subject.door === 'anthropic')
    return { model: 'openai/bench', max_tokens: 400, temperature: 0.4, ...stream, system, messages: [user] };
  return {
    model: 'openai/bench',
    max_tokens: 400,
    temperature: 0.4,
    ...stream,
    ...(streamed ? { stream_options: { include_usage: true } } : {}),
    messages: [{ role: 'system', content: system }, user],
  };
};

const doors: Readonly<Record<Door, { path: string; headers: Readonly<Record<string, string>>; lastWords: string }>> = {
  openai: { path: '/v1/chat/completions', headers: { Authorization: `Bearer ${sluiceKey}` }, lastWords: '[DONE]' },
  anthropic: {
    path: '/v1/messages',
    headers: { 'x-api-key': sluiceKey, 'anthropic-version': '2023-06-01' },
    lastWords: 'message_stop',
  },
};

/** The whole request as it goes over the wire. */
export const requestBytes = (subject: Subject, pace?: Pace): string => {
  const body = bodyOf(subject, pace);
  const { path, headers } = doors[subject.door];
  const lines = Object.entries({
    Host: '127.0.0.1',
    'User-Agent': 'sluice-bench',
    Accept: '*/*',
    ...headers,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${path} HTTP/1.1`, ...lines, '', body].join('\r\n');
};

/** What the end of a good answer contains. */
export const expectedEnd = (subject: Subject, streamed: boolean): string =>
  streamed ? doors[subject.door].lastWords : '}';

const answerText = 'the next choice can be a better one than the last';

/** Asks once, whole and streamed, and throws unless the answers say what the upstream said. */
export const proveAnswers = async (subject: Subject, contender: Contender): Promise<void> => {
  const { path, headers } = doors[subject.door];
  const ask = async (port: number, pace?: Pace): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: bodyOf(subject, pace),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${subject.title} answered ${response.status}: ${text.slice(0, 500)}`);
    return text;
  };
  const whole = await ask(contender.port);
  if (!whole.includes(answerText)) throw new Error(`${subject.title} lost the answer: ${whole.slice(0, 800)}`);
  const streamed = await ask(contender.streamPort, { chunks: 3, everyMs: 1 });
  if (!streamed.includes('brown fox') || !streamed.includes(doors[subject.door].lastWords))
    throw new Error(`${subject.title} lost parts of the stream: ${streamed.slice(0, 800)}`);
  if (!/"(prompt|input)_tokens":\s*212/.test(streamed))
    throw new Error(`${subject.title} lost the usage of the stream: ${streamed.slice(0, 1500)}`);
};
