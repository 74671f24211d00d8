/** Flows of Linkerd that NetworkPolicies block, and those of which that cannot be told. */
import { lineOf } from '../../linkerd/version-order.ts';
import type { Detector, Found } from '../detector.ts';
import { type Certainty, type Evidence, longestParameter } from '../finding.ts';
import { type Cut, endsOf, subjectsOf, tracesOf } from '../network-policy/cut-off.ts';
import { type Enforcement, enforcement } from '../network-policy/enforcement.ts';
import { linkerdFlows } from '../network-policy/linkerd-flows.ts';
import type { LinkerdFlow, NeedGroup } from '../network-policy/linkerd-model.ts';
import { createPolicyView } from '../network-policy/policy-view.ts';
import { policyList, smallestPolicies } from '../network-policy/smallest-policies.ts';
import { snapshotPolicies } from '../network-policy/snapshot-policies.ts';
import type { ControlPlane, View } from '../view.ts';

export const networkPolicyDetector: Detector = {
  kinds: {
    'network-policy-blocks-control-plane': {
      severity: 'blocker',
      layer: 'cluster',
      title: 'NetworkPolicies keep proxies from the control plane',
    },
    'network-policy-blocks-webhooks': {
      severity: 'blocker',
      layer: 'cluster',
      title: 'NetworkPolicies keep the API server from webhooks of Linkerd',
    },
    'network-policy-blocks-mesh': {
      severity: 'error',
      layer: 'cluster',
      title: 'NetworkPolicies let the ports of applications through, and not that of the proxy',
    },
    'network-policy-blocks-observability': {
      severity: 'warning',
      layer: 'cluster',
      title: 'NetworkPolicies keep Prometheus or tap from proxies',
    },
    'network-policy-undetermined': {
      severity: 'info',
      layer: 'cluster',
      title: 'Whether policies let Linkerd’s traffic through cannot be told',
    },
  },
  needs: ['networkPolicies', 'pods'],
  look: (view) => {
    const policies = createPolicyView(
      snapshotPolicies((part) =>
        view.snapshot.objects[part].state === 'read' ? view.objects(part) : undefined,
      ),
    );
    if (policies.policies.length === 0 && policies.foreign.length === 0) return [];
    return view.controlPlanes
      .filter(({ meta }) => meta.state === 'found')
      .flatMap((plane) => {
        const flows = (line: number) => linkerdFlows(view, policies, plane, line);
        return lookAt(view, plane, flows);
      });
  },
};

const NEWEST = 20;

function lookAt(
  view: View,
  plane: ControlPlane,
  flows: (line: number) => readonly LinkerdFlow[],
): readonly Found[] {
  // Of a release that is not known the newest is assumed: what it needs, the others need, or it does no harm.
  const line = plane.line ?? NEWEST;
  const target = lineOf(view.snapshot.walk?.target ?? '') ?? line;
  const now = flows(line);
  const known = new Set(now.filter(isBlocked).map(keyOf));
  const then = target <= line ? [] : flows(target);
  const later = then.filter((flow) => isBlocked(flow) && !known.has(keyOf(flow)));
  const blocked = now.filter(isBlocked);
  const enforced = enforcement(view);
  const proposed = policyList(smallestPolicies([...blocked, ...later].flatMap(({ asks }) => asks)), {
    first: plane.namespace,
    longest: longestParameter,
  });
  const groups = ['control-plane', 'webhooks', 'mesh', 'observability'] as const;
  const unclear = now.filter(({ outcome }) => outcome === 'undetermined' || outcome === 'cni-dependent');
  if (enforced === 'ignored') {
    return [...blocked, ...unclear].length === 0
      ? []
      : [unclearFinding(plane, [...blocked, ...unclear], enforced)];
  }
  const certainty = enforced === 'enforced' ? 'confirmed' : 'likely';
  return [
    ...groups.flatMap((group) => {
      const of = blocked.filter((flow) => flow.group === group);
      const soon = later.filter((flow) => flow.group === group);
      if (of.length > 0) return [blockedFinding(group, { blocked: of, all: now }, certainty, proposed)];
      return soon.length > 0
        ? [laterFinding(group, { blocked: soon, all: then }, target, certainty, proposed)]
        : [];
    }),
    ...(unclear.length === 0 ? [] : [unclearFinding(plane, unclear, enforced)]),
  ];
}

