import type { KubectlVerdict, WorkloadFacts } from './model.ts';

const waits = (message: string): KubectlVerdict => ({ done: false, message, error: false });
const done = (message: string): KubectlVerdict => ({ done: true, message, error: false });

/** True where the Deployment controller gave up waiting; kubectl looks at the reason alone, not at the condition's status. */
export const deadlineExceeded = (workload: WorkloadFacts): boolean =>
  workload.kind === 'Deployment' &&
  workload.conditions.find((each) => each.type === 'Progressing')?.reason === 'ProgressDeadlineExceeded';

/**
 * What `kubectl rollout status` says of a workload, word for word and in its order (kubectl
 * `pkg/polymorphichelpers/rollout_status.go`). An error's message is without the `error: ` that kubectl puts before it.
 */
export function kubectlVerdict(workload: WorkloadFacts): KubectlVerdict {
  switch (workload.kind) {
    case 'Deployment':
      return deployment(workload);
    case 'DaemonSet':
      return onDelete(workload) ?? daemonSet(workload);
    case 'StatefulSet':
      return onDelete(workload) ?? statefulSet(workload);
  }
}

function onDelete({ strategy }: WorkloadFacts): KubectlVerdict | undefined {
  if (strategy === 'RollingUpdate') return undefined;
  const message = 'rollout status is only available for RollingUpdate strategy type';
  return { done: true, message, error: true };
}

function deployment(workload: WorkloadFacts): KubectlVerdict {
  const { name, generation, observedGeneration, desired, replicas, updated, available } = workload;
  const rollout = `Waiting for deployment "${name}" rollout to finish:`;
  if (generation > observedGeneration) return waits('Waiting for deployment spec update to be observed...');
  if (deadlineExceeded(workload))
    return { done: false, message: `deployment "${name}" exceeded its progress deadline`, error: true };
  if (updated < desired)
    return waits(`${rollout} ${updated} out of ${desired} new replicas have been updated...`);
  if (replicas > updated)
    return waits(`${rollout} ${replicas - updated} old replicas are pending termination...`);
  if (available < updated)
    return waits(`${rollout} ${available} of ${updated} updated replicas are available...`);
  return done(`deployment "${name}" successfully rolled out`);
}

function daemonSet(workload: WorkloadFacts): KubectlVerdict {
  const { name, generation, observedGeneration, desired, updated, available } = workload;
  const rollout = `Waiting for daemon set "${name}" rollout to finish:`;
  if (generation > observedGeneration) return waits('Waiting for daemon set spec update to be observed...');
  if (updated < desired)
    return waits(`${rollout} ${updated} out of ${desired} new pods have been updated...`);
  if (available < desired)
    return waits(`${rollout} ${available} of ${desired} updated pods are available...`);
  return done(`daemon set "${name}" successfully rolled out`);
}

function statefulSet(workload: WorkloadFacts): KubectlVerdict {
  const { generation, observedGeneration, desired, updated, ready, partition } = workload;
  if (observedGeneration === 0 || generation > observedGeneration)
    return waits('Waiting for statefulset spec update to be observed...');
  if (ready < desired) return waits(`Waiting for ${desired - ready} pods to be ready...`);
  if (workload.hasRollingUpdate) {
    const wanted = desired - (partition ?? 0);
    if (partition !== undefined && updated < wanted)
      return waits(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted} new pods have been updated...`,
      );
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  const { current, currentRevision, updateRevision } = workload;
  if (updateRevision !== currentRevision)
    return waits(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${updateRevision}...`,
    );
  return done(`statefulset rolling update complete ${current} pods at revision ${currentRevision}...`);
}
