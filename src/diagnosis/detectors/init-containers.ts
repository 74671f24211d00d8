/** The init containers that redirect a pod's traffic, or see to it that it is redirected. */
import { NETWORK_VALIDATOR } from '../../linkerd/proxy.ts';
import { record, text } from '../../rollout/json.ts';
import { failingInit, failingValidator, pluginParameters, pluginsOf } from '../cni-plugin.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import { byWorkload, fieldOf, logLines, meshedPods, planeOf, targetLine } from '../meshed-pods.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import { isBlockedByVersion } from './cni.ts';

const INIT = 'linkerd-init';
const validatorWords = /Failed to validate networking configuration|Unable to connect to validator/i;
const refusedWords = /permission denied|operation not permitted|must be root|NET_ADMIN|xtables\.lock/i;
const tableWords =
  /table does not exist|can't initialize ip6?tables table|modprobe|iptables who\?|nf_tables|incompatible/i;

export const validatorDetector: Detector = {
  kinds: {
    'network-validator-failed': {
      severity: 'blocker',
      layer: 'data-plane',
      title: 'Traffic of new pods is not redirected to their proxy',
      causedBy: ['cni-not-ready'],
    },
  },
  needs: ['pods'],
  look(view) {
    const failing = meshedPods(view).filter((pod) => failingValidator(pod) !== undefined);
    if (failing.length === 0) return [];
    const plugin = pluginsOf(view)[0];
    const [first] = failing;
    return [
      {
        code: 'network-validator-failed',
        certainty: 'confirmed',
        title: `linkerd-network-validator fails in ${failing.length === 1 ? '1 pod' : `${failing.length} pods`}`,
        explanation:
          'It connects to itself and ends with 95 when the connection does not come back through the proxy’s port: on that node the CNI plugin has not set the pod up. The pod does not start.',
        subjects: byWorkload(failing).map(({ subject }) => subject),
        evidence: [
          ...failing.slice(0, 3).flatMap((pod) => endOf(pod, failingValidator(pod))),
          ...failing.flatMap((pod) => logLines(view, pod, NETWORK_VALIDATOR, validatorWords)).slice(0, 2),
          ...(first === undefined
            ? []
            : [fieldOf(first, 'spec.nodeName', text(record(first.spec).nodeName))]),
        ],
        ...(plugin !== undefined && isBlockedByVersion(view, plugin) ? { causedBy: ['cni-version'] } : {}),
        causes: [
          'linkerd-cni does not run on the node',
          'The pod started before linkerd-cni was ready on a fresh node',
          'Another plugin took the chain over: Cilium with cni.exclusive=true, or another folder for configurations',
        ],
        remedy: {
          text: 'Bring linkerd-cni up on the node, then delete the pod: a pod’s network is set up once, when it is made.',
          risk: 'change',
          verify: 'kubectl get pods --all-namespaces --field-selector status.phase=Pending',
          parameters: plugin === undefined ? { CASE: 'pods' } : pluginParameters(plugin),
        },
      },
    ];
  },
};

const endOf = (pod: SnapshotObject, end: ReturnType<typeof failingInit>): readonly Evidence[] =>
  end === undefined
    ? []
    : [
        fieldOf(
          pod,
          end.path,
          end.message === '' ? String(end.exitCode) : `${end.exitCode}: ${end.message}`,
          '0',
        ),
      ];

export const initDetector: Detector = {
  kinds: {
    'init-not-permitted': {
      severity: 'blocker',
      layer: 'data-plane',
      title: 'linkerd-init may not, or cannot, set iptables rules',
    },
  },
  needs: ['pods'],
  look: (view) => [...failingInits(view), ...dockerAhead(view)],
};

