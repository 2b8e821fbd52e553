import { type IpAddress, type IpRange, inRange, readIpRange } from './ip-address.ts';

const rangesOf = (texts: readonly string[]): readonly IpRange[] =>
  texts.flatMap((text) => {
    const range = readIpRange(text);
    return range === undefined ? [] : [range];
  });

/** Not the open internet: IANA's registry of special addresses of version 4 (RFC 6890 and what came after). */
const special4 = rangesOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Inside Azure this public address is the machine's own host.
  '168.63.129.16/32',
]);

/** Version 6 is given out from here only… */
const givenOut6 = rangesOf(['2000::/3']);
/** …less what tunnels, tests and examples have of it. */
const special6 = rangesOf(['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']);

/** Addresses of version 6 that stand for one of version 4, which their last four bytes are. */
const carries4 = rangesOf(['::ffff:0:0/96', '64:ff9b::/96']);

/** Where clouds tell a machine its own secrets. Never meant by a range, only by its very number. */
const metadata = rangesOf([
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
]);

/** The address that is called in the end: a mapped or translated one is the one of version 4 in it. */
export const calledAddress = (address: IpAddress): IpAddress =>
  carries4.some((range) => inRange(address, range)) ? { version: 4, bytes: address.bytes.slice(12) } : address;

/** Whether it is one of the open internet, which anyone may call. */
export const isPublicAddress = (address: IpAddress): boolean => {
  const called = calledAddress(address);
  if (called.version === 4) return !special4.some((range) => inRange(called, range));
  return givenOut6.some((range) => inRange(called, range)) && !special6.some((range) => inRange(called, range));
};

export const isMetadataAddress = (address: IpAddress): boolean => {
  const called = calledAddress(address);
  return metadata.some((range) => inRange(called, range));
};
