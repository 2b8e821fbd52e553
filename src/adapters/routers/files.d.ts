/** A file that is part of the program: the default export is where it stands. */
declare module '*.bin' {
  const path: string;
  export default path;
}
