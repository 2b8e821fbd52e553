import type { Egress } from '../../core/catalog/active-provider.ts';
import type { Environment } from '../expand-environment.ts';

export interface ProxySettings {
  /** An address or `none`; undefined leaves it to the environment. */
  readonly proxy?: string;
  readonly noProxy?: readonly string[];
}

/**
 * The proxy a call to this address goes through; undefined for none. The settings win over `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`
 * (or their lower-case names). This machine itself is never reached through a proxy that only the environment names.
 */
export const proxyFor = (url: string, settings: ProxySettings, environment: Environment): string | undefined => {
  const target = targetOf(url);
  if (target === undefined || settings.proxy === 'none') return undefined;
  const noProxy = settings.noProxy ?? listOf(variable(environment, 'NO_PROXY'));
  if (noProxy.some((rule) => matches(rule, target))) return undefined;
  if (settings.proxy !== undefined) return settings.proxy;
  if (isThisMachine(target.host)) return undefined;
  const found =
    variable(environment, target.secure ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? variable(environment, 'ALL_PROXY');
  if (found === undefined) return undefined;
  return found.includes('://') ? found : `http://${found}`;
};

/** How a call to this address leaves; empty when it goes out straight. */
export const wayOut = (
  url: string,
  { ca, ...settings }: ProxySettings & { readonly ca?: string | undefined },
  environment: Environment,
): { readonly egress?: Egress } => {
  const proxy = proxyFor(url, settings, environment);
  if (proxy === undefined && ca === undefined) return {};
  return { egress: { ...(proxy === undefined ? {} : { proxy }), ...(ca === undefined ? {} : { ca }) } };
};

/** Variables that name proxies, in all spellings that are read. */
export const proxyVariables: readonly string[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap(
  (name) => [name, name.toLowerCase()],
);

interface Target {
  readonly secure: boolean;
  readonly host: string;
  readonly port: string;
}

const targetOf = (url: string): Target | undefined => {
  const parts = /^(https?):\/\/(?:\[([^\]]+)\]|([^/:?#]+))(?::(\d+))?/i.exec(url);
  if (parts === null) return undefined;
  const secure = parts[1]?.toLowerCase() === 'https';
  return { secure, host: (parts[2] ?? parts[3] ?? '').toLowerCase(), port: parts[4] ?? (secure ? '443' : '80') };
};

const variable = (environment: Environment, name: string): string | undefined => {
  const value = (environment[name.toLowerCase()] ?? environment[name])?.trim();
  return value === '' ? undefined : value;
};

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/[\s,]+/).filter((rule) => rule !== '');

const matches = (rule: string, { host, port }: Target): boolean => {
  const wanted = rule.trim().toLowerCase();
  if (wanted === '*') return true;
  if (wanted.includes('/')) return inNetwork(host, wanted);
  const parts = /^(?:\[([^\]]+)\]|([^:]+|[0-9a-f:]+))(?::(\d+))?$/.exec(wanted);
  if (parts === null) return false;
  if (parts[3] !== undefined && parts[3] !== port) return false;
  const name = (parts[1] ?? parts[2] ?? '').replace(/^\*?\./, '');
  return host === name || host.endsWith(`.${name}`);
};

const inNetwork = (host: string, network: string): boolean => {
  const [base = '', length = ''] = network.split('/');
  const [address, start] = [ipv4(host), ipv4(base)];
  const bits = Number(length);
  if (address === undefined || start === undefined || !/^\d+$/.test(length) || bits > 32) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(start / size);
};

const ipv4 = (text: string): number | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
};

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '::1' || inNetwork(host, '127.0.0.0/8');
