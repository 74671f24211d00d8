/** From the metadata of all pods to the survey: which proxy runs where, and how it stands to its control plane. */
import type {
  BarePod,
  ControlPlaneMeta,
  NamespaceMeta,
  PodMeta,
  Role,
  Skew,
  Survey,
  SurveyRow,
  UnmeshedRow,
} from './model.ts';
import { byName, compareVersions, skewOf } from './skew.ts';
import { NO_ANCHORS } from './trust-root.ts';

/** Everything that was read. */
export interface SurveyInput {
  readonly pods: Iterable<PodMeta>;
  readonly namespaces: readonly NamespaceMeta[];
  readonly controlPlanes: readonly ControlPlaneMeta[];
  /** UIDs of pods that are over (phase Succeeded or Failed); undefined where they could not be told from the others. */
  readonly finished: ReadonlySet<string> | undefined;
  readonly unseen: readonly string[];
}

/** Namespaces that the injector is never asked about (charts/linkerd-control-plane/values.yaml, proxyInjector.namespaceSelector). */
const NEVER_INJECTED: ReadonlySet<string> = new Set(['kube-system', 'cert-manager']);
const EXAMPLES = 3;

type Open<T> = { -readonly [Key in keyof T]: T[Key] };
interface OpenRow extends Open<Omit<SurveyRow, 'examples'>> {
  examples: string[];
}
interface OpenUnmeshed extends Open<Omit<UnmeshedRow, 'examples'>> {
  examples: string[];
}

/** One pod of the mesh with what the survey makes of it. */
interface Judged {
  readonly role: Role;
  readonly extension: string;
  readonly version: string;
  readonly skew: Skew;
  readonly override: string;
  /** Undefined where one of the two is not known. */
  readonly currentRoot: boolean | undefined;
}

/** Folds the pods into the survey. Ten thousand take some tens of milliseconds, so it may be done again whenever a pod changes. */
export function foldSurvey(input: SurveyInput): Survey {
  const namespaces = new Map(input.namespaces.map((one) => [one.name, one]));
  const controlPlanes = new Map(input.controlPlanes.map((one) => [one.namespace, one]));
  const skews = new Map<string, Skew>();
  const rows = new Map<string, OpenRow>();
  const unmeshed = new Map<string, OpenUnmeshed>();
  const bare: BarePod[] = [];
  const versions = new Map<string, { version: string; skew: Skew; pods: number; workloads: Set<string> }>();
  const roots = new Map<string, { sha256: string; pods: number; current: boolean | undefined }>();
  const byControlPlane = new Map<string, number>();
  const seen = new Set<string>();
  const totals = {
    pods: 0,
    meshed: 0,
    controlPlane: 0,
    extension: 0,
    dataPlane: 0,
    behind: 0,
    old: 0,
    ahead: 0,
    otherTrustRoot: 0,
    unmeshed: 0,
  };
  let completed = 0;

  const judge = (pod: PodMeta, namespace: NamespaceMeta | undefined): Judged => {
    const controlPlane = controlPlanes.get(pod.meshOf);
    const key = `${pod.meshOf}\n${pod.proxyVersion}`;
    let skew = skews.get(key);
    if (skew === undefined) {
      skew = skewOf(pod.proxyVersion, controlPlane?.version, controlPlane?.proxyVersion);
      skews.set(key, skew);
    }
    const extension = pod.extension || (namespace?.extension ?? '');
    return {
      role: extension !== '' ? 'extension' : pod.component !== '' ? 'control-plane' : 'data-plane',
      extension,
      version: pod.proxyVersion,
      skew,
      override: overrideOf(pod, namespace),
      currentRoot: isCurrentRoot(pod.trustRoot, controlPlane),
    };
  };

  for (const pod of input.pods) {
    const namespace = namespaces.get(pod.namespace);
    if (input.finished?.has(pod.uid)) {
      if (pod.meshOf !== '') completed += 1;
      continue;
    }
    totals.pods += 1;
    seen.add(pod.namespace);
    if (pod.meshOf === '') {
      const asked = askedFor(pod, namespace);
      if (asked !== undefined) {
        totals.unmeshed += 1;
        addUnmeshed(unmeshed, pod, asked);
      }
      continue;
    }
    const judged = judge(pod, namespace);
    const other = judged.currentRoot === false;
    totals.meshed += 1;
    totals[
      judged.role === 'control-plane'
        ? 'controlPlane'
        : judged.role === 'extension'
          ? 'extension'
          : 'dataPlane'
    ] += 1;
    if (other) totals.otherTrustRoot += 1;
    if (judged.role !== 'control-plane') {
      if (judged.skew === 'supported' || judged.skew === 'old') totals.behind += 1;
      if (judged.skew === 'old') totals.old += 1;
      if (judged.skew === 'ahead') totals.ahead += 1;
    }
    byControlPlane.set(pod.meshOf, (byControlPlane.get(pod.meshOf) ?? 0) + 1);
    const workload = `${pod.namespace}/${pod.ownerKind}/${pod.ownerName}`;
    const key = `${judged.version}\n${judged.skew}`;
    const version = versions.get(key) ?? {
      version: judged.version,
      skew: judged.skew,
      pods: 0,
      workloads: new Set<string>(),
    };
    version.pods += 1;
    version.workloads.add(workload);
    versions.set(key, version);
    addRoot(roots, pod.trustRoot, judged.currentRoot);
    if (pod.ownerKind === 'Pod') {
      const { namespace: of, name } = pod;
      const { version, skew, override } = judged;
      bare.push({ namespace: of, name, version, skew, otherTrustRoot: other, override });
    } else {
      addRow(rows, workload, pod, judged);
    }
  }

  const inUse = [...input.controlPlanes].sort(
    (a, b) =>
      (byControlPlane.get(b.namespace) ?? 0) - (byControlPlane.get(a.namespace) ?? 0) ||
      byName(a.namespace, b.namespace),
  );
  const sorted = <T extends Place>(items: Iterable<T>): T[] => [...items].sort(byPlace);
  return {
    controlPlane: inUse[0],
    controlPlanes: inUse,
    rows: sorted(rows.values()).sort((a, b) => byPlace(a, b) || compareVersions(a.version, b.version)),
    unmeshed: sorted(unmeshed.values()),
    completed,
    completedKnown: input.finished !== undefined,
    bare: bare.sort((a, b) => byName(a.namespace, b.namespace) || byName(a.name, b.name)),
    versions: [...versions.values()]
      .map(({ workloads, ...rest }) => ({ ...rest, workloads: workloads.size }))
      .sort((a, b) => compareVersions(a.version, b.version) || byName(a.skew, b.skew)),
    trustRoots: [...roots.values()].sort((a, b) => b.pods - a.pods || byName(a.sha256, b.sha256)),
    totals: { namespaces: seen.size, ...totals },
    unseen: input.unseen,
  };
}

