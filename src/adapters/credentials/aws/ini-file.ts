export type IniSections = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The sections of an AWS config or credentials file. Indented lines are members of a member, which nothing here reads. */
export const readIni = (text: string): IniSections => {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue;
    const name = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (name !== undefined) {
      const key = name.trim().replaceAll(/\s+/g, ' ').replaceAll(/["']/g, '');
      current = sections.get(key) ?? {};
      sections.set(key, current);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 0 || /^\s/.test(line) || current === undefined) continue;
    const value = line.slice(equals + 1).trim();
    current[line.slice(0, equals).trim().toLowerCase()] = value.replace(/\s+[#;].*$/, '');
  }
  return sections;
};
