const established = '01';

/** Bytes the system holds for connections of these local ports: sent and not taken, and arrived and not read, at both ends. */
export const kernelQueuedBytes = async (ports: readonly number[]): Promise<number> => {
  const wanted = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')));
  const table = await Bun.file('/proc/net/tcp').text();
  let queued = 0;
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', remote = '', state, queues = ''] = line.trim().split(/\s+/);
    if (state !== established || !(wanted.has(portOf(local)) || wanted.has(portOf(remote)))) continue;
    const [sending = '0', received = '0'] = queues.split(':');
    queued += Number.parseInt(sending, 16) + Number.parseInt(received, 16);
  }
  return queued;
};

const portOf = (address: string): string => address.slice(address.indexOf(':') + 1);
