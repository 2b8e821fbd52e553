// Who may do what: every route of the running gateway × everybody × every way to send a key × own and other things. A 2xx where none may be is a hole;
// an answer at a path that nobody listed is one too. `bun qa/access.ts [--quick]`
import { parseArgs } from 'node:util';
import { type Form, forms, type Role, roles } from './access/callers.ts';
import { type LitellmProbe, litellmProbes, mayPassLitellm } from './access/litellm-probes.ts';
import { mayPassOpenrouter, type OpenrouterProbe, openrouterProbes } from './access/openrouter-probes.ts';
import { organisationOf } from './access/organisations.ts';
import { portkeyProbes } from './access/portkey-probes.ts';
import { isListed, mayPass, type Owner, type Probe, probes, strangePaths } from './access/probes.ts';
import { startWorld } from './access/world.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const tried = values.quick ? forms.filter(({ name }) => name === 'bearer' || name === 'basic') : forms;

const world = await startWorld();
const found = { probes: 0, unexpected: 0, shut: 0, unlisted: 0 };

const model = 'openai/gpt-4o';

/** What is sent where something is wanted; doors take the usual members of every format. */
const bodyOf = (probe: Probe, owner: Owner): object | undefined => {
  if (probe.method === 'GET' || probe.method === 'DELETE') return undefined;
  if (probe.kind === 'door')
    return {
      model,
      messages: [{ role: 'user', content: 'Hi' }],
      input: 'Hi',
      prompt: 'Hi',
      query: 'Hi',
      documents: ['Hi'],
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      max_tokens: 10,
      stream: false,
    };
  if (probe.operation === 'create') return world.creation(probe.object ?? 'key', owner);
  if (probe.path.endsWith('/credits')) return { usd: '1000' };
  return probe.path.endsWith('/rotate') ? { grace: '1s' } : { description: 'tried' };
};

/** Things that a change or a deletion would use up are made anew for each try. */
const idOf = async (probe: Probe, owner: Owner): Promise<string> => {
  if (probe.kind !== 'admin') return encodeURIComponent(model);
  return probe.operation === 'item' ? world.fresh(probe.object ?? 'key', owner) : '';
};

const tryProbe = async (probe: Probe, { role, form, owner }: Try): Promise<number> => {
  const key = world.keys[role];
  const id = await idOf(probe, owner);
  const questions = [
    ...(probe.kind === 'admin' && probe.object !== 'organisation' ? [`organisation=${organisationOf(owner)}`] : []),
    ...(key === '' || form.query === undefined ? [] : [form.query(key)]),
  ];
  const body = bodyOf(probe, owner);
  const response = await fetch(`${world.url}${probe.path.replaceAll(/\{[^}]+\}/g, id)}?${questions.join('&')}`, {
    method: probe.method,
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : form.headers(key)) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
};

interface Try {
  readonly role: Role;
  readonly form: Form;
  readonly owner: Owner;
}

/** Organisations and teams that keys hang on cannot be deleted, and the doors of some formats want another body: refused for that, not for who asks. */
const isRefusal = (status: number): boolean => status === 401 || status === 403;

/** LiteLLM's routes name objects in the query and the body; `?key=` there is a key that is asked about. */
const tryLitellm = async (probe: LitellmProbe, { role, form, owner }: Try): Promise<number> => {
  const key = world.keys[role];
  const id = probe.object === undefined ? '' : await world.fresh(probe.object, owner);
  const { query, body } = probe.send(id, owner);
  const questions = [
    `organization_id=${organisationOf(owner)}`,
    ...(query === undefined ? [] : [query]),
    ...(key === '' || form.query === undefined ? [] : [form.query(key)]),
  ];
  const response = await fetch(`${world.url}${probe.path.replace('{key}', id)}?${questions.join('&')}`, {
    method: probe.method,
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : form.headers(key)) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
};

const tryOpenrouter = async (probe: OpenrouterProbe, { role, form, owner }: Try): Promise<number> => {
  const key = world.keys[role];
  const id = probe.object === undefined ? '' : await world.fresh(probe.object, owner);
  const path = probe.path
    .replace('{version}', '1')
    .replace(/\{model\.\.\.\}/, model)
    .replace(/\{[^}]+\}/, id);
  const query = key === '' || form.query === undefined ? '' : `?${form.query(key)}`;
  const body = probe.body?.(owner);
  const response = await fetch(`${world.url}${path}${query}`, {
    method: probe.method,
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : form.headers(key)) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
};

const mayBy = (probe: Probe | LitellmProbe | OpenrouterProbe, { role, owner }: Try): boolean => {
  if (probe.kind === 'litellm') return mayPassLitellm(probe, role, owner);
  return probe.kind === 'openrouter' ? mayPassOpenrouter(probe, role, owner) : mayPass(probe, role, owner);
};

const judge = (probe: Probe | LitellmProbe | OpenrouterProbe, at: Try, status: number): void => {
  found.probes += 1;
  const open = probe.kind === 'open' || (probe.kind === 'litellm' && probe.who === 'open');
  const allowed = mayBy(probe, at);
  const may = allowed && (open || at.form.known);
  const passed = status >= 200 && status < 300;
  const where = `${probe.method} ${probe.path} by ${at.role} (${at.form.name}, ${at.owner}): ${status}`;
  if (passed && !may) {
    found.unexpected += 1;
    say(`unexpected: ${where}`);
  } else if (may && (isRefusal(status) || status >= 500)) {
    found.shut += 1;
    say(`shut for one who may: ${where}`);
  }
};

for (const probe of probes) {
  for (const role of roles)
    for (const form of tried)
      for (const owner of probe.owners) {
        const at = { role, form, owner };
        judge(probe, at, await tryProbe(probe, at));
      }
}
const litellmForms = tried.filter(({ name }) => ['bearer', 'x-litellm-api-key', 'basic'].includes(name));
for (const probe of litellmProbes) {
  for (const role of roles)
    for (const form of litellmForms)
      for (const owner of probe.owners) {
        const at = { role, form, owner };
        judge(probe, at, await tryLitellm(probe, at));
      }
}
for (const probe of [...openrouterProbes, ...portkeyProbes]) {
  for (const role of roles)
    for (const form of tried)
      for (const owner of probe.owners) {
        const at = { role, form, owner };
        judge(probe, at, await tryOpenrouter(probe, at));
      }
}
const routes = probes.length + litellmProbes.length + openrouterProbes.length + portkeyProbes.length;
say(`${routes} routes, ${roles.length} roles, ${tried.length} forms: ${found.probes} tries`);

for (const path of strangePaths)
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const response = await fetch(`${world.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${world.keys.master}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    await response.arrayBuffer();
    found.probes += 1;
    const answers = response.status < 400;
    if (!answers || isListed(new URL(response.url).pathname)) continue;
    found.unlisted += 1;
    say(`unlisted: ${method} ${path}: ${response.status}`);
  }

await world.stop();
finish('access', { routes, ...found }, found.unexpected + found.unlisted + found.shut === 0);
