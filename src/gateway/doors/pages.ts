import { listedModels } from '../../core/catalog/names/name-index.ts';
import type { CompiledConfig } from '../compiled-config.ts';
import type { WireReply } from '../incoming.ts';
import { doorPaths } from './find-door.ts';

interface PageFacts {
  readonly version: string;
  /** `http://host:port` as the client reached it. */
  readonly address: string;
  readonly config: CompiledConfig;
}

/** `GET /`: what this is, which providers are live, how to call it. JSON unless a browser asks for HTML. */
export const frontPage = (facts: PageFacts, accept: string | undefined): WireReply =>
  accept?.includes('text/html') === true
    ? { status: 200, headers: htmlHeaders, body: html(facts) }
    : { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json(facts), null, 2) };

const htmlHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
};

const json = ({ version, address, config }: PageFacts) => ({
  name: 'sluice',
  version,
  description:
    'Self-hosted LLM router. Send requests in the format of OpenAI, Anthropic, Gemini, Bedrock, Cohere or Ollama to this address.',
  providers: config.providers
    .filter((provider) => provider.ready)
    .map(({ entry }) => ({ id: entry.id, title: entry.title })),
  models: listedModels(config, config.today()).length,
  endpoints: doorPaths,
  example: curl(address, exampleModel(config)),
});

const exampleModel = (config: CompiledConfig): string => listedModels(config, config.today())[0] ?? 'demo/echo';

const curl = (address: string, model: string): string =>
  `curl ${address}/v1/chat/completions -H "Authorization: Bearer $SLUICE_KEY" -H "Content-Type: application/json" -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'`;

const html = ({ version, address, config }: PageFacts): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sluice</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1c2430;background:#fbfbf9}
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.05rem;margin-top:2rem}pre{background:#eceae4;padding:.8rem;border-radius:6px;white-space:pre-wrap;word-break:break-all}
li{margin:.15rem 0;overflow-wrap:anywhere}.quiet{color:#5b6573}</style></head><body>
<h1>Sluice</h1><p class="quiet">Version ${version}. A self-hosted LLM router: every model behind one address.</p>
<h2>Live providers</h2><ul>${config.providers
  .filter((provider) => provider.ready)
  .map(({ entry }) => `<li>${escapeHtml(entry.title)} <span class="quiet">(${escapeHtml(entry.id)}/…)</span></li>`)
  .join('')}</ul>
<h2>Call it</h2><pre>${escapeHtml(curl(address, exampleModel(config)))}</pre>
<h2>Doors</h2><ul>${doorPaths.map((path) => `<li><code>${escapeHtml(path)}</code></li>`).join('')}</ul>
<p class="quiet">Health: <code>/livez</code>, <code>/readyz</code>. Metrics: <code>/metrics</code>.</p></body></html>`;

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
