import type { RouteSettings } from './route.ts';

type Tagged = { readonly settings: Pick<RouteSettings, 'tags'> };

/** What takes requests that name no tag, when something else is tagged so. */
const usual = 'default';

/**
 * The targets for a request with these tags: those with one of them (with `every`, with all), else those tagged `default`. A request without tags is for
 * those tagged `default`, or for all where none is. `!tag` leaves out what has that tag.
 */
export const pickTagged = <Thing extends Tagged>(
  things: readonly Thing[],
  tags: readonly string[],
  every: boolean,
): readonly Thing[] => {
  const never = tags.filter((tag) => tag.startsWith('!')).map((tag) => tag.slice(1));
  const wanted = tags.filter((tag) => !tag.startsWith('!'));
  const left = things.filter((thing) => !never.some((tag) => has(thing, tag)));
  const usuals = left.filter((thing) => has(thing, usual));
  if (wanted.length === 0) return usuals.length > 0 ? usuals : left;
  const fitting = left.filter((thing) =>
    every ? wanted.every((tag) => has(thing, tag)) : wanted.some((tag) => has(thing, tag)),
  );
  return fitting.length > 0 ? fitting : usuals;
};

const has = ({ settings }: Tagged, tag: string): boolean => settings.tags?.includes(tag) === true;
