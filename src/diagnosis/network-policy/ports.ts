/** Sets of ports: what of TCP, UDP and SCTP gets through. Ranges are sorted, disjoint and as long as they can be. */

export const protocols = ['SCTP', 'TCP', 'UDP'] as const;
export type Protocol = (typeof protocols)[number];

/** From and to, both among them. */
export type PortRange = readonly [from: number, to: number];
export type PortSet = Readonly<Record<Protocol, readonly PortRange[]>>;

export const MAX_PORT = 65_535;
const ALL: readonly PortRange[] = [[1, MAX_PORT]];

export const noPorts: PortSet = { SCTP: [], TCP: [], UDP: [] };
export const allPorts: PortSet = { SCTP: ALL, TCP: ALL, UDP: ALL };

export const isProtocol = (value: unknown): value is Protocol => protocols.some((one) => one === value);

/** The ports of one protocol. */
export const portsOf = (protocol: Protocol, ranges: readonly PortRange[]): PortSet => ({
  ...noPorts,
  [protocol]: joined(ranges),
});

export const unitePorts = (a: PortSet, b: PortSet): PortSet => ({
  SCTP: joined([...a.SCTP, ...b.SCTP]),
  TCP: joined([...a.TCP, ...b.TCP]),
  UDP: joined([...a.UDP, ...b.UDP]),
});

export const intersectPorts = (a: PortSet, b: PortSet): PortSet => ({
  SCTP: common(a.SCTP, b.SCTP),
  TCP: common(a.TCP, b.TCP),
  UDP: common(a.UDP, b.UDP),
});

export const hasPort = (set: PortSet, protocol: Protocol, port: number): boolean =>
  set[protocol].some(([from, to]) => from <= port && port <= to);

/** As lists of connections write them: `TCP 80,8080-8090,UDP 53`, `All Connections`, or '' for none. */
export function formatPorts(set: PortSet): string {
  if (protocols.every((protocol) => isAll(set[protocol]))) return 'All Connections';
  return protocols
    .filter((protocol) => set[protocol].length > 0)
    .map((protocol) => `${protocol} ${set[protocol].map(formatRange).join(',')}`)
    .join(',');
}

/** `80` or `8080-8090`. */
export const formatRange = ([from, to]: PortRange): string => (from === to ? String(from) : `${from}-${to}`);

const isAll = (ranges: readonly PortRange[]) =>
  ranges.length === 1 && ranges[0]![0] <= 1 && ranges[0]![1] === MAX_PORT;

function joined(ranges: readonly PortRange[]): readonly PortRange[] {
  if (ranges.length < 2) return ranges;
  const all: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

const common = (a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] =>
  a === ALL
    ? b
    : b === ALL
      ? a
      : a.flatMap(([from, to]) =>
          b.flatMap(([low, high]): readonly PortRange[] =>
            low <= to && from <= high ? [[Math.max(from, low), Math.min(to, high)]] : [],
          ),
        );