interface Place {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

function byPlace(a: Place, b: Place): number {
  return byName(a.namespace, b.namespace) || byName(a.kind, b.kind) || byName(a.name, b.name);
}

/** What pins its proxy, now or at its next start: its own annotations, else those of its namespace. */
function overrideOf(pod: PodMeta, namespace: NamespaceMeta | undefined): string {
  return pod.override || pod.imageOverride || (namespace?.override ?? '');
}

function isCurrentRoot(root: string, controlPlane: ControlPlaneMeta | undefined): boolean | undefined {
  if (root === '' || root === NO_ANCHORS || controlPlane?.trustRoot === undefined) return undefined;
  return controlPlane.trustRoots.includes(root);
}

/**
 * Who asked for a proxy that a pod does not have; undefined: nobody. A pod's own annotation goes before its namespace's (linkerd2,
 * pkg/inject/inject.go), and the webhook is not asked about its own components, the CNI plugin and some namespaces.
 */
export function askedFor(
  pod: PodMeta,
  namespace: NamespaceMeta | undefined,
): UnmeshedRow['asked'] | undefined {
  if (pod.component !== '' || pod.cni || NEVER_INJECTED.has(pod.namespace)) return undefined;
  if (namespace?.webhooks === false || namespace?.controlPlane === true) return undefined;
  const asks = (mode: string) => mode === 'enabled' || mode === 'ingress';
  if (pod.inject !== '') {
    if (!asks(pod.inject)) return undefined;
    return asks(namespace?.inject ?? '') ? 'namespace' : 'workload';
  }
  return asks(namespace?.inject ?? '') ? 'namespace' : undefined;
}

function addUnmeshed(rows: Map<string, OpenUnmeshed>, pod: PodMeta, asked: UnmeshedRow['asked']): void {
  const key = `${pod.namespace}/${pod.ownerKind}/${pod.ownerName}/${asked}`;
  let row = rows.get(key);
  if (row === undefined) {
    const { namespace, ownerKind: kind, ownerName: name } = pod;
    row = { namespace, kind, name, pods: 0, examples: [], asked };
    rows.set(key, row);
  }
  row.pods += 1;
  if (row.examples.length < EXAMPLES) row.examples.push(pod.name);
}

function addRow(rows: Map<string, OpenRow>, workload: string, pod: PodMeta, judged: Judged): void {
  const { version, skew, override, role, extension, currentRoot } = judged;
  const key = [workload, version, override, role, pod.meshOf].join('\n');
  let row = rows.get(key);
  if (row === undefined) {
    row = {
      namespace: pod.namespace,
      kind: pod.ownerKind,
      name: pod.ownerName,
      version,
      skew,
      pods: 0,
      otherTrustRoot: 0,
      override,
      examples: [],
      role,
      extension,
      meshOf: pod.meshOf,
    };
    rows.set(key, row);
  }
  row.pods += 1;
  if (currentRoot === false) row.otherTrustRoot += 1;
  if (row.examples.length < EXAMPLES) row.examples.push(pod.name);
}

function addRoot(
  roots: Map<string, { sha256: string; pods: number; current: boolean | undefined }>,
  sha256: string,
  current: boolean | undefined,
): void {
  const key = `${sha256}\n${current}`;
  const root = roots.get(key) ?? { sha256, pods: 0, current };
  root.pods += 1;
  roots.set(key, root);
}
