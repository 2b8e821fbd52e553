import type { Command } from './command.ts';

const configFlag = { config: 'FILE' } as const;

export const commands: Readonly<Record<string, Command>> = {
  start: {
    summary: 'Start the gateway.',
    usage: '[--config FILE] [--port N] [--host H] [--data DIR] [--accept-loss]',
    flags: { ...configFlag, port: 'N', host: 'H', data: 'DIR', 'accept-loss': null },
    operands: [],
    load: async () => (await import('./start.ts')).start,
  },
  check: {
    summary: 'Check a config file: every problem with its line and what to do.',
    usage: 'FILE',
    flags: {},
    operands: ['FILE'],
    load: async () => (await import('./check.ts')).check,
  },
  doctor: {
    summary: 'Look at configuration, keys, reachability, clock and limits, and say what to do.',
    usage: '[--json] [--config FILE] [--data DIR]',
    flags: { json: null, ...configFlag, data: 'DIR' },
    operands: [],
    load: async () => (await import('../doctor/doctor.ts')).doctor,
  },
  health: {
    summary: 'Ask the running gateway whether it takes calls; the exit code says it.',
    usage: '[--config FILE] [--port N] [--host H] [--data DIR]',
    flags: { ...configFlag, port: 'N', host: 'H', data: 'DIR' },
    operands: [],
    load: async () => (await import('../doctor/health.ts')).health,
  },
  models: {
    summary: 'List the models that can be called.',
    usage: '[--json] [--config FILE]',
    flags: { json: null, ...configFlag },
    operands: [],
    load: async () => (await import('./list.ts')).listModels,
  },
  catalog: {
    summary: 'The catalogue of models: update it, see what an update would change, take one back.',
    usage:
      'update|show|diff|rollback [--from FILE|URL] [--accept-price-jumps] [--accept MODEL,...] [--json] [--data DIR] [--config FILE]',
    flags: { from: 'FILE|URL', 'accept-price-jumps': null, accept: 'MODEL', json: null, data: 'DIR', ...configFlag },
    operands: ['update|show|diff|rollback'],
    load: async () => (await import('./catalog.ts')).catalog,
  },
  keys: {
    summary: 'Make, list, revoke and rotate keys of the running gateway.',
    usage:
      'create|list|revoke|rotate [ID] [--alias A] [--team T] [--user U] [--models M,...] [--budget USD --window W] [--expires 30d] [--grace 24h] [--json]',
    flags: {
      alias: 'A',
      team: 'T',
      project: 'P',
      user: 'U',
      organisation: 'O',
      models: 'M',
      budget: 'USD',
      window: 'W',
      expires: '30d',
      grace: '24h',
      json: null,
      ...configFlag,
      port: 'N',
      host: 'H',
      data: 'DIR',
    },
    operands: ['create|list|revoke|rotate'],
    optionalOperand: 'ID',
    load: async () => (await import('../access/keys.ts')).keys,
  },
  'encryption-key': {
    summary: 'Wrap the sealed provider credentials by SLUICE_NEW_ENCRYPTION_KEY; the gateway must be stopped.',
    usage: '[--data DIR]',
    flags: { data: 'DIR' },
    operands: [],
    load: async () => (await import('../access/change-encryption-key.ts')).changeEncryptionKey,
  },
  providers: {
    summary: 'List the providers Sluice knows, and why each is ready or not.',
    usage: '[--json] [--config FILE]',
    flags: { json: null, ...configFlag },
    operands: [],
    load: async () => (await import('./list.ts')).listProviders,
  },
  demo: {
    summary: 'Start simulated providers, and say how to call them through Sluice.',
    usage: '[--port N]',
    flags: { port: 'N' },
    operands: [],
    load: async () => (await import('./demo.ts')).demo,
  },
  version: {
    summary: 'Print the version.',
    usage: '',
    flags: {},
    operands: [],
    load: async () => (await import('./version.ts')).printVersion,
  },
  help: {
    summary: 'Print this.',
    usage: '',
    flags: {},
    operands: [],
    load: async () => (await import('./help.ts')).printHelp,
  },
};
