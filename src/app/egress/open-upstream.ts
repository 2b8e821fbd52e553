import { EgressGuard } from '../../adapters/egress/egress-guard.ts';
import { systemLookUp } from '../../adapters/egress/look-up.ts';
import { CheckedUpstream } from '../../adapters/upstream/checked-upstream.ts';
import { FetchUpstream } from '../../adapters/upstream/fetch/fetch-upstream.ts';
import { HttpUpstream } from '../../adapters/upstream/http-upstream.ts';
import { SocketUpstream } from '../../adapters/upstream/socket/socket-upstream.ts';
import type { SluiceConfig } from '../../contract/settings.ts';
import type { EgressRule } from '../../core/policy/egress/egress-rule.ts';
import type { Upstream } from '../../ports/upstream.ts';

export interface OpenedUpstream {
  readonly upstream: Upstream;
  closeIdle(): void;
  /** The configuration has changed. */
  allow(rules: readonly EgressRule[] | undefined): void;
}

/** The one way out: every call that leaves the process goes over it. */
export const openUpstream = (
  { egress }: Pick<SluiceConfig, 'egress'>,
  write: (line: string) => void,
): OpenedUpstream => {
  let rules = egress.allow ?? [];
  const fetching = new FetchUpstream();
  const sockets = new SocketUpstream();
  const refused = (url: string, reason: string): void =>
    write(
      JSON.stringify({
        time: new Date().toISOString(),
        level: 'warn',
        event: 'egress-refused',
        host: shownHost(url),
        reason,
      }),
    );
  const guard = new EgressGuard({ rules: () => rules, lookUp: systemLookUp });
  const checked = new CheckedUpstream({ guard, straight: sockets, proxied: fetching, refused });
  const straight = egress.client === 'socket' ? sockets : fetching;
  return {
    upstream: new HttpUpstream({ straight, proxied: fetching, checked }),
    closeIdle: () => sockets.close(),
    allow: (next = []) => {
      rules = next;
    },
  };
};

/** A caller wrote it, so it is cut, and names and passwords in it are nobody's to read. */
const shownHost = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'not an address').slice(0, 260);
