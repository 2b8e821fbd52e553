import { expect, test } from 'bun:test';
import { readEgressRule } from '../../core/policy/egress/egress-rule.ts';
import { EgressGuard } from './egress-guard.ts';

const how = { limitMs: 1000, proxied: false };

/** A guard whose names lead where the list says; every look-up of a name takes the next entry. */
const guardOf = (names: Readonly<Record<string, readonly (readonly string[])[]>>, ...allow: readonly string[]) => {
  const looked: string[] = [];
  const guard = new EgressGuard({
    rules: () => allow.map(readEgressRule).filter((rule) => typeof rule !== 'string'),
    lookUp: (name) => {
      const answers = names[name] ?? [];
      const answer = answers[Math.min(looked.filter((other) => other === name).length, answers.length - 1)];
      looked.push(name);
      return answer === undefined ? Promise.reject(new Error('no such name')) : Promise.resolve(answer);
    },
    ownAddresses: () => ['93.184.216.9'],
  });
  return { guard, looked };
};

test('a public name is called at the address that was looked at, which is looked up once', async () => {
  const { guard, looked } = guardOf({ 'models.example': [['93.184.216.34'], ['127.0.0.1']] });
  expect(await guard.admit('https://models.example/v1', how)).toEqual({ kind: 'address', address: '93.184.216.34' });
  expect(looked).toEqual(['models.example']);
});

test.each([
  ['one of its addresses is private', 'https://models.example/', [['93.184.216.34', '10.0.0.1']]],
  ['the name leads to this machine', 'https://models.example/', [['93.184.216.9']]],
  ['the name leads nowhere', 'https://models.example/', []],
  ['the name leads to a mapped address', 'https://models.example/', [['::ffff:127.0.0.1']]],
  ['the name leads to an address with a zone', 'https://models.example/', [['fe80::1%eth0']]],
  ['it is not TLS', 'http://models.example/', [['93.184.216.34']]],
  ['it is another port', 'https://models.example:8443/', [['93.184.216.34']]],
  ['it holds a name', 'https://user@models.example/', [['93.184.216.34']]],
  ['a backslash may end the host', 'https://models.example\\@10.0.0.1/', [['93.184.216.34']]],
  ['it holds a line end', 'https://models.exa\nmple/', [['93.184.216.34']]],
  ['an encoded host', 'https://models%2eexample/', [['93.184.216.34']]],
  ['a number of eight', 'https://0177.0.0.1/', []],
  ['a short number', 'https://127.1/', []],
  ['a public number in disguise', 'https://0x5db8d822/', []],
])('refused: %s', async (_, url, answers) => {
  const { guard } = guardOf({ 'models.example': answers });
  await expect(guard.admit(url, how)).rejects.toThrow();
});

test('a name that a rule allows may be private, with a dot at its end and any port', async () => {
  const { guard } = guardOf({ 'vllm.house': [['10.0.0.7']] }, 'vllm.house');
  expect(await guard.admit('http://vllm.house.:8000/v1', how)).toEqual({ kind: 'address', address: '10.0.0.7' });
});

test('through a proxy only named hosts go, since the proxy looks names up again', async () => {
  const { guard } = guardOf({ 'models.example': [['93.184.216.34']], 'vllm.house': [['10.0.0.7']] }, 'vllm.house');
  expect(await guard.admit('https://vllm.house/v1', { ...how, proxied: true })).toEqual({ kind: 'by-name' });
  await expect(guard.admit('https://models.example/v1', { ...how, proxied: true })).rejects.toThrow('leave by a proxy');
});

test('a name server that does not answer is not waited for longer than the limit for connecting', async () => {
  const guard = new EgressGuard({ rules: () => [], lookUp: () => new Promise(() => undefined) });
  await expect(guard.admit('https://models.example/', { limitMs: 10, proxied: false })).rejects.toThrow('in time');
});
