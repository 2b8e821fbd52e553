/** Parts of the runtime that take milliseconds to load at the start, and that many processes never need: they are loaded by the first use. */
export const lateModules = {
  net: () => process.getBuiltinModule('node:net'),
  tls: () => process.getBuiltinModule('node:tls'),
  zlib: () => process.getBuiltinModule('node:zlib'),
} as const;
