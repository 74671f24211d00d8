/** The pods that Linkerd's flows begin and end at, as a snapshot shows them. */
import { ownerOf } from '../../data-plane/owner.ts';
import { COMPONENT, CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import { entry, record, records, text, whole } from '../../rollout/json.ts';
import { matchesLabels } from '../../rollout/label-selector.ts';
import type { Subject } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { ControlPlane, View } from '../view.ts';
import type { Endpoint } from './matching.ts';
import type { PolicyPod } from './model.ts';
import { readPod, readTemplate } from './read-pod.ts';

/** A pod, and the workload that a finding names in its place. */
export interface MeshPod {
  readonly pod: PolicyPod;
  readonly workload: Subject;
  /** `linkerd.io/control-plane-component`, or ''. */
  readonly component: string;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** Pods with a proxy of this control plane, its own among them. */
export const meshedPods = (view: View, { namespace }: ControlPlane): readonly MeshPod[] =>
  view
    .objects('pods')
    .filter(({ metadata }) => entry(metadata.labels, CONTROL_PLANE_NS) === namespace)
    .map(meshPod)
    .filter(({ pod }) => !pod.completed);

/** The pods of a component; where there are none, those that its Deployment would have. */
export function componentPods(view: View, plane: ControlPlane, component: string): readonly MeshPod[] {
  const pods = view
    .objects('pods', plane.namespace)
    .filter(({ metadata }) => entry(metadata.labels, COMPONENT) === component)
    .map(meshPod)
    .filter(({ pod }) => !pod.completed);
  if (pods.length > 0) return pods;
  return plane.deployments
    .filter(({ metadata }) => entry(metadata.labels, COMPONENT) === component)
    .map(({ metadata, spec }) => {
      const template = record(record(spec).template);
      return {
        pod: readTemplate(plane.namespace, metadata.name, template),
        workload: { kind: 'Deployment', namespace: plane.namespace, name: metadata.name },
        component,
        annotations: record(record(template.metadata).annotations),
      };
    });
}

/** Pods of an extension by their label `component`. */
export const extensionPods = (
  view: View,
  extension: string,
  components: readonly string[],
): readonly MeshPod[] =>
  view
    .objects('pods')
    .filter(
      ({ metadata }) =>
        entry(metadata.labels, 'linkerd.io/extension') === extension &&
        components.includes(entry(metadata.labels, 'component')),
    )
    .map(meshPod)
    .filter(({ pod }) => !pod.completed);

export interface ClusterDns {
  readonly pods: readonly MeshPod[];
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
}

/** Who answers for names, by the Service `kube-dns`; undefined where that is not to be seen, or is no pod of the cluster's. */
export function clusterDns(view: View): ClusterDns | undefined {
  const service = view.object('services', 'kube-system', 'kube-dns');
  const { selector, ports } = record(service?.spec);
  if (service === undefined || Object.keys(record(selector)).length === 0) return undefined;
  const labels = record(selector) as Readonly<Record<string, string>>;
  const pods = view
    .objects('pods', 'kube-system')
    .filter(({ metadata }) => matchesLabels(labels, metadata.labels))
    .map(meshPod)
    .filter(({ pod }) => !pod.completed);
  if (pods.length === 0) return undefined;
  const target = records(ports).find(({ port }) => port === 53)?.targetPort;
  const named = pods[0]!.pod.ports.find(({ name }) => name === text(target))?.port;
  return { pods, namespace: 'kube-system', selector: labels, port: whole(target) || named || 53 };
}

export interface ApiServer {
  readonly endpoint: Endpoint;
  /** Where the pods reach it, after its Service has been resolved. */
  readonly port: number | undefined;
}

/** The API server is no pod: where it is known to be, and from where its calls may come. */
export function apiServer(view: View): ApiServer {
  const slices = view
    .objects('endpointSlices', 'default')
    .filter(({ metadata }) => entry(metadata.labels, 'kubernetes.io/service-name') === 'kubernetes');
  const addresses = slices.flatMap(({ endpoints }) =>
    records(endpoints).flatMap((each) =>
      Array.isArray(each.addresses) ? each.addresses.map(text).filter((one) => one !== '') : [],
    ),
  );
  const port = slices.flatMap(({ ports }) => records(ports).map((each) => whole(each.port)))[0];
  return {
    // A managed API server may call from elsewhere, and a proxy in between has an address of its own.
    endpoint: {
      type: 'outside',
      name: 'the API server',
      addresses: [...new Set(addresses)],
      complete: false,
    },
    port: port || undefined,
  };
}

function meshPod(object: SnapshotObject): MeshPod {
  const { metadata } = object;
  const owner = ownerOf(metadata);
  return {
    pod: readPod(object),
    workload: { kind: owner.kind, namespace: metadata.namespace ?? '', name: owner.name },
    component: entry(metadata.labels, COMPONENT),
    annotations: record(metadata.annotations),
  };
}

/** One pod for all of its kind: a sentence about it names the workload. */
export const endOf = ({ pod, workload }: MeshPod): Endpoint => ({
  type: 'pod',
  pod: { ...pod, name: workload.name },
});

/** Each workload once. */
export const workloadsOf = (pods: readonly MeshPod[]): readonly Subject[] => [
  ...new Map(
    pods.map(({ workload }) => [`${workload.kind} ${workload.namespace}/${workload.name}`, workload]),
  ).values(),
];
