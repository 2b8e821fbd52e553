import { describe, expect, test } from 'bun:test';
import { defaultConfig, type SluiceConfig } from '../../contract/settings.ts';
import { configPath, launchSettings } from './launch-settings.ts';

const config: SluiceConfig = { ...defaultConfig, server: { host: 'file', port: 3 } };
const environment = {
  SLUICE_HOST: 'environment',
  SLUICE_PORT: '2',
  SLUICE_DATA: 'environment',
  SLUICE_CONFIG: 'environment',
};
const flags = { host: 'flag', port: '1', data: 'flag', config: 'flag' };

describe('flags win over the environment, the environment over the file, the file over the defaults', () => {
  test.each([
    [flags, environment, config, { host: 'flag', port: 1, dataDirectory: 'flag' }],
    [{}, environment, config, { host: 'environment', port: 2, dataDirectory: 'environment' }],
    [{}, {}, config, { host: 'file', port: 3, dataDirectory: './.sluice' }],
    [{}, { SLUICE_PORT: '' }, defaultConfig, { host: '127.0.0.1', port: 4000, dataDirectory: './.sluice' }],
  ])('%j %j', (given, variables, file, expected) => {
    expect(launchSettings(given, variables, file)).toEqual(expected);
  });

  test('and so with the config file itself', () => {
    expect(configPath(flags, environment)).toBe('flag');
    expect(configPath({}, environment)).toBe('environment');
  });
});

test.each(['', 'x', '-1', '1.5', '65536', '1e3'])('%j is not a port', (port) => {
  expect(() => launchSettings({ port }, {}, defaultConfig)).toThrow('--port must be a whole number from 0 to 65535');
});

test.each(['', 'http://x', '127.0.0.1:80', '1.2.3', '256.0.0.1', 'a b', '-x', '[::1'])('%j is not a host', (host) => {
  expect(() => launchSettings({ host }, {}, defaultConfig)).toThrow('--host must be an address or a name');
});

test.each(['0.0.0.0', '::', '[::1]', 'fe80::1%eth0', 'localhost', 'my_host.example'])('%j is a host', (host) => {
  expect(launchSettings({ host }, {}, defaultConfig).host).toBe(host);
});
