const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
};

/** A port could not be opened; the message says which one and why. */
export class PortError extends Error {}

/** Opens a port, and says in words which one could not be had. */
export const openPort = <Opened>(at: { readonly host: string; readonly port: number }, open: () => Opened): Opened => {
  try {
    return open();
  } catch (error) {
    const reason = reasons[(error as { readonly code?: string } | null)?.code ?? ''];
    if (reason === undefined) throw error;
    throw new PortError(`${at.host}:${at.port} ${reason}.`, { cause: error });
  }
};
