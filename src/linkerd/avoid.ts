/**
 * Releases that nobody should go to. Sources: the upgrade notices and release notes of linkerd.io, the round-ups of edge releases in its
 * blog, and the issues of linkerd/linkerd2 that are named here.
 */
import { readLinkerdName } from '../runbook/linkerd-version.ts';
import { knownLine } from './lines.ts';
import { has } from './version-order.ts';

/** Why a release is left out, and what to take in its place. */
export interface Avoided {
  readonly reason: string;
  readonly instead: string;
  /** It concerns those alone who install in this way. */
  readonly method?: 'cli' | 'helm';
}

type Range = readonly [first: string, last: string, Avoided];

const stable = (first: string, last: string, reason: string, instead: string): Range => [
  `stable-${first}`,
  `stable-${last}`,
  { reason, instead: `stable-${instead}` },
];

const edge = (first: string, last: string, reason: string, instead: string): Range => [
  `edge-${first}`,
  `edge-${last}`,
  { reason, instead: `edge-${instead}` },
];

const overrides =
  'it loses the stored settings (Secret linkerd-config-overrides) in the next upgrade with --prune, and its proxies cannot speak HTTP/1 with those of 2.8';
const ipv6 = 'it has an IPv6 bug';
const links = 'its Links (v1alpha2) do not work with the multicluster extension of other releases';
const memory = 'its proxies take ever more memory for HTTP/1';

const ranges: readonly Range[] = [
  stable('2.9.0', '2.9.2', overrides, '2.9.5'),
  stable(
    '2.9.3',
    '2.9.3',
    'it was to mend HTTP/1 between its proxies and those of 2.8, and does not',
    '2.9.5',
  ),
  stable(
    '2.11.0',
    '2.11.1',
    'its policy controller cannot talk to some API servers (#7104, #7275)',
    '2.11.5',
  ),
  stable(
    '2.12.0',
    '2.12.0',
    'its jaeger injector breaks the upgrade from 2.11 (#9398), and its PodDisruptionBudgets are of an API version that Kubernetes 1.25 no longer has',
    '2.12.6',
  ),
  stable(
    '2.13.0',
    '2.13.2',
    'its proxies cannot route under a control plane of 2.12, and what is sent by pods in ingress mode is not found (#10908)',
    '2.13.7',
  ),
  stable('2.13.3', '2.13.4', 'what is sent by pods in ingress mode is not found (#10908)', '2.13.7'),
  stable('2.13.5', '2.13.5', 'its proxies shed load that they should carry (#11055)', '2.13.7'),
  [
    'stable-2.14.6',
    'stable-2.14.6',
    {
      reason: 'its chart installs the images of 2.14.5, which do not start with its arguments (#11721)',
      instead: 'stable-2.14.10',
      method: 'helm',
    },
  ],
  edge('24.3.3', '24.3.3', 'it was replaced within the week', '24.3.4'),
  edge('24.4.3', '24.4.3', 'the names of its metrics slipped', '24.4.4'),
  edge('24.5.1', '24.5.4', 'IPv6 and the CNI plugin do not work on GKE', '24.5.5'),
  edge('24.9.3', '24.9.3', links, '24.10.3'),
  edge('24.10.1', '24.10.2', links, '24.10.3'),
  edge(
    '24.11.2',
    '24.11.2',
    'its `linkerd diagnostics endpoints` is wrong for federated Services',
    '24.11.3',
  ),
  edge('24.11.6', '24.11.6', 'it was replaced on the same day', '24.11.7'),
  edge('25.1.1', '25.1.1', 'it makes wrong Links', '25.1.2'),
  edge('25.2.2', '25.2.3', ipv6, '25.4.1'),
  edge('25.3.1', '25.3.1', `${ipv6}, and one with the definitions of the Gateway API`, '25.4.1'),
  edge('25.3.2', '25.3.2', ipv6, '25.4.1'),
  edge(
    '25.3.3',
    '25.3.3',
    `${ipv6}, and its mirror controller asks for a ClusterRole that it should not need`,
    '25.4.1',
  ),
  edge('25.3.4', '25.3.4', 'its CLI cannot install the definitions of the Gateway API', '25.4.1'),
  edge('25.6.1', '25.6.4', memory, '25.7.6'),
  edge('25.7.1', '25.7.3', memory, '25.7.6'),
  edge(
    '25.10.2',
    '25.10.6',
    'its control plane and proxies run out of memory, and requests fail with 503 and 504 (#14605)',
    '25.10.7',
  ),
  edge('25.11.2', '25.11.2', 'mesh expansion with SPIRE does not work', '25.11.3'),
];

/** Releases of other channels are not meant, also where they belong to the same line. */
const within = (version: string, [first, last]: Range): boolean =>
  readLinkerdName(version)?.channel === readLinkerdName(first)?.channel &&
  has(version, first) &&
  has(last, version);

/**
 * Why nobody should go to this release; undefined where nothing speaks against it. Without a method, what concerns users of Helm alone
 * counts too. A candidate for a release is never one to go to.
 */
export function avoided(version: string, method?: 'cli' | 'helm'): Avoided | undefined {
  const name = readLinkerdName(version);
  if (name === undefined || name.preview !== '') {
    const instead = knownLine(name?.line ?? 0)?.best;
    return instead === undefined ? undefined : { reason: 'it is a candidate, not a release', instead };
  }
  return ranges
    .filter((range) => within(version, range))
    .map(([, , why]) => why)
    .find((why) => method === undefined || why.method === undefined || why.method === method);
}
