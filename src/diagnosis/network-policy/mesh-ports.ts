/**
 * Between meshed pods traffic goes to 4143, not to the port of the application: for opaque ports since 2.10, for all since 2.18. A
 * policy that lists the ports of applications lets the one through and not the other.
 */
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import { record, text } from '../../rollout/json.ts';
import type { LabelSelector } from '../../rollout/label-selector.ts';
import { grouped } from '../grouped.ts';
import type { ControlPlane } from '../view.ts';
import type { Ask } from './ask.ts';
import { askOf, narrowed, peerOf } from './ask-for.ts';
import { evaluate } from './evaluate.ts';
import type { LinkerdFlow } from './linkerd-model.ts';
import { matchPeer } from './matching.ts';
import { createMatrix } from './matrix.ts';
import { endOf, type MeshPod, workloadsOf } from './mesh-pods.ts';
import type { Direction, PolicyPod } from './model.ts';
import { classKey, tellingOf } from './pod-classes.ts';
import { match, type PolicyView } from './policy-view.ts';
import { cut, isIn, portList, single } from './port-ranges.ts';
import { ALL } from './port-table.ts';
import { hasPort, type PortRange, type PortSet } from './ports.ts';
import { rulePorts } from './rule-ports.ts';

/** Of the proxy, for what comes from other proxies. */
export const INBOUND = 4143;
/** Ports of the proxy, to which nobody sends for the application. */
const OF_PROXY: readonly number[] = [INBOUND, 4190, 4191];
/** What `config.linkerd.io/opaque-ports` is where nobody set it (2.11 and later). */
const OPAQUE = '25,587,3306,4444,5432,6379,9300,11211';
/** The injector leaves them alone in every pod. */
const SKIPPED = '4567,4568';

/** Ports of extensions that the API server alone asks: tap's, and those of injectors. What lets it in lets everybody in. */
const OF_API_SERVER: readonly number[] = [8089, 8443];
/** What rules of Egress name for DNS, the API server and the Internet: no sign that a pod is meant that declares no port. */
const ELSEWHERE: readonly number[] = [53, 443, 6443];
const ANY: readonly PortRange[] = [[1, 65_535]];

/** Whether meshed pods dial 4143 of each other for every port; before that for opaque ones alone. */
export const dialsInbound = ({ values }: Pick<ControlPlane, 'values'>, line: number): boolean =>
  line >= 18 && text(record(values.proxy).outboundTransportMode) !== 'transparent';

/** Flows between meshed pods that reach the application's port and not 4143, one for each destination and reason. */
export function meshPortFlows(
  view: PolicyView,
  pods: readonly MeshPod[],
  plane: Pick<ControlPlane, 'namespace' | 'values'>,
  line: number,
): readonly LinkerdFlow[] {
  if (line < 10 || view.policies.length === 0) return [];
  const { namespace, values } = plane;
  const opaqueOnly = !dialsInbound(plane, line);
  const opaque = portList(record(values.proxy).opaquePorts, OPAQUE);
  const telling = tellingOf(view.policies);
  const wire = (pod: MeshPod) => wirePorts(pod, opaqueOnly ? opaque : undefined);
  const classes = grouped(
    // The control plane is asked on its own ports in every release, and begins nothing with proxies.
    pods.filter(({ pod, component }) => !pod.hostNetwork && component === ''),
    (pod) => JSON.stringify([classKey(pod.pod, telling), wire(pod)]),
  );
  const first = classes.map(([one]) => one!);
  const matrix = createMatrix(
    view,
    first.map(({ pod }) => pod),
    false,
  );
  const labels = { matchLabels: { [CONTROL_PLANE_NS]: namespace } };
  return first.flatMap((destination, to): readonly LinkerdFlow[] => {
    const ports = wire(destination);
    if (ports.length === 0) return [];
    const blocked = new Map<number, boolean>();
    const isBlocked = (id: number) => {
      const before = blocked.get(id) ?? cutsOff(matrix.table.set(id), ports);
      blocked.set(id, before);
      return before;
    };
    const sources = first.flatMap((source, from) => {
      const id = matrix.between(from, to);
      // Pods that are alike speak with each other, too; a single one does not with itself.
      const isPair = from !== to || classes[to]!.length > 1;
      return isPair && id !== ALL && isBlocked(id) ? [{ source, all: classes[from]! }] : [];
    });
    const byReason = grouped(sources, ({ source }) =>
      view
        .selecting(source.pod, 'Egress')
        .map(({ policy }) => `${policy.namespace}/${policy.name}`)
        .join(),
    );
    return byReason.map((alike): LinkerdFlow => {
      const from = endOf(alike[0]!.source);
      const verdict = evaluate(view, { from, to: endOf(destination), protocol: 'TCP', port: INBOUND });
      const blocks = (direction: Direction) =>
        verdict.directions.some((one) => one.direction === direction && one.outcome === 'blocked');
      return {
        group: 'mesh',
        from: 'meshed pods',
        to: 'meshed pods that they reach on other ports',
        protocol: 'TCP',
        port: INBOUND,
        outcome: verdict.outcome,
        verdict,
        sources: workloadsOf(alike.flatMap(({ all }) => all)),
        destinations: workloadsOf(classes[to]!),
        breaks: opaqueOnly
          ? 'connections to opaque ports of these pods time out'
          : 'all traffic between these meshed pods times out',
        asks: [
          ...(blocks('Ingress')
            ? asksOf(view, 'Ingress', destination.pod, destination.pod, ports, labels)
            : []),
          ...(blocks('Egress')
            ? alike.flatMap(({ source }) =>
                asksOf(view, 'Egress', source.pod, destination.pod, ports, labels),
              )
            : []),
        ],
      };
    });
  });
}

