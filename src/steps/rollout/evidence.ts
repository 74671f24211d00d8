/** The log and the warnings of single pods: fetched when the operator asks, and of what has failed when watching ends. */
import type { ClusterApi } from '../../cluster/api.ts';
import type { RolloutBoard, RolloutWatch } from '../../cluster/rollouts/rollout-watch.ts';
import type { PodFacts, PodView, ReasonCode, Rollout } from '../../rollout/model.ts';
import { createRedactor } from '../../runbook/redact.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { isFine, worst } from './panel-words.ts';
import { ownerRow, type PodLog, rowId } from './shown.ts';

const logLines = 20;
/** So many causes are looked into when it has failed; more than that nobody reads. */
const causesAtEnd = 3;

/** Causes that a container's own words may explain: it has run. */
const speaks: readonly ReasonCode[] = [
  'CRASH_LOOP',
  'OOM_KILLED',
  'INIT_FAILED',
  'PROXY_NOT_READY',
  'STARTUP_FAILING',
  'LIVENESS_KILLED',
  'READINESS_FAILING',
];

/**
 * The pod that a row is about: of a workload or a revision the one that needs looking at most. A workload that is well has none of
 * those: while another is not, it is about that one, as the foot of the panel is.
 */
export function podOfRow({ rollouts }: RolloutBoard, selected: string): PodView | undefined {
  const row = ownerRow(selected);
  const most = worst(rollouts);
  const other = most && neediest(most.revisions.flatMap(({ pods }) => pods));
  for (const rollout of rollouts) {
    const all = rollout.revisions.flatMap(({ pods }) => pods);
    const pod = all.find(({ uid }) => rowId.pod(uid) === row);
    if (pod) return pod;
    if (row === rowId.workload(rollout.uid)) return (isFine(rollout) ? other : undefined) ?? neediest(all);
    const revision = rollout.revisions.find(({ name }) => rowId.revision(rollout.uid, name) === row);
    if (revision) return neediest(revision.pods);
  }
  return other;
}

const neediest = (pods: readonly PodView[]): PodView | undefined =>
  (['failing', 'starting', 'terminating', 'ready', 'finished'] as const)
    .flatMap((state) => pods.filter((pod) => pod.current && pod.state === state))
    .concat(pods)[0];

/** One pod for each cause that a log may explain, the worst first. */
export function podsToExplain({ rollouts }: RolloutBoard): readonly PodView[] {
  const seen = new Set<string>();
  const pods: PodView[] = [];
  for (const rollout of rollouts.filter((one) => !isFine(one))) {
    for (const { code, subject, pods: names } of rollout.reasons) {
      const cause = `${rollout.uid} ${code} ${subject}`;
      const pod = speaks.includes(code) ? podNamed(rollout, names[0]) : undefined;
      if (!pod || seen.has(cause)) continue;
      seen.add(cause);
      pods.push(pod);
    }
  }
  return pods.slice(0, causesAtEnd);
}

/** The pods whose warnings tell the most: the first of each cause. */
export function podsInTrouble({ rollouts }: RolloutBoard): readonly PodView[] {
  return rollouts
    .filter((one) => !isFine(one))
    .flatMap((rollout) => rollout.reasons.map(({ pods }) => podNamed(rollout, pods[0])))
    .filter((pod) => pod !== undefined)
    .slice(0, causesAtEnd);
}

function podNamed({ revisions }: Rollout, name: string | undefined): PodView | undefined {
  return revisions.flatMap(({ pods }) => pods).find((pod) => pod.name === name);
}

/** The last lines of the container that fails, or else of the application's first; secrets and controls are taken out. */
export async function fetchLog(api: ClusterApi, watch: RolloutWatch, pod: PodView): Promise<PodLog> {
  const container = containerOf(pod, watch.pod(pod.uid));
  if (container === undefined) {
    return { container: '', previous: false, lines: [], problem: 'It is not known which containers it has.' };
  }
  // What has just been started again has said nothing yet; why it ended is in the log of the one before.
  const before = pod.restarts > 0 && pod.state !== 'ready';
  for (const previous of before ? [true, false] : [false]) {
    const result = await api.log(pod, { container, lines: logLines, ...(previous ? { previous } : {}) });
    if (result.ok) return { container, previous, lines: safe(result.value), problem: undefined };
    if (previous && result.problem.type !== 'denied') continue;
    const problem = `The log of ${container} cannot be read: ${stripToLine(result.problem.message)}`;
    return { container, previous, lines: [], problem };
  }
  return { container, previous: false, lines: [], problem: `There is no log of ${container}.` };
}

const safe = (lines: readonly string[]): readonly string[] =>
  createRedactor([])(lines).map((text) => stripToLine(text).slice(0, 500));

function containerOf(pod: PodView, facts: PodFacts | undefined): string | undefined {
  const { containers = [] } = facts ?? {};
  return (
    pod.container ??
    containers.find(({ role, name }) => role === 'main' && name !== 'linkerd-proxy')?.name ??
    containers[0]?.name
  );
}
