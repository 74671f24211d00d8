/** A snapshot as detectors look at it: objects by kind and name, and what the rooms below make of them, each computed once. */
import { parse } from 'yaml';
import { readControlPlane } from '../data-plane/control-plane.ts';
import type { ControlPlaneMeta, PodMeta, Survey } from '../data-plane/model.ts';
import { createIntern, readNamespaceMeta, readPodMeta } from '../data-plane/read-meta.ts';
import { foldSurvey } from '../data-plane/survey.ts';
import { workloadOf } from '../data-plane/tally.ts';
import { readStoredConfig, type StoredConfig } from '../linkerd/stored-config.ts';
import { entry, type Json, record } from '../rollout/json.ts';
import type { Rollout } from '../rollout/model.ts';
import { linkerdSemver } from '../runbook/linkerd-version.ts';
import { rolloutsOf } from './rollouts.ts';
import type { FactPart, ObjectPart, Part, Snapshot, SnapshotObject, Unread } from './snapshot.ts';

/** One control plane: what it claims to be, and what it was rendered with. */
export interface ControlPlane {
  readonly namespace: string;
  readonly meta: ControlPlaneMeta;
  /** From ConfigMap `linkerd-config`; undefined where it is not there or could not be read. */
  readonly config: StoredConfig | undefined;
  /** All values of that ConfigMap, those of 2.9's `global` among them; empty where there are none. */
  readonly values: Json;
  /** The N of 2.N of the version that it claims; undefined where it is none that Linkerd releases. */
  readonly line: number | undefined;
  /** Deployments with the label of a component of it. */
  readonly deployments: readonly SnapshotObject[];
}

/** What detectors ask. Lists are empty where a part was not read: `unread` tells. */
export interface View {
  readonly snapshot: Snapshot;
  /** ms since the epoch: when the snapshot was taken. */
  readonly now: number;
  /** All of a kind, or those of one namespace. */
  objects(part: ObjectPart, namespace?: string): readonly SnapshotObject[];
  /** By name; `namespace` is '' for what has none. */
  object(part: ObjectPart, namespace: string, name: string): SnapshotObject | undefined;
  /** Why a part was not read, or undefined where it was. What the cluster does not have (`absent`) counts as read. */
  unread(part: Part): Unread | undefined;
  /** A version or another single fact, or undefined where it was not read. */
  fact(part: Exclude<FactPart, 'logs'>): string | undefined;
  readonly controlPlanes: readonly ControlPlane[];
  /** Of all pods, from their metadata. */
  readonly survey: Survey;
  /** Every Deployment, StatefulSet and DaemonSet with its phase and why it waits. */
  readonly rollouts: readonly Rollout[];
}

/** Looks at a snapshot. Nothing is computed before it is asked for. */
export function createView(snapshot: Snapshot): View {
  const indexes = new Map<ObjectPart, Index>();
  const index = (part: ObjectPart): Index => {
    const before = indexes.get(part);
    if (before) return before;
    const read = snapshot.objects[part];
    const made = indexed(read.state === 'read' ? read.value : []);
    indexes.set(part, made);
    return made;
  };
  const objects: View['objects'] = (part, namespace) =>
    namespace === undefined ? index(part).all : (index(part).byNamespace.get(namespace) ?? []);
  const object: View['object'] = (part, namespace, name) => index(part).byName.get(`${namespace}/${name}`);
  const pods = once(() => {
    const intern = createIntern();
    return objects('pods').map((pod) => readPodMeta(pod, intern));
  });
  const controlPlanes = once(() => controlPlanesOf({ objects, object }, snapshot, pods()));
  const survey = once(() => surveyOf({ objects }, pods(), controlPlanes()));
  const now = Date.parse(snapshot.takenAt);
  const rollouts = once(() => rolloutsOf({ objects }, now));
  return {
    snapshot,
    now,
    objects,
    object,
    unread(part) {
      const read = isObjectPart(snapshot, part) ? snapshot.objects[part] : snapshot[part];
      return read.state === 'unread' && read.why !== 'absent' ? read : undefined;
    },
    fact(part) {
      const read = snapshot[part];
      return read.state === 'read' ? read.value : undefined;
    },
    get controlPlanes() {
      return controlPlanes();
    },
    get survey() {
      return survey();
    },
    get rollouts() {
      return rollouts();
    },
  };
}

