import { expect, test } from 'bun:test';
import { proxyFor } from './proxy-for.ts';

const proxy = 'http://proxy.example:3128';
const api = 'https://api.example.com/v1';

test('the environment names a proxy for each kind of address, in either spelling', () => {
  expect(proxyFor(api, {}, {})).toBeUndefined();
  expect(proxyFor(api, {}, { HTTPS_PROXY: proxy })).toBe(proxy);
  expect(proxyFor(api, {}, { https_proxy: proxy })).toBe(proxy);
  expect(proxyFor(api, {}, { HTTP_PROXY: proxy })).toBeUndefined();
  expect(proxyFor('http://host:8000', {}, { HTTP_PROXY: 'proxy:3128' })).toBe('http://proxy:3128');
  expect(proxyFor(api, {}, { ALL_PROXY: proxy, HTTPS_PROXY: '' })).toBe(proxy);
});

test('settings win over the environment', () => {
  expect(proxyFor(api, { proxy: 'none' }, { HTTPS_PROXY: proxy })).toBeUndefined();
  expect(proxyFor(api, { proxy: 'http://own:1' }, { HTTPS_PROXY: proxy })).toBe('http://own:1');
  expect(proxyFor(api, { noProxy: [] }, { HTTPS_PROXY: proxy, NO_PROXY: '*' })).toBe(proxy);
});

test.each([
  ['*', true],
  ['example.com', true],
  ['.example.com', true],
  ['*.example.com', true],
  ['api.example.com:443', true],
  ['api.example.com:8443', false],
  ['ple.com', false],
  ['other, API.Example.Com', true],
  ['', false],
])('NO_PROXY=%j leaves api.example.com alone: %p', (noProxy, direct) => {
  expect(proxyFor(api, {}, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }) === undefined).toBe(direct);
});

test.each([
  ['http://10.1.2.3:8000', '10.0.0.0/8', true],
  ['http://11.1.2.3:8000', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.1.2.3', true],
  ['http://10.1.2.3', '10.1.2.0/33', false],
  ['http://[fd00::1]:8000', '[fd00::1]', true],
  ['http://[fd00::1]:8000', 'fd00::1', true],
])('%s is within %s: %p', (url, noProxy, direct) => {
  expect(proxyFor(url, {}, { HTTP_PROXY: proxy, NO_PROXY: noProxy }) === undefined).toBe(direct);
});

test('this machine is reached through a proxy only when the settings say so', () => {
  for (const url of ['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000']) {
    expect(proxyFor(url, {}, { HTTP_PROXY: proxy })).toBeUndefined();
    expect(proxyFor(url, { proxy }, {})).toBe(proxy);
  }
});
