/** `bad` keeps Sluice or a provider from working; `warning` may, some day. */
export type Verdict = 'ok' | 'warning' | 'bad';

/** One thing that was looked at. Never holds a secret. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly message: string;
}

export const found = (check: string, verdict: Verdict, message: string): Finding => ({ check, verdict, message });
