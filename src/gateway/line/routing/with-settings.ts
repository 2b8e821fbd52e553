import type { ModelSettings } from '../../../core/policy/model-settings.ts';
import type { RouteSettings } from '../../../core/routing/route.ts';
import type { Incoming } from '../../incoming.ts';
import type { Target } from '../records.ts';

interface Call {
  readonly leftMs: number;
  readonly streams: boolean;
  readonly incoming: Incoming;
}

/** A target with what a route sets for it, and no more time than is left. The target itself when nothing differs. */
export const withSettings = (target: Target, settings: RouteSettings, { leftMs, streams, incoming }: Call): Target => {
  const { timeouts } = target.provider;
  const ownMs = (streams ? settings.streamFirstByteMs : undefined) ?? settings.firstByteMs ?? leftMs;
  const firstByteMs = Math.max(1, Math.min(timeouts.firstByteMs, ownMs, leftMs));
  const own = mergedSettings(target.settings, settings);
  const forwarded = settings.forwards === undefined ? undefined : headersNamed(settings.forwards, incoming);
  if (firstByteMs === timeouts.firstByteMs && own === target.settings && forwarded === undefined) return target;
  return {
    ...target,
    ...(firstByteMs === timeouts.firstByteMs ? {} : { timeouts: { ...timeouts, firstByteMs } }),
    ...(own === undefined ? {} : { settings: own }),
    ...(forwarded === undefined ? {} : { forwarded }),
  };
};

const mergedSettings = (
  before: ModelSettings | undefined,
  { overrides, defaults, drops }: RouteSettings,
): ModelSettings | undefined => {
  if (overrides === undefined && defaults === undefined && drops === undefined) return before;
  return {
    models: before?.models ?? [],
    defaults: { ...before?.defaults, ...defaults },
    overrides: { ...before?.overrides, ...overrides },
    dropParams: [...(before?.dropParams ?? []), ...(drops ?? [])],
  };
};

const headersNamed = (names: readonly string[], incoming: Incoming): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = incoming.header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
