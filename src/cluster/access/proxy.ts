/** Which proxy, if any, a request goes through, by the environment variables and rules that kubectl follows (Go's httpproxy). */
import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/** The URL of the proxy for a server, or undefined for a direct connection. */
export function proxyFor(server: string, env: Env): string | undefined {
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    return undefined;
  }
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name] || env[name.toLowerCase()];
  if (proxy === undefined || proxy === '' || isExempt(url, env.NO_PROXY || env.no_proxy || ''))
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true;
  return list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return inRange(entry, host);
  const [, name = entry, wantedPort] =
    /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `${entry}` : entry) ?? [];
  if (isIP(entry) === 6) return entry === host;
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*?\./, '');
  const subdomainsOnly = domain !== name;
  return host.endsWith(`.${domain}`) || (!subdomainsOnly && host === domain);
}

function inRange(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const [kind, hostKind] = [isIP(network), isIP(host)];
  if (kind === 0 || kind !== hostKind) return false;
  try {
    const ranges = new BlockList();
    const family = kind === 6 ? 'ipv6' : 'ipv4';
    ranges.addSubnet(network, Number(bits), family);
    return ranges.check(host, family);
  } catch {
    return false;
  }
}
