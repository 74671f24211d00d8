/** Whether the API server reaches what it calls: NetworkPolicies by findings, and what is between it and the nodes as far as it shows. */
import { counted } from '../../../data-plane/words.ts';
import { entry, record, records, text, time } from '../../../rollout/json.ts';
import { networkPolicyDetector } from '../../detectors/network-policy.ts';
import { byWorkload, fieldOf, meshedPods, targetLine } from '../../meshed-pods.ts';
import type { View } from '../../view.ts';
import { injectorOf } from '../../webhooks.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { info, unchecked } from '../remarks.ts';

export const networkPoliciesCheck: PreflightCheck = {
  name: 'network-policies',
  group: 'network',
  holds: 'NetworkPolicies let through what Linkerd needs, now and at the target',
  codes: [
    'network-policy-blocks-control-plane',
    'network-policy-blocks-webhooks',
    'network-policy-blocks-mesh',
    'network-policy-blocks-observability',
    'network-policy-undetermined',
  ],
  atTarget: [networkPolicyDetector],
  needs: ['networkPolicies'],
  look: (view) => {
    const count = view.objects('networkPolicies').length + view.objects('foreignPolicies').length;
    return [
      info(
        count === 0
          ? 'There are no network policies.'
          : `${counted(count, 'policy', 'policies')} looked at: handrail netpol --linkerd lists each flow.`,
      ),
    ];
  },
};

/** Where clusters are private by habit: what a node says of its provider, and what is to be done there. */
const providers: readonly {
  readonly name: string;
  readonly label: RegExp;
  readonly id: RegExp;
  readonly todo: string;
}[] = [
  {
    name: 'GKE',
    label: /^cloud\.google\.com\/gke-/,
    id: /^gce:/,
    todo: 'In a private GKE cluster the firewall lets the control plane reach 443 and 10250 alone: add tcp 8443, 9443 and 8089 from its CIDR to the nodes.',
  },
  {
    name: 'AKS',
    label: /^kubernetes\.azure\.com\//,
    id: /^azure:/,
    todo: 'In a private AKS cluster, or one with rules of its own, let 8443, 9443 and 8089 through from the API server to the pods.',
  },
  {
    name: 'EKS',
    label: /^eks\.amazonaws\.com\//,
    id: /^aws:/,
    todo: 'On EKS the security group of the nodes has to let the cluster’s through on 8443, 9443 and 8089; with another CNI than the VPC one the API server does not reach pods at all.',
  },
];

function providerOf(view: View) {
  for (const node of view.objects('nodes')) {
    const id = text(record(node.spec).providerID);
    const found = providers.find(
      (each) =>
        each.id.test(id) || Object.keys(node.metadata.labels ?? {}).some((key) => each.label.test(key)),
    );
    if (found !== undefined)
      return { ...found, evidence: fieldOf(node, 'spec.providerID', id || 'labels of the provider') };
  }
  return undefined;
}

export const apiServerCallsCheck: PreflightCheck = {
  name: 'api-server-calls',
  group: 'network',
  holds: 'the API server reaches the webhooks (8443, 9443) and tap (8089)',
  codes: ['webhook-unreachable', 'tap-unavailable'],
  needs: ['nodes', 'mutatingWebhooks', 'pods', 'apiServices', 'configMaps'],
  look(view) {
    const plane = view.controlPlanes[0];
    if (plane === undefined) return [];
    const shown = [...injectorCalled(view, plane.namespace), ...tapCalled(view)];
    const policy = Math.max(plane.line ?? 0, targetLine(view) ?? 0) >= 11;
    const provider = providerOf(view);
    const open = [
      ...(shown.some(({ port }) => port === 8443) ? [] : [8443]),
      // Nothing in the cluster tells of calls that went well.
      ...(policy ? [9443] : []),
    ];
    const remarks: PreflightRemark[] = shown.map(({ text: said, evidence }) => info(said, evidence));
    if (open.length === 0) return remarks;
    const what = `Whether the API server reaches port ${open.join(' and ')} of the control plane is not written anywhere in the cluster.`;
    if (provider === undefined)
      return [...remarks, info(`${what} Nothing about the nodes says that there is a firewall in between.`)];
    return [
      ...remarks,
      unchecked(
        `${what} This is ${provider.name}, where a private cluster often keeps it from that.`,
        `${provider.todo} To see it: a dry run (kubectl apply --dry-run=server) of a Server and of a meshed pod is answered within a second.`,
        [provider.evidence],
      ),
    ];
  },
};

interface Shown {
  readonly port: number;
  readonly text: string;
  readonly evidence: ReturnType<typeof fieldOf>[];
}

/** A pod with a proxy that is younger than the webhook was given its proxy by a call of it. */
function injectorCalled(view: View, namespace: string): readonly Shown[] {
  const hook = injectorOf(view, namespace);
  const since = time(hook?.createdAt);
  if (hook === undefined || since === undefined) return [];
  const [group] = byWorkload(
    meshedPods(view).filter(
      ({ metadata }) =>
        (time(metadata.creationTimestamp) ?? 0) > since &&
        entry(metadata.annotations, 'linkerd.io/created-by').startsWith('linkerd/proxy-injector'),
    ),
  );
  const pod = group?.pods[0];
  return pod === undefined
    ? []
    : [
        {
          port: 8443,
          text: 'The API server reaches the injector (8443): it has given proxies to pods.',
          evidence: [
            fieldOf(
              pod,
              'metadata.annotations["linkerd.io/created-by"]',
              entry(pod.metadata.annotations, 'linkerd.io/created-by'),
            ),
          ],
        },
      ];
}

/** The API server says itself whether it reaches tap. */
function tapCalled(view: View): readonly Shown[] {
  const service = view
    .objects('apiServices')
    .find(({ metadata }) => metadata.name === 'v1alpha1.tap.linkerd.io');
  const condition = records(record(service?.status).conditions).find(({ type }) => type === 'Available');
  if (service === undefined || condition?.status !== 'True') return [];
  return [
    {
      port: 8089,
      text: 'The API server reaches tap (8089).',
      evidence: [fieldOf(service, 'status.conditions[?(@.type=="Available")].status', 'True')],
    },
  ];
}
