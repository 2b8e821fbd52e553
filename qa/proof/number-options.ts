import { parseArgs } from 'node:util';

/** The numbers of the command line, by name; what is not said is as given. */
export const numberOptions = <Name extends string>(
  usual: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> => {
  const names = Object.keys(usual) as Name[];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: 'string' as const, default: String(usual[name]) }]),
  );
  const { values } = parseArgs({ options });
  return Object.fromEntries(names.map((name) => [name, Number(values[name])])) as Record<Name, number>;
};
