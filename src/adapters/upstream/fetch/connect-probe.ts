import { lateModules } from '../late-modules.ts';

/**
 * Whether anything accepts connections at the URL's host and port within `limitMs`. `fetch` does not say when it has connected, so a call
 * whose head is late is checked from beside: no connection means the wait is in vain, an accepted one means the provider is only slow.
 */
export const acceptsConnections = (url: string, limitMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port, protocol } = new URL(url);
    const socket = lateModules.net().connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    });
    const finish = (accepted: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(accepted);
    };
    const timer = setTimeout(() => finish(false), limitMs);
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
