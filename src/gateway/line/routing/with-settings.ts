import type { RouteSettings } from '../../../core/routing/route.ts';
import type { Target } from '../records.ts';

/** A target with what a route sets for it, and no more time than is left. The target itself when nothing differs. */
export const withSettings = (
  target: Target,
  settings: RouteSettings,
  { leftMs, streams }: { readonly leftMs: number; readonly streams: boolean },
): Target => {
  const { timeouts } = target.provider;
  const firstByteMs = Math.max(
    1,
    Math.min(
      timeouts.firstByteMs,
      (streams ? settings.streamFirstByteMs : undefined) ?? settings.firstByteMs ?? leftMs,
      leftMs,
    ),
  );
  const { overrides } = settings;
  if (firstByteMs === timeouts.firstByteMs && overrides === undefined) return target;
  return {
    ...target,
    ...(firstByteMs === timeouts.firstByteMs ? {} : { timeouts: { ...timeouts, firstByteMs } }),
    ...(overrides === undefined
      ? {}
      : {
          settings: {
            models: [],
            defaults: {},
            dropParams: [],
            ...target.settings,
            overrides: { ...target.settings?.overrides, ...overrides },
          },
        }),
  };
};