const isObjectPart = (snapshot: Snapshot, part: Part): part is ObjectPart =>
  Object.hasOwn(snapshot.objects, part);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface Index {
  readonly all: readonly SnapshotObject[];
  readonly byNamespace: ReadonlyMap<string, readonly SnapshotObject[]>;
  readonly byName: ReadonlyMap<string, SnapshotObject>;
}

function indexed(all: readonly SnapshotObject[]): Index {
  const byNamespace = new Map<string, SnapshotObject[]>();
  const byName = new Map<string, SnapshotObject>();
  for (const one of all) {
    const { namespace = '', name } = one.metadata;
    byName.set(`${namespace}/${name}`, one);
    const beside = byNamespace.get(namespace);
    if (beside) beside.push(one);
    else byNamespace.set(namespace, [one]);
  }
  return { all, byNamespace, byName };
}

type Objects = Pick<View, 'objects'>;

/** A control plane is where its configuration is, where pods of its components are, or whose name pods carry. */
function controlPlanesOf(
  view: Objects & Pick<View, 'object'>,
  snapshot: Snapshot,
  pods: readonly PodMeta[],
): readonly ControlPlane[] {
  const named = [
    ...view
      .objects('configMaps')
      .filter(({ metadata }) => metadata.name === 'linkerd-config')
      .map(({ metadata }) => metadata.namespace ?? ''),
    ...pods.filter(({ component, meshOf }) => component !== '' && meshOf !== '').map((pod) => pod.namespace),
    ...pods.map(({ meshOf }) => meshOf).filter((namespace) => namespace !== ''),
  ];
  const readable = snapshot.objects.configMaps.state === 'read';
  return [...new Set(named)].map((namespace) => {
    const stored = view.object('configMaps', namespace, 'linkerd-config');
    const roots = view.object('configMaps', namespace, 'linkerd-identity-trust-roots');
    const values = dataOf(stored, 'values');
    const meta = readControlPlane({
      namespace,
      installed: stored !== undefined ? true : readable ? false : undefined,
      values,
      bundle: dataOf(roots, 'ca-bundle.crt'),
      pods,
    });
    const minor = Number(linkerdSemver(meta.version ?? '')?.split('.')[1]);
    return {
      namespace,
      meta,
      config: readStoredConfig(values),
      values: valuesOf(values),
      line: Number.isNaN(minor) ? undefined : minor,
      deployments: view
        .objects('deployments', namespace)
        .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/control-plane-component') !== ''),
    };
  });
}

/** One key of a ConfigMap, as it is: certificates and YAML have lines. */
const dataOf = (object: SnapshotObject | undefined, key: string): string | undefined => {
  const value = record(object?.data)[key];
  return typeof value === 'string' ? value : undefined;
};

function valuesOf(text: string | undefined): Json {
  try {
    const values = record(parse(text ?? '', { maxAliasCount: 100 }));
    return { ...values, ...record(values.global) };
  } catch {
    return {};
  }
}

function surveyOf(view: Objects, pods: readonly PodMeta[], controlPlanes: readonly ControlPlane[]): Survey {
  const finished = new Set<string>();
  const hostNetwork = new Set<string>();
  view.objects('pods').forEach((pod, at) => {
    const phase = record(pod.status).phase;
    const meta = pods[at];
    if (meta === undefined) return;
    if (phase === 'Succeeded' || phase === 'Failed') finished.add(meta.uid);
    if (record(pod.spec).hostNetwork === true) hostNetwork.add(workloadOf(meta));
  });
  return foldSurvey({
    pods,
    namespaces: view.objects('namespaces').map(readNamespaceMeta),
    controlPlanes: controlPlanes.map(({ meta }) => meta),
    finished,
    hostNetwork,
    unseen: [],
  });
}
