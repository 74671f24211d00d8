/** What a verdict says in words: which policy selects the pod, which rule came closest, and what in it did not match. */
import type { LabelSelector } from '../../rollout/label-selector.ts';
import type { Endpoint, Flow, RuleMatch } from './matching.ts';
import { type Direction, fullName, type Peer, type PolicyPort } from './model.ts';
import { match } from './policy-view.ts';
import { formatRange } from './ports.ts';
import type { Fitting, Outcome, Why } from './verdict.ts';

interface Told {
  readonly outcome: Outcome;
  readonly why: Why;
  readonly direction: Direction;
  readonly flow: Flow;
  readonly nearest: Fitting;
  readonly policies: readonly string[];
  readonly pod: string;
}

/** One direction of a flow in one sentence. */
export function directionText(told: Told): string {
  const { outcome, why, direction, nearest, policies, pod } = told;
  const policy = `NetworkPolicy ${fullName(nearest.policy)}`;
  const rule = nearest.best?.rule.type === 'rule' ? `, ${nearest.best.rule.path},` : '';
  if (outcome === 'allowed') return `${policy}${rule} lets ${describeFlow(told.flow)} through`;
  if (why === 'plugin') {
    const what =
      nearest.best?.port === match.cni
        ? 'by the name of a port of an init container that keeps running'
        : 'by an ipBlock with the address of a pod';
    return `${policy}${rule} lets ${describeFlow(told.flow)} through ${what}: that depends on the network plugin`;
  }
  if (why === 'host network')
    return `${pod} is on the network of its node: whether policies apply to it depends on the network plugin`;
  if (why === 'unread')
    return `${policy}${rule} may let ${describeFlow(told.flow)} through: what it selects or means cannot be told`;
  const selects = policies.length === 1 ? `${policy} selects` : `NetworkPolicies ${listed(policies)} select`;
  const blocked = `${selects} ${pod} for ${direction}, but ${describeFlow(told.flow)} is not allowed by any ${direction.toLowerCase()} rule`;
  const missed = nearest.best === undefined ? ', for there is none' : describeMiss(nearest.best);
  return `${blocked}${missed}`;
}

const listed = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

function describeMiss({ rule, peer, port }: RuleMatch): string {
  if (rule.type === 'unreadable') return '';
  const ports = `only ${(rule.ports ?? []).map(describePort).join(', ')}`;
  const peers = `only ${(rule.peers ?? []).map(describePeer).join(', or ')}`;
  const missed = [...(peer === match.no ? [peers] : []), ...(port === match.no ? [ports] : [])];
  return missed.length === 0 ? '' : `; ${rule.path} comes closest, and means ${missed.join(' and ')}`;
}

/** `shop/web to TCP 8080 of shop/api`. */
const describeFlow = ({ from, to, port, protocol }: Flow): string =>
  `${describeEnd(from)} to ${protocol} ${port} of ${describeEnd(to)}`;

const describeEnd = (end: Endpoint): string => (end.type === 'pod' ? fullName(end.pod) : end.name);

/** `TCP 8080-8090`. */
function describePort(port: PolicyPort): string {
  switch (port.type) {
    case 'unreadable':
      return 'a port that cannot be read';
    case 'protocol':
      return port.protocol;
    case 'numbers':
      return `${port.protocol} ${formatRange([port.from, port.to])}`;
    case 'name':
      return `${port.protocol} ${port.name}`;
  }
}

/** `pods with app=web in namespaces with team=a`. */
function describePeer(peer: Peer): string {
  switch (peer.type) {
    case 'unreadable':
      return 'a peer that cannot be read';
    case 'block':
      return peer.except.length === 0 ? peer.cidr : `${peer.cidr} without ${peer.except.join(', ')}`;
    case 'pods': {
      const pods = `pods${withLabels(peer.pods?.selector)}`;
      if (peer.namespaces === undefined) return `${pods} of its own namespace`;
      const labels = withLabels(peer.namespaces.selector);
      return labels === '' ? `${pods} of all namespaces` : `${pods} in namespaces${labels}`;
    }
  }
}

function withLabels({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const labels = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) =>
      [key, operator, ...(values.length === 0 ? [] : [values.join('|')])].join(' '),
    ),
  ];
  return labels.length === 0 ? '' : ` with ${labels.join(' and ')}`;
}