function failingInits(view: View): readonly Found[] {
  const failing = meshedPods(view).filter((pod) => failingInit(pod, INIT) !== undefined);
  const [first] = failing;
  if (first === undefined) return [];
  const logs = failing.flatMap((pod) =>
    logLines(view, pod, INIT, new RegExp(`${refusedWords.source}|${tableWords.source}`, 'i')),
  );
  const messages = failing.flatMap((pod) => endOf(pod, failingInit(pod, INIT)));
  const said = [...logs, ...messages].map(({ value }) => value).join('\n');
  const table = tableWords.test(said);
  const refused = refusedWords.test(said);
  const node = view.object('nodes', '', text(record(first.spec).nodeName));
  const runtime = text(record(record(node?.status).nodeInfo).containerRuntimeVersion);
  const docker = runtime.startsWith('docker://');
  const mode = text(record(planeOf(view, first)?.values.proxyInit).iptablesMode);
  const setting =
    refused || docker
      ? 'proxyInit.runAsRoot=true'
      : table
        ? `proxyInit.iptablesMode=${mode === 'nft' || (mode === '' && (planeOf(view, first)?.line ?? 0) >= 19) ? 'legacy' : 'nft'}`
        : undefined;
  return [
    {
      code: 'init-not-permitted',
      certainty: setting !== undefined ? 'confirmed' : 'likely',
      title: `linkerd-init fails in ${failing.length === 1 ? '1 pod' : `${failing.length} pods`}${refused ? ': it is not permitted to set iptables rules' : table ? ': the node has another kind of iptables' : ''}`,
      explanation:
        'It redirects the pod’s traffic to the proxy before anything else starts. Since 2.12 it does not run as root unless told, which nodes with Docker and old kernels do not allow for; since 2.19 it uses nft unless told.',
      subjects: byWorkload(failing).map(({ subject }) => subject),
      evidence: [
        ...logs.slice(0, 3),
        ...messages.slice(0, 3),
        ...(node === undefined || runtime === ''
          ? []
          : [fieldOf(node, 'status.nodeInfo.containerRuntimeVersion', runtime)]),
      ],
      causes: docker
        ? ['The nodes run Docker, where linkerd-init has to run as root']
        : table
          ? ['The nodes have nft and linkerd-init uses legacy iptables, or the other way round']
          : [
              'A security policy takes NET_ADMIN and NET_RAW away',
              'The nodes need linkerd-init to run as root',
            ],
      remedy: {
        text: 'Set how linkerd-init runs (proxyInit.runAsRoot, proxyInit.iptablesMode), or use the Linkerd CNI plugin; then make the pods anew.',
        risk: 'change',
        verify: 'kubectl get pods --all-namespaces --field-selector status.phase=Pending',
        parameters: setting === undefined ? { CASE: 'pods' } : { CASE: 'init', SETTING: setting },
      },
    },
  ];
}

/** Before the upgrade to 2.12: nodes with Docker, on which linkerd-init of then cannot work unless it runs as root. */
function dockerAhead(view: View): readonly Found[] {
  const target = targetLine(view);
  const plane = view.controlPlanes.find(({ line }) => line !== undefined && line < 12);
  if (target === undefined || target < 12 || plane === undefined) return [];
  const { cniEnabled, proxyInit } = plane.values;
  if (cniEnabled === true || record(proxyInit).runAsRoot === true) return [];
  const nodes = view
    .objects('nodes')
    .filter(({ status }) =>
      text(record(record(status).nodeInfo).containerRuntimeVersion).startsWith('docker://'),
    );
  const [node] = nodes;
  if (node === undefined) return [];
  const path = 'status.nodeInfo.containerRuntimeVersion';
  return [
    {
      code: 'init-not-permitted',
      severity: 'warning',
      certainty: 'confirmed',
      title: `linkerd-init will have to run as root: ${nodes.length === 1 ? '1 node runs' : `${nodes.length} nodes run`} Docker`,
      explanation:
        'From 2.12 on it does not run as root unless told, and the tool refuses to upgrade a cluster whose nodes run Docker without proxyInit.runAsRoot=true.',
      subjects: nodes.map(({ metadata }) => ({ kind: 'Node', name: text(metadata.name) })),
      evidence: [
        fieldOf(
          node,
          path,
          text(record(record(node.status).nodeInfo).containerRuntimeVersion),
          'containerd://',
        ),
      ],
      causes: ['The nodes run Docker'],
      remedy: {
        text: 'Upgrade with --set proxyInit.runAsRoot=true.',
        risk: 'change',
        verify: `kubectl --namespace ${plane.namespace} get configmap linkerd-config --output jsonpath='{.data.values}'`,
        parameters: { CASE: 'init', SETTING: 'proxyInit.runAsRoot=true' },
      },
    },
  ];
}
