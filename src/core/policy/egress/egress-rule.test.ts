import { describe, expect, test } from 'bun:test';
import { type Called, type EgressRule, mayCall, readEgressRule } from './egress-rule.ts';
import { readIpAddress } from './ip-address.ts';
import { isPublicAddress } from './public-address.ts';

const address = (text: string) => {
  const read = readIpAddress(text);
  if (read === undefined) throw new Error(`${text} is no address`);
  return read;
};
const rules = (...texts: readonly string[]): readonly EgressRule[] =>
  texts.map((text) => {
    const rule = readEgressRule(text);
    if (typeof rule === 'string') throw new Error(rule);
    return rule;
  });
const https: Called = { host: 'models.example', port: 443, secure: true };

describe('addresses', () => {
  test.each([
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '017700000001',
    '127.0.0.01',
    '1.2.3.256',
    '1.2.3',
    '::1%lo',
    'fe80::1%25eth0',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    '12345::',
    '',
  ])('%p is not one in its usual spelling', (text) => expect(readIpAddress(text)).toBeUndefined());

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001:82a::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('%s is of the open internet', (text) => expect(isPublicAddress(address(text))).toBe(true));

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::10.0.0.1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '5f00::1',
  ])('%s is not', (text) => expect(isPublicAddress(address(text))).toBe(false));
});

test('without a rule only public hosts over TLS at port 443 may be called', () => {
  expect(mayCall([], https, address('8.8.8.8'))).toBe(true);
  expect(mayCall([], { ...https, secure: false, port: 80 }, address('8.8.8.8'))).toBe(false);
  expect(mayCall([], { ...https, port: 8443 }, address('8.8.8.8'))).toBe(false);
  expect(mayCall([], https, address('10.0.0.1'))).toBe(false);
});

test.each([
  ['models.example', '10.0.0.1', true],
  ['models.example:443', '10.0.0.1', true],
  ['models.example:8000', '10.0.0.1', false],
  ['.example', '10.0.0.1', true],
  ['*.example', '10.0.0.1', true],
  ['example', '10.0.0.1', false],
  ['10.0.0.0/8', '10.0.0.1', true],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['10.0.0.0/8:443', '10.0.0.1', true],
  ['10.0.0.1', '10.0.0.1', true],
  ['10.0.0.2', '10.0.0.1', false],
  ['fd00::/16', 'fd00::1', true],
  ['[fd00::1]:443', 'fd00::1', true],
  ['[fd00::1]:80', 'fd00::1', false],
  ['169.254.0.0/16', '169.254.169.254', false],
  ['models.example', '169.254.169.254', false],
  ['169.254.169.254', '169.254.169.254', true],
])('the rule %s lets a name that leads to %s be called: %p', (rule, text, allowed) => {
  expect(mayCall(rules(rule), https, address(text))).toBe(allowed);
});

test.each([
  '',
  '*',
  'a b',
  'host:0',
  'host:70000',
  '10.0.0.0/4',
  '10.0.0.0/33',
  '0.0.0.0/0',
  '::/0',
  'https://host',
  'host/path',
  '-a',
  '127.1',
  '1.2.3.256',
])('%p is no rule', (text) => expect(typeof readEgressRule(text)).toBe('string'));
