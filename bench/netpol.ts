/** All that 500 NetworkPolicies let through between 10,000 pods, listed, and the flows that Linkerd needs, judged. */
import { textOf } from '../src/commands/netpol/print-list.ts';
import { networkPolicyDetector } from '../src/diagnosis/detectors/network-policy.ts';
import { connectivity, type ListedPod } from '../src/diagnosis/network-policy/connectivity.ts';
import { ownerIn, ownersOf, peerName } from '../src/diagnosis/network-policy/owners.ts';
import { createPolicyView } from '../src/diagnosis/network-policy/policy-view.ts';
import { readPod } from '../src/diagnosis/network-policy/read-pod.ts';
import { objectParts, type Snapshot, type SnapshotObject } from '../src/diagnosis/snapshot.ts';
import { createView } from '../src/diagnosis/view.ts';
import { median } from './median.ts';

const NAMESPACES = 50;
const WORKLOADS = 20;
const PODS = 10;
const ROUNDS = 7;

/** 50 namespaces of 20 workloads of 10 pods, and 10 policies in each: one that denies, and nine that name peers and ports. */
function cluster() {
  const pods: SnapshotObject[] = [];
  const policies: SnapshotObject[] = [];
  const namespaces: SnapshotObject[] = [];
  for (let n = 0; n < NAMESPACES; n++) {
    const namespace = `team-${n}`;
    const labels = { 'kubernetes.io/metadata.name': namespace, tier: `t${n % 5}` };
    namespaces.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    for (let w = 0; w < WORKLOADS; w++) {
      for (let p = 0; p < PODS; p++) pods.push(podOf(namespace, w, p, pods.length));
    }
    for (let at = 0; at < 10; at++) policies.push(policyOf(namespace, at, n));
  }
  pods.push(...controlPlane());
  return { pods, policies, namespaces };
}

const podOf = (namespace: string, w: number, p: number, at: number): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    namespace,
    name: `app-${w}-7d9f8b-${p}`,
    labels: { app: `app-${w}`, 'pod-template-hash': `7d9f8b${p}`, 'linkerd.io/control-plane-ns': 'linkerd' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: `app-${w}-7d9f8b`,
        uid: `app-${w}`,
        controller: true,
      },
    ],
  },
  spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8000 + (w % 7) }] }] },
  status: {
    phase: 'Running',
    podIP: `10.${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`,
    hostIP: '192.168.0.1',
  },
});

function policyOf(namespace: string, at: number, n: number): SnapshotObject {
  const ingress = [
    {
      from: [
        { podSelector: { matchLabels: { app: `app-${at + 1}` } } },
        {
          namespaceSelector: { matchLabels: { tier: `t${(n + at) % 5}` } },
          podSelector: { matchLabels: { app: `app-${at}` } },
        },
      ],
      ports: [{ port: 'http' }, { port: 4143 }],
    },
    {
      from: [{ ipBlock: { cidr: `203.${at}.0.0/16`, except: [`203.${at}.${n}.0/24`] } }],
      ports: [{ port: 443 }],
    },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name: `policy-${at}` },
    spec:
      at === 0
        ? {
            podSelector: {},
            policyTypes: ['Ingress', 'Egress'],
            egress: [
              {
                to: [{ namespaceSelector: {} }],
                ports: [{ port: 53, protocol: 'UDP' }, { port: 8000, endPort: 8090 }, { port: 4143 }],
              },
            ],
          }
        : { podSelector: { matchLabels: { app: `app-${at}` } }, ingress },
  };
}

const controlPlane = (): readonly SnapshotObject[] =>
  ['identity', 'destination', 'proxy-injector'].map((component) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'linkerd',
      name: `linkerd-${component}-7d9f8b-x`,
      labels: { 'linkerd.io/control-plane-component': component, 'linkerd.io/control-plane-ns': 'linkerd' },
      annotations: { 'linkerd.io/created-by': 'linkerd/cli edge-25.10.7' },
    },
    spec: { containers: [] },
    status: { phase: 'Running', podIP: '10.250.0.1' },
  }));

function snapshotOf(of: ReturnType<typeof cluster>): Snapshot {
  const { pods, policies: networkPolicies, namespaces } = of;
  const known: Partial<Record<string, readonly SnapshotObject[]>> = { pods, networkPolicies, namespaces };
  const absent = { state: 'unread', why: 'absent', message: '' } as const;
  return {
    kind: 'handrail/snapshot',
    version: 1,
    takenAt: '2026-06-01T12:00:00Z',
    tookMs: 0,
    cluster: { name: 'bench', server: '', uid: '', practice: false },
    serverVersion: absent,
    linkerdCli: absent,
    kubectlCli: absent,
    helmCli: absent,
    logs: absent,
    objects: Object.fromEntries(
      objectParts.map((part) => [part, { state: 'read', value: known[part] ?? [] }]),
    ) as unknown as Snapshot['objects'],
  };
}

/** Processor time, garbage collection among it: on a quiet machine it takes no longer, and a busy one does not show. */
/** Processor time, garbage collection among it: on a quiet machine it takes no longer, and a busy one does not show. */
function timed<T>(run: () => T): { readonly ms: number; readonly value: T } {
  const started = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(started);
  return { ms: (user + system) / 1000, value };
}

export async function bench(): Promise<Record<string, string>> {
  const of = cluster();
  const list = () => {
    const view = createPolicyView({ networkPolicies: of.policies, namespaces: of.namespaces });
    const owners = ownersOf([]);
    const pods = of.pods.map((object): ListedPod => {
      const pod = readPod(object);
      return {
        pod,
        peer: peerName(owners, pod.namespace, { kind: 'Pod', name: pod.name }, ownerIn(object.metadata)),
      };
    });
    let [lines, bytes] = [0, 0];
    const { connections } = connectivity(view, pods);
    const counted = function* () {
      for (const one of connections()) {
        lines += 1;
        yield one;
      }
    };
    for (const chunk of textOf(counted())) bytes += chunk.length;
    return { lines, bytes };
  };
  const flows = () => networkPolicyDetector.look(createView(snapshotOf(of))).length;
  list();
  flows();
  const lists = Array.from({ length: ROUNDS }, () => timed(list));
  const looks = Array.from({ length: ROUNDS }, () => timed(flows));
  const ms = (runs: readonly { readonly ms: number }[]) => median(runs.map((run) => run.ms)).toFixed(0);
  return {
    'pods, policies': `${of.pods.length}, ${of.policies.length}`,
    'all connections listed, ms of a core (at most 1000)': ms(lists),
    'lines, MB of text': `${lists[0]!.value.lines}, ${(lists[0]!.value.bytes / 1e6).toFixed(0)}`,
    'flows of Linkerd judged, ms of a core (at most 1000)': ms(looks),
  };
}
