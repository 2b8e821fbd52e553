import { dlopen } from 'bun:ffi';

const solSocket = 1;
const soRcvbuf = 8;

type SetSocketOption = (fd: number, level: number, name: number, value: Int32Array, length: number) => number;

let setSocketOption: SetSocketOption | undefined;
let looked = false;

/** The system doubles what it is told. Less stops the flow on devices with large packets; the wide one is cut to what the system allows. */
const bytesOf = { narrow: 32 * 1024, wide: 4 * 1024 * 1024 } as const;

/**
 * How much of an answer the system takes ahead of its reader. Left alone it widens the buffer of a connection that is read in large pieces up to
 * megabytes, and the runtime takes half a megabyte of it in one read. False where it cannot be set.
 */
export const setReceiveBuffer = (fd: number, size: keyof typeof bytesOf): boolean => {
  const set = lookUp();
  return set !== undefined && set(fd, solSocket, soRcvbuf, Int32Array.of(bytesOf[size]), 4) === 0;
};

const lookUp = (): SetSocketOption | undefined => {
  if (looked || process.platform !== 'linux') return setSocketOption;
  looked = true;
  for (const library of ['libc.so.6', 'libc.so'])
    try {
      const { symbols } = dlopen(library, {
        setsockopt: { args: ['i32', 'i32', 'i32', 'buffer', 'u32'], returns: 'i32' },
      });
      setSocketOption = symbols.setsockopt as unknown as SetSocketOption;
      return setSocketOption;
    } catch {
      // The other kind of C library, or none that may be loaded.
    }
  return undefined;
};
