import type { Names } from './name-server.ts';

/** Ports that canaries listen on, beside 80 and 443. */
export const canaryPorts = [80, 443, 8080] as const;

/** Addresses of this machine in the proof's network, each with a canary on it. */
export const privateAddresses = [
  '127.0.0.1',
  '127.8.8.8',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '198.18.0.1',
] as const;

const parts = (address: string): readonly number[] => address.split('.').map(Number);
const whole = (address: string): number => parts(address).reduce((sum, part) => sum * 256 + part, 0);
const hex = (value: number): string => value.toString(16);
const groups = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = parts(address);
  return `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
};

/** The spellings of one address that one program or another takes for it. */
const spellings = (address: string): readonly string[] => {
  const [a = 0, b = 0, c = 0, d = 0] = parts(address);
  return [
    address,
    `${address}.`,
    String(whole(address)),
    `0x${hex(whole(address))}`,
    `0${whole(address).toString(8)}`,
    parts(address)
      .map((part) => `0x${hex(part)}`)
      .join('.'),
    parts(address)
      .map((part) => `0${part.toString(8)}`)
      .join('.'),
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${hex(a)}.${b}.0${c.toString(8)}.${d}`,
    `${a}.${b}.${c}.${d + 256}`,
    `000${a}.${b}.${c}.${d}`,
    `[::ffff:${address}]`,
    `[::ffff:${groups(address)}]`,
    `[0:0:0:0:0:ffff:${groups(address)}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b:1::${groups(address)}]`,
    `[2002:${groups(address)}::1]`,
    `[::ffff:0:${address}]`,
    `${address}%00.example`,
    `${address}%2eexample`,
    address.replaceAll('.', '。'),
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    `user:word@${address}`,
    `models.public@${address}`,
    `${address}\\@models.public`,
    `${address}#@models.public`,
    `${address}?@models.public`,
  ];
};

const sixes = [
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[fe80::1]',
  '[fe80::1%25lo]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[::1%lo]',
];

/** Names, and where they lead. */
export const names: Names = {
  'loopback.public': [['127.0.0.1']],
  'metadata.public': [['169.254.169.254']],
  'ten.public': [['10.0.0.1']],
  'house.public': [['192.168.0.1']],
  'shared.public': [['100.64.0.1']],
  'nothing.public': [['0.0.0.0']],
  'six.public': [['::1']],
  'unique.public': [['fc00::1']],
  'mapped.public': [['::ffff:7f00:1']],
  'translated.public': [['64:ff9b::7f00:1']],
  'six-to-four.public': [['2002:7f00:1::1']],
  'both.public': [['93.184.216.34', '127.0.0.1']],
  'both-six.public': [['93.184.216.34', '::1']],
  'rebinds.public': [['93.184.216.34'], ['127.0.0.1']],
  'rebinds-later.public': [['93.184.216.34'], ['93.184.216.34'], ['10.0.0.1']],
  'models.public': [['93.184.216.34']],
  'allowed.public': [['127.0.0.1']],
};

const named = [
  'localhost',
  'localhost.',
  'LOCALHOST',
  'a.localhost',
  'ⓛocalhost',
  'metadata',
  ...Object.keys(names).filter((name) => name !== 'allowed.public'),
  ...Object.keys(names)
    .filter((name) => name !== 'allowed.public')
    .map((name) => `${name}.`),
  'unknown.public',
];

const schemes = [
  'file:///etc/passwd',
  'gopher://127.0.0.1:80/_GET',
  'data:text/plain,x',
  'blob:http://127.0.0.1/x',
  'ftp://127.0.0.1:80/',
  'dict://127.0.0.1:80/',
  'unix:/var/run/docker.sock',
  'http:127.0.0.1',
  'http:/127.0.0.1/',
  '//127.0.0.1/',
  'http://',
  'https:///127.0.0.1/',
  'jar:http://127.0.0.1!/',
  'http+unix://%2Fvar%2Frun/x',
];

const oddities = [
  'https://models.public\t.127.0.0.1/',
  'https://127.0.0.1\n.models.public/',
  'ht\ntp://127.0.0.1/',
  ' http://127.0.0.1/',
  'http:\\\\127.0.0.1/',
  'http://127.0.0.1:80:443/',
  'http://127.0.0.1:00080/',
  'http://127.0.0.1:8080%2f/',
  'http://models.public:80@127.0.0.1:8080/',
  'http://[::1]:80@models.public/',
  `http://${'a'.repeat(300)}.public/`,
  `http://127.0.0.1/${'a'.repeat(9000)}`,
];

/** Addresses that lead, or might be read to lead, into the operator's own network: more than four hundred. */
export const payloads: readonly string[] = [
  ...privateAddresses.flatMap((address) =>
    spellings(address).flatMap((host, index) => [
      `${index % 2 === 0 ? 'https' : 'http'}://${host}/v1`,
      ...(index % 3 === 0 ? [`http://${host}:8080/v1`] : []),
    ]),
  ),
  ...sixes.flatMap((host) => [`https://${host}/v1`, `http://${host}:8080/`]),
  ...named.flatMap((host) => [`https://${host}/v1`, `http://${host}:8080/v1`]),
  ...schemes,
  ...oddities,
];
