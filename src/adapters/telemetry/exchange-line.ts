import type { AttemptFact } from '../../core/facts/exchange-fact.ts';
import { quotedText } from '../../core/json/quoted-text.ts';
import type { ExchangeRecord } from '../../ports/exchange-sink.ts';

/** The log line of an exchange as one JSON object. Written member by member: every request writes one, and a general writer takes several times as long. */
export const exchangeLine = (record: ExchangeRecord, level: string, nowMs: number): string => {
  const { usage, content } = record;
  let line = `{"time":"${isoTime(nowMs)}","level":"${level}","event":"exchange","requestId":"${record.requestId}"`;
  line += textMember('orgId', record.orgId) + textMember('key', record.key);
  line += textMember('method', record.method) + textMember('path', record.path);
  line += wordMember('operation', record.operation) + wordMember('door', record.door) + wordMember('lane', record.lane);
  line += textMember('provider', record.provider) + textMember('model', record.model);
  line += textMember('requestedModel', record.requestedModel);
  line += `,"stream":${record.stream},"status":${record.status},"end":"${record.end}"`;
  line += wordMember('errorCode', record.errorCode) + textMember('errorMessage', record.errorMessage);
  line += `,"bytesIn":${record.bytesIn},"bytesOut":${record.bytesOut}`;
  line += `,"durationMs":${inMicroseconds(record.durationMs)},"overheadMs":${inMicroseconds(record.overheadMs)}`;
  line += `,"firstByteMs":${inMicroseconds(record.firstByteMs ?? 0)}`;
  line += `,"attempts":${record.attempts},"warnings":${record.warnings}`;
  if (record.decision !== undefined) line += textMember('route', record.decision.route);
  if (record.tried !== undefined) line += `,"tried":${JSON.stringify(record.tried.map(triedWords))}`;
  line += textMember('priceVersion', record.priceVersion) + wordMember('chargeSource', record.chargeSource);
  // Decimal text: an amount may lie beyond what a JSON number keeps.
  if (record.nanoUsd !== undefined) line += `,"nanoUsd":"${record.nanoUsd}"`;
  if (content !== undefined) line += `,"content":${JSON.stringify(content)}`;
  return usage === undefined ? `${line}}\n` : `${line}${countsOf(usage)}}\n`;
};

const triedWords = ({ target, errorCode }: AttemptFact): string => `${target} ${errorCode ?? ''}`;

/** For text from outside, which may hold anything. */
const textMember = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `,"${name}":${quotedText(text)}`;

/** For words of ours, which need no escapes. */
const wordMember = (name: string, word: string | undefined): string =>
  word === undefined ? '' : `,"${name}":"${word}"`;

/** The counts; not the provider's own object, which may hold more than numbers. */
const countsOf = (usage: NonNullable<ExchangeRecord['usage']>): string => {
  let counts = '';
  for (const name in usage) {
    const count = usage[name as keyof typeof usage];
    if (typeof count === 'number') counts += `,"${name}":${count}`;
  }
  return counts;
};

let lastMs = Number.NaN;
let lastTime = '';

/** Many exchanges end within one millisecond. */
const isoTime = (nowMs: number): string => {
  if (nowMs === lastMs) return lastTime;
  lastMs = nowMs;
  lastTime = new Date(nowMs).toISOString();
  return lastTime;
};

/** Milliseconds with three places. Whole numbers are far quicker to write than fractions. */
const inMicroseconds = (milliseconds: number): string => {
  const microseconds = Math.max(0, Math.round(milliseconds * 1000));
  const whole = Math.floor(microseconds / 1000);
  const rest = microseconds - whole * 1000;
  return rest === 0 ? String(whole) : `${whole}.${String(1000 + rest).slice(1)}`;
};
