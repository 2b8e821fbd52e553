import type { Finding } from '../config-problem.ts';
import type { ConfigDocument } from '../config-schema.ts';

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);
const usualHost = '127.0.0.1';

/** Two ports that cannot both be had. */
export const checkPorts = ({ server, admin }: ConfigDocument): readonly Finding[] => {
  if (admin === undefined || admin.port === 0 || admin.port !== server.port) return [];
  const hosts = [server.host ?? usualHost, admin.host];
  if (hosts[0] !== hosts[1] && !hosts.some((host) => everyAddress.has(host))) return [];
  return [
    { path: ['admin', 'port'], part: 'value', message: 'is the port of `server` too', fix: 'give it another port' },
  ];
};
