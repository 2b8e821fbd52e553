import type { SubjectId } from '../measure/subject.ts';
import type { Metric } from './rows.ts';

/** What Sluice is to reach. Multiples are of nginx `proxy_pass` in the same run, so that they hold on any machine. */
export interface Target {
  readonly metric: Metric;
  readonly subject: SubjectId;
  readonly kind: 'at-most' | 'at-least' | 'times-nginx-at-most' | 'times-nginx-at-least' | 'bare-proxy-plus';
  readonly limit: number;
}

export const targets: readonly Target[] = [
  { metric: 'ready-ms', subject: 'native', kind: 'at-most', limit: 400 },
  { metric: 'cpu-request-us', subject: 'native', kind: 'times-nginx-at-most', limit: 3.5 },
  { metric: 'cpu-request-us', subject: 'translated', kind: 'times-nginx-at-most', limit: 5 },
  { metric: 'added-p50-ms', subject: 'native', kind: 'at-most', limit: 0.25 },
  { metric: 'added-p50-ms', subject: 'translated', kind: 'at-most', limit: 0.35 },
  { metric: 'added-p95-ms', subject: 'native', kind: 'at-most', limit: 0.4 },
  { metric: 'added-p95-ms', subject: 'translated', kind: 'at-most', limit: 0.55 },
  { metric: 'added-p99-ms', subject: 'native', kind: 'bare-proxy-plus', limit: 0.5 },
  { metric: 'added-p99-ms', subject: 'translated', kind: 'bare-proxy-plus', limit: 0.5 },
  { metric: 'cpu-chunk-us', subject: 'native', kind: 'times-nginx-at-most', limit: 1.7 },
  { metric: 'cpu-chunk-us', subject: 'native-tap', kind: 'times-nginx-at-most', limit: 2.3 },
  { metric: 'cpu-chunk-us', subject: 'translated', kind: 'times-nginx-at-most', limit: 3.4 },
  { metric: 'first-chunk-p50-ms', subject: 'native', kind: 'at-most', limit: 0.4 },
  { metric: 'first-chunk-p50-ms', subject: 'native-tap', kind: 'at-most', limit: 0.4 },
  { metric: 'first-chunk-p50-ms', subject: 'translated', kind: 'at-most', limit: 0.4 },
  { metric: 'peak-per-second', subject: 'native', kind: 'times-nginx-at-least', limit: 0.28 },
  { metric: 'peak-per-second', subject: 'translated', kind: 'times-nginx-at-least', limit: 0.18 },
  { metric: 'resident-mb', subject: 'native', kind: 'at-most', limit: 90 },
  { metric: 'streams-complete', subject: 'native', kind: 'at-least', limit: 1000 },
  { metric: 'streams-complete', subject: 'native-tap', kind: 'at-least', limit: 1000 },
  { metric: 'streams-complete', subject: 'translated', kind: 'at-least', limit: 1000 },
  { metric: 'streams-resident-mb', subject: 'native', kind: 'at-most', limit: 150 },
  { metric: 'streams-resident-mb', subject: 'native-tap', kind: 'at-most', limit: 150 },
  { metric: 'streams-resident-mb', subject: 'translated', kind: 'at-most', limit: 150 },
];

/** A target in words: `≤ 3.5× nginx`. */
export const targetText = ({ kind, limit }: Target): string => {
  switch (kind) {
    case 'at-most':
      return `≤ ${limit}`;
    case 'at-least':
      return `≥ ${limit}`;
    case 'times-nginx-at-most':
      return `≤ ${limit}× nginx`;
    case 'times-nginx-at-least':
      return `≥ ${limit}× nginx`;
    case 'bare-proxy-plus':
      return `≤ bare proxy + ${limit}`;
  }
};
