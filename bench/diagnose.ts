/** Evidence of 10,000 pods: taken out of their JSON, and judged by every detector; against parsing that JSON and nothing else. */
import { podMask } from '../src/cluster/evidence/keep-pods.ts';
import { createKeep } from '../src/cluster/evidence/mask.ts';
import { diagnose } from '../src/diagnosis/diagnose.ts';
import { objectParts, type Snapshot, type SnapshotObject } from '../src/diagnosis/snapshot.ts';
import { snapshotObject } from '../src/diagnosis/snapshot-object.ts';
import type { KubeObject } from '../src/practice/kube-client.ts';
import { podOf, runningStatus } from '../test/cluster/load/pod.ts';
import { plan } from '../test/cluster/load/workload.ts';
import { median, ratio } from './median.ts';

const PODS = 10_000;
const ROUNDS = 5;
const MESH = 'stable-2.14.10';

/** As the API server sends them. */
function podTexts(): readonly string[] {
  const namespaces = Array.from({ length: 50 }, (_, at) => `team-${at}`);
  const anchors = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(700)}\n-----END CERTIFICATE-----\n`;
  return plan(PODS, namespaces, 10, [MESH]).flatMap((workload, at) => {
    const owner: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${workload.name}-${workload.hash}`,
        namespace: workload.namespace,
        uid: `owner-${at}`,
      },
    };
    return Array.from({ length: workload.replicas }, (_, index) => {
      const pod = podOf(workload, index, owner, index % 20, anchors);
      pod.metadata.uid = `${at}-${index}`;
      return JSON.stringify({ ...pod, status: runningStatus(pod, at * 10 + index) });
    });
  });
}

function snapshotOf(pods: readonly SnapshotObject[]): Snapshot {
  const absent = { state: 'unread', why: 'absent', message: '' } as const;
  const config: SnapshotObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'linkerd-config', namespace: 'linkerd' },
    data: { values: `linkerdVersion: ${MESH}\n` },
  };
  const lists: Partial<Record<string, readonly SnapshotObject[]>> = { pods, configMaps: [config] };
  return {
    kind: 'handrail/snapshot',
    version: 1,
    takenAt: '2026-06-01T12:00:00Z',
    tookMs: 0,
    cluster: { name: 'bench', server: '', uid: '', practice: false },
    objects: Object.fromEntries(
      objectParts.map((part) => [part, { state: 'read', value: lists[part] ?? [] }]),
    ) as unknown as Snapshot['objects'],
    serverVersion: { state: 'read', value: 'v1.35.2' },
    linkerdCli: { state: 'read', value: MESH },
    kubectlCli: absent,
    helmCli: absent,
    logs: { state: 'read', value: [] },
  };
}

export function bench(): Record<string, string> {
  const texts = podTexts();
  const [parsed, kept, judged]: [number[], number[], number[]] = [[], [], []];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const objects = texts.map((text) => JSON.parse(text) as unknown);
    const read = performance.now();
    const keep = createKeep();
    const pods = objects.flatMap((object) => {
      const fields = keep(object, podMask) as object;
      return snapshotObject({ apiVersion: 'v1', kind: 'Pod', ...fields }) ?? [];
    });
    const taken = performance.now();
    const { checked } = diagnose(snapshotOf(pods));
    if (checked.length === 0) throw new Error('nothing was looked for');
    parsed.push(read - begun);
    kept.push(taken - read);
    judged.push(performance.now() - taken);
    bytes = JSON.stringify(pods).length / pods.length;
  }
  const base = median(parsed);
  return {
    'parsing 10,000 pods (ms)': base.toFixed(0),
    'keeping what tells something of each (ms)': median(kept).toFixed(0),
    'keeping, against parsing': ratio(median(kept), base),
    'all detectors over them (ms)': median(judged).toFixed(0),
    'all detectors, against parsing': ratio(median(judged), base),
    'kept of a pod (bytes, before texts are shared)': bytes.toFixed(0),
  };
}
