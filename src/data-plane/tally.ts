/** Groups pods: by workload and version, by workload without a proxy, by version, by trust root. */

import { byName, compareVersions } from '../linkerd/version-order.ts';
import type { Judged } from './judge.ts';
import type { PodMeta, Survey, SurveyRow, UnmeshedRow } from './model.ts';

type Open<T> = { -readonly [Key in keyof T]: T[Key] extends readonly string[] ? string[] : T[Key] };

/** How many pods of a group are named. */
const EXAMPLES = 3;

export interface Tally<Row> {
  readonly rows: () => Row[];
}

/** One more pod of a group; `start` makes the group at its first one. */
function count<Row extends { pods: number }>(groups: Map<string, Row>, key: string, start: () => Row): Row {
  let row = groups.get(key);
  if (row === undefined) {
    row = start();
    groups.set(key, row);
  }
  row.pods += 1;
  return row;
}

/** One text for a workload, for sets and maps. */
export function workloadKey(of: Pick<SurveyRow, 'namespace' | 'kind' | 'name'>): string {
  return `${of.namespace}/${of.kind}/${of.name}`;
}

export const workloadOf = (pod: PodMeta): string =>
  workloadKey({ namespace: pod.namespace, kind: pod.ownerKind, name: pod.ownerName });

export function tallyWorkloads(): Tally<SurveyRow> & { add(pod: PodMeta, judged: Judged): void } {
  const groups = new Map<string, Open<SurveyRow>>();
  return {
    add(pod, { version, skew, override, role, extension, currentRoot }) {
      const key = [workloadOf(pod), version, override, role, pod.meshOf].join('\n');
      const row = count(groups, key, () => ({
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
      }));
      if (currentRoot === false) row.otherTrustRoot += 1;
      if (row.examples.length < EXAMPLES) row.examples.push(pod.name);
    },
    rows: () => [...groups.values()].sort((a, b) => byPlace(a, b) || compareVersions(a.version, b.version)),
  };
}

export function tallyUnmeshed(): Tally<UnmeshedRow> & {
  add(pod: PodMeta, asked: UnmeshedRow['asked']): void;
} {
  const groups = new Map<string, Open<UnmeshedRow>>();
  return {
    add(pod, asked) {
      const { namespace, ownerKind: kind, ownerName: name } = pod;
      const start = () => ({ namespace, kind, name, pods: 0, examples: [], asked });
      const row = count(groups, `${workloadOf(pod)}\n${asked}`, start);
      if (row.examples.length < EXAMPLES) row.examples.push(pod.name);
    },
    rows: () => [...groups.values()].sort(byPlace),
  };
}

type VersionCount = Survey['versions'][number];

export function tallyVersions(): Tally<VersionCount> & { add(pod: PodMeta, judged: Judged): void } {
  const groups = new Map<string, Open<Omit<VersionCount, 'workloads'>> & { workloads: Set<string> }>();
  return {
    add(pod, { version, skew }) {
      const start = () => ({ version, skew, pods: 0, workloads: new Set<string>() });
      count(groups, `${version}\n${skew}`, start).workloads.add(workloadOf(pod));
    },
    rows: () =>
      [...groups.values()]
        .map(({ workloads, ...rest }) => ({ ...rest, workloads: workloads.size }))
        .sort((a, b) => compareVersions(a.version, b.version) || byName(a.skew, b.skew)),
  };
}

type RootCount = Survey['trustRoots'][number];

export function tallyTrustRoots(): Tally<RootCount> & { add(pod: PodMeta, judged: Judged): void } {
  const groups = new Map<string, Open<RootCount>>();
  return {
    add({ trustRoot: sha256 }, { currentRoot: current }) {
      count(groups, `${sha256}\n${current}`, () => ({ sha256, pods: 0, current }));
    },
    rows: () => [...groups.values()].sort((a, b) => b.pods - a.pods || byName(a.sha256, b.sha256)),
  };
}

function byPlace(a: SurveyRow | UnmeshedRow, b: SurveyRow | UnmeshedRow): number {
  return byName(a.namespace, b.namespace) || byName(a.kind, b.kind) || byName(a.name, b.name);
}
