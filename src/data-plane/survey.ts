/** From the metadata of all pods to the survey: which proxy runs where, and how it stands to its control plane. */

import { byName } from '../linkerd/version-order.ts';
import { askedFor, createJudge, type Judged } from './judge.ts';
import type { BarePod, ControlPlaneMeta, NamespaceMeta, PodMeta, Survey, SurveyTotals } from './model.ts';
import { tallyTrustRoots, tallyUnmeshed, tallyVersions, tallyWorkloads, workloadOf } from './tally.ts';

/** Everything that was read. */
export interface SurveyInput {
  readonly pods: Iterable<PodMeta>;
  readonly namespaces: readonly NamespaceMeta[];
  readonly controlPlanes: readonly ControlPlaneMeta[];
  /** UIDs of pods that are over (phase Succeeded or Failed); undefined where they could not be told from the others. */
  readonly finished: ReadonlySet<string> | undefined;
  /** Workloads without a proxy whose pods are on the host network, by `workloadKey`: nobody expects one of them. */
  readonly hostNetwork?: ReadonlySet<string>;
  readonly unseen: readonly string[];
}

/** Folds the pods into the survey. Ten thousand take some tens of milliseconds, so it may be done again whenever a pod changes. */
export function foldSurvey(input: SurveyInput): Survey {
  const namespaces = new Map(input.namespaces.map((one) => [one.name, one]));
  const judge = createJudge(input.controlPlanes);
  const workloads = tallyWorkloads();
  const unmeshed = tallyUnmeshed();
  const versions = tallyVersions();
  const trustRoots = tallyTrustRoots();
  const bare: BarePod[] = [];
  const totals = { ...NONE };
  const seen = new Set<string>();
  const members = new Map<string, number>();
  let completed = 0;

  for (const pod of input.pods) {
    if (input.finished?.has(pod.uid)) {
      if (pod.meshOf !== '') completed += 1;
      continue;
    }
    const namespace = namespaces.get(pod.namespace);
    totals.pods += 1;
    seen.add(pod.namespace);
    if (pod.meshOf === '') {
      const asked = askedFor(pod, namespace);
      if (asked === undefined || input.hostNetwork?.has(workloadOf(pod))) continue;
      totals.unmeshed += 1;
      unmeshed.add(pod, asked);
      continue;
    }
    const judged = judge(pod, namespace);
    countIn(totals, judged);
    members.set(pod.meshOf, (members.get(pod.meshOf) ?? 0) + 1);
    versions.add(pod, judged);
    trustRoots.add(pod, judged);
    if (pod.ownerKind === 'Pod') bare.push(barePod(pod, judged));
    else workloads.add(pod, judged);
  }

  const controlPlanes = [...input.controlPlanes].sort(
    (a, b) =>
      (members.get(b.namespace) ?? 0) - (members.get(a.namespace) ?? 0) || byName(a.namespace, b.namespace),
  );
  return {
    controlPlane: controlPlanes[0],
    controlPlanes,
    rows: workloads.rows(),
    unmeshed: unmeshed.rows(),
    completed,
    completedKnown: input.finished !== undefined,
    bare: bare.sort((a, b) => byName(a.namespace, b.namespace) || byName(a.name, b.name)),
    versions: versions.rows(),
    trustRoots: trustRoots.rows(),
    totals: { ...totals, namespaces: seen.size },
    unseen: input.unseen,
  };
}

type Counts = { -readonly [Name in keyof SurveyTotals]: number };

const NONE: SurveyTotals = {
  namespaces: 0,
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

const COUNTER = {
  'control-plane': 'controlPlane',
  extension: 'extension',
  'data-plane': 'dataPlane',
} as const;

function countIn(totals: Counts, { role, skew, currentRoot }: Judged): void {
  totals.meshed += 1;
  totals[COUNTER[role]] += 1;
  if (currentRoot === false) totals.otherTrustRoot += 1;
  if (role === 'control-plane') return;
  if (skew === 'supported' || skew === 'old') totals.behind += 1;
  if (skew === 'old') totals.old += 1;
  if (skew === 'ahead') totals.ahead += 1;
}

function barePod({ namespace, name, meshOf }: PodMeta, judged: Judged): BarePod {
  const { currentRoot, ...rest } = judged;
  return { namespace, name, meshOf, otherTrustRoot: currentRoot === false, ...rest };
}
