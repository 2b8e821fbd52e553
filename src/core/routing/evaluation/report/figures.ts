/** Numbers as people read them in a report. */
export const percent = (share: number | undefined): string =>
  share === undefined || !Number.isFinite(share) ? 'not reached' : `${(share * 100).toFixed(1)} %`;

/** Of scores from 0 to 1: points of a hundred. */
export const points = (score: number): string => (Number.isFinite(score) ? (score * 100).toFixed(1) : 'unknown');

/** Dollars for a thousand requests. */
export const perThousand = (dollars: number): string => {
  const thousand = dollars * 1000;
  if (!Number.isFinite(thousand)) return 'unknown';
  return `$${thousand >= 100 ? thousand.toFixed(0) : thousand.toPrecision(3)}`;
};

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for a page: names of models and tasks come from files. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => escapes[letter] ?? letter);
