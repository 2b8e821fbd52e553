/** The same is not told again for so long. */
const quietMs = 3_600_000;

/** Writes a line when a provider refuses one of its keys: which one of the list, never what it is. */
export const keyRefusals = (
  write: (line: string) => void,
  wallMs: () => number,
): ((provider: string, place: number) => void) => {
  const told = new Map<string, number>();
  return (provider, place) => {
    const nowMs = wallMs();
    const name = `${provider} ${place}`;
    if (nowMs - (told.get(name) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    told.set(name, nowMs);
    const message = `${provider} refuses key ${place} of its list. The others are used; replace it.`;
    write(
      JSON.stringify({
        time: new Date(nowMs).toISOString(),
        level: 'warn',
        event: 'key-refused',
        provider,
        key: place,
        message,
      }),
    );
  };
};