const isBlocked = ({ outcome }: LinkerdFlow) => outcome === 'blocked';
const keyOf = ({ from, to, port, protocol, sources, destinations }: LinkerdFlow) =>
  JSON.stringify([from, to, port, protocol, sources[0], destinations[0]]);

const explanations: Readonly<Record<NeedGroup, string>> = {
  'control-plane':
    'A proxy that does not reach the control plane gets no certificate, no destinations and no policies: pods that start now do not become ready, and an upgrade starts all of them.',
  webhooks:
    'The API server is no pod, so no selector of pods or namespaces lets it in. Calls of the webhook time out: pods get no proxy or cannot be created.',
  mesh: 'A proxy sends to port 4143 of another proxy where the application has another port. What is dropped there times out.',
  observability: 'The mesh works, and nothing is seen of it: that hides what an upgrade breaks.',
};

function blockedFinding(
  group: NeedGroup,
  cut: Cut,
  certainty: Certainty,
  proposed: ReturnType<typeof policyList>,
): Found {
  const flows = cut.blocked;
  const first = flows[0]!;
  return {
    code: `network-policy-blocks-${group}`,
    certainty,
    title: `NetworkPolicies keep ${listed(endsOf(cut, 'from').map(({ name }) => name))} from ${listed(reached(cut))}`,
    explanation: `${explanations[group]} Here: ${first.breaks}.`,
    subjects: subjectsOf(group, flows),
    evidence: tracesOf(flows),
    causes: [
      'A policy that denies by default, with rules for the ports of applications alone',
      'A rule that takes only pods, where the API server calls',
      'Ports that a newer release needs and the policies do not have yet',
    ],
    remedy: {
      text: `Apply the smallest policies that let these flows through. They add to those that are there, and take nothing away.${
        proposed.left === 0
          ? ''
          : ` There is no room for ${proposed.left} more of them: look again afterwards.`
      }`,
      risk: 'change',
      verify: 'handrail netpol --linkerd says that nothing is blocked',
      parameters: { POLICIES: proposed.json },
    },
  };
}

/** What the version that is upgraded to needs, and this one does not. */
function laterFinding(
  group: NeedGroup,
  cut: Cut,
  target: number,
  certainty: Certainty,
  proposed: ReturnType<typeof policyList>,
): Found {
  const found = blockedFinding(group, cut, certainty, proposed);
  return { ...found, severity: 'warning', title: `From 2.${target} on: ${found.title}` };
}

function unclearFinding(plane: ControlPlane, flows: readonly LinkerdFlow[], enforced: Enforcement): Found {
  const ignored = enforced === 'ignored';
  return {
    code: 'network-policy-undetermined',
    certainty: 'undetermined',
    title: ignored
      ? `NetworkPolicies would block flows of ${plane.namespace}, if the network plugin held to them`
      : `${flows.length === 1 ? 'One flow' : `${flows.length} flows`} of the mesh of ${plane.namespace} cannot be judged`,
    explanation: ignored
      ? 'Flannel does not enforce policies. With another plugin beside it, or in its place, they count.'
      : 'Policies that are not evaluated, or rules about which network plugins differ, decide over them.',
    subjects: [{ kind: 'Namespace', name: plane.namespace }],
    evidence: flows.flatMap((flow): readonly Evidence[] => [
      {
        kind: 'policy',
        ref: `${flow.from} to ${flow.protocol} ${flow.port} of ${flow.to}`,
        value: flow.verdict.text,
      },
    ]),
    causes: [
      'Policies of Cilium, Calico or Antrea, or AdminNetworkPolicies',
      'ipBlocks with addresses of pods or nodes',
    ],
    remedy: {
      text: 'Look at these flows with the tools of the network plugin, or try them: the verdict of each names what it rests on.',
      risk: 'look',
      verify: 'handrail netpol --linkerd lists them',
    },
  };
}

/** `linkerd/destination (8086, 8090)`. */
const reached = (cut: Cut): readonly string[] =>
  endsOf(cut, 'to').map(({ name, flows }) => {
    const ports = [...new Set(flows.map(({ port }) => port))];
    return `${name} (${ports.join(', ')})`;
  });

const listed = (all: readonly string[]): string =>
  all.length <= 4 ? all.join(', ') : `${all.slice(0, 4).join(', ')} and ${all.length - 4} more`;