/** Whether one of the ports is reached, and 4143 is not. */
const cutsOff = (set: PortSet, ports: readonly PortRange[]): boolean =>
  !hasPort(set, 'TCP', INBOUND) && reaches(set, ports);

const reaches = ({ TCP }: PortSet, ports: readonly PortRange[]): boolean =>
  ports.some(([low, high]) => TCP.some(([from, to]) => from <= high && low <= to));

/** Ports for which a meshed client dials 4143. Where a pod declares none, any may be meant. */
function wirePorts(
  { pod, annotations }: MeshPod,
  opaque: readonly PortRange[] | undefined,
): readonly PortRange[] {
  const skipped = [
    ...portList(annotations['config.linkerd.io/skip-inbound-ports'], ''),
    ...portList(SKIPPED, ''),
    ...OF_PROXY.map(single),
    ...(Object.hasOwn(pod.labels, 'linkerd.io/extension') ? OF_API_SERVER.map(single) : []),
  ];
  const own = portList(annotations['config.linkerd.io/opaque-ports'], '');
  const wanted = opaque === undefined ? undefined : own.length > 0 ? own : opaque;
  const declared = pod.ports
    .filter(({ protocol, port }) => protocol === 'TCP' && !OF_PROXY.includes(port))
    .map(({ port }) => port);
  const candidates =
    declared.length === 0
      ? (wanted ?? ANY).flatMap((range) => cut(range, ELSEWHERE.map(single)))
      : declared.filter((port) => wanted === undefined || isIn(wanted, port)).map(single);
  return candidates.flatMap((range) => cut(range, skipped));
}

/** Who may reach the application may reach 4143, if meshed: every rule that lets through one of the ports, once more. */
function asksOf(
  view: PolicyView,
  direction: Direction,
  self: PolicyPod,
  destination: PolicyPod,
  ports: readonly PortRange[],
  labels: LabelSelector,
): readonly Ask[] {
  return view.selecting(self, direction).flatMap(({ policy, sure }) =>
    policy.rules[direction].flatMap((rule): readonly Ask[] => {
      if (!sure || rule.type === 'unreadable' || !reaches(rulePorts(rule, destination), ports)) return [];
      const peers =
        rule.peers === undefined
          ? [peerOf(labels, undefined)]
          : rule.peers
              .filter(
                (peer) =>
                  direction === 'Ingress' ||
                  matchPeer(view, policy.namespace, peer, { type: 'pod', pod: destination }) !== match.no,
              )
              .map((peer) => narrowed(peer, labels))
              .filter((peer) => peer !== undefined);
      return peers.map((peer) =>
        askOf(view, self, direction, labels, { peer, protocol: 'TCP', port: INBOUND }),
      );
    }),
  );
}
