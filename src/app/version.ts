/** Kept equal to `package.json` by a test; read from here so that the compiled binary needs no file. */
export const version = '0.1.0';
