import type { AdminRoute } from './admin-route.ts';

/** What there is, for people: one line for each route. */
export const adminPage = (routes: readonly AdminRoute[], version: string): string => {
  const rows = routes.map(
    ({ method, path, summary }) =>
      `<tr><td>${method}</td><td><code>/admin/v1${escaped(path)}</code></td><td>${escaped(summary).replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sluice admin API</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}td{padding:.2rem 1rem .2rem 0;vertical-align:top}</style>
<h1>Sluice admin API</h1>
<p>Version ${escaped(version)}. Send the master key or an admin key as <code>Authorization: Bearer</code>. The whole contract is
<a href="/admin/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>Lists come in pages: give <code>next</code> as <code>cursor</code>. An object carries an ETag; sent as <code>If-Match</code> it keeps you from
overwriting what somebody else changed. Creations take an <code>Idempotency-Key</code>. Amounts are US dollars as decimal text.</p>
<table>
${rows.join('\n')}
</table>
</html>
`;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
