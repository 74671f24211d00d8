/** Asks the server beforehand whether it would take each restart, so that nothing is agreed to that cannot be done. */
import type { ClusterApi } from '../../cluster/api.ts';
import { resourceOf } from '../../cluster/rollouts/rollout-scope.ts';
import type { LeftOut, PlannedWorkload, RestartPlan } from '../../data-plane/restart-plan.ts';
import { restartPatch } from './patch-workload.ts';
import { problemText } from './problem-text.ts';

const atOnce = 8;
/** With more than these the look would take longer than what it saves; the rest is found out when it is done. */
const most = 1_000;

/** The plan without what the server would refuse: that is left out, with what it said. Nothing is changed. */
export async function withoutRefused(
  api: ClusterApi,
  plan: RestartPlan,
  now: number,
  signal: AbortSignal,
): Promise<RestartPlan> {
  const refused = new Map<string, string>();
  const stamp = new Date(now).toISOString();
  const waiting = plan.workloads.slice(0, most);
  const worker = async () => {
    for (let workload = waiting.shift(); workload && !signal.aborted; workload = waiting.shift()) {
      const why = await whyRefused(api, workload, stamp);
      if (why !== undefined) refused.set(workload.id, why);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (refused.size === 0) return plan;
  const left = plan.workloads.flatMap((workload): LeftOut[] => {
    const why = refused.get(workload.id);
    return why === undefined ? [] : [leftOut(workload, why)];
  });
  return {
    ...plan,
    workloads: plan.workloads.filter(({ id }) => !refused.has(id)),
    left: [...left, ...plan.left],
  };
}

async function whyRefused(
  api: ClusterApi,
  workload: PlannedWorkload,
  stamp: string,
): Promise<string | undefined> {
  const ref = { apiVersion: 'apps/v1', resource: resourceOf[workload.kind], namespace: workload.namespace };
  const result = await api.patch(ref, workload.name, restartPatch(workload, stamp), {
    type: 'strategic',
    fieldManager: 'handrail',
    dryRun: true,
  });
  if (result.ok) return undefined;
  const { problem } = result;
  switch (problem.type) {
    case 'denied':
      return problemText(problem);
    case 'rejected':
      // Webhooks that must not be tried refuse the trial, not the change (admission, BadRequest for sideEffects).
      return /dry ?run/i.test(problem.message) ? undefined : problemText(problem);
    case 'not-found':
    case 'conflict':
    case 'unreachable':
      return undefined;
  }
}

function leftOut({ kind, namespace, name, pods, versions }: PlannedWorkload, why: string): LeftOut {
  const version = versions
    .map((one) => one.version)
    .filter((one) => one !== '')
    .join(', ');
  return { kind, namespace, name, pods, version, code: 'REFUSED', why, role: 'data-plane' };
}
