import { timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerOf, remove, writeStatus } from './control.ts';
import { createPod } from './owned-pods.ts';
import { condition, isActive, isFinished, isReady, podFromTemplate } from './pods.ts';

/** Runs the pods of Jobs to completion, or to their backoff limit, and removes Jobs whose time to live is over. */
export function startJobController(control: Control): void {
  const { caches, clock, events } = control;
  const component = 'job-controller';

  const create = async (job: KubeObject): Promise<void> => {
    const pod = podFromTemplate(job.spec.template, job, {
      generateName: `${job.metadata.name}-`,
      labels: {
        'batch.kubernetes.io/job-name': job.metadata.name,
        'job-name': job.metadata.name,
        'batch.kubernetes.io/controller-uid': job.metadata.uid ?? '',
        'controller-uid': job.metadata.uid ?? '',
      },
    });
    await createPod(control, job, pod, component);
  };

  const finish = (job: KubeObject, type: 'Complete' | 'Failed', reason: string, message: string) => {
    const now = timestamp(clock.now());
    events.record(job, {
      type: type === 'Complete' ? 'Normal' : 'Warning',
      reason: type === 'Complete' ? 'Completed' : reason,
      message: type === 'Complete' ? 'Job completed' : message,
      component,
    });
    const entry = { status: 'True', lastProbeTime: now, lastTransitionTime: now, reason, message };
    return [
      { type: type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', ...entry },
      { type, ...entry },
    ];
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const job = caches.jobs.get(namespace, name);
    if (job === undefined || job.metadata.deletionTimestamp !== undefined) return;
    const over = condition(job, 'Complete')?.status === 'True' || condition(job, 'Failed')?.status === 'True';
    if (over) {
      const keep = job.spec.ttlSecondsAfterFinished;
      if (keep === undefined) return;
      const ended = Date.parse(job.status?.completionTime ?? '') || clock.now();
      const wait = keep * 1000 - clock.elapsed(ended);
      if (wait <= 0) await remove(control, caches.jobs, job, { propagationPolicy: 'Background' });
      else queue.addAfter(key, wait + 500);
      return;
    }
    const pods = caches.pods.ownedBy(job.metadata.uid ?? '');
    const active = pods.filter((pod) => isActive(pod));
    const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
    const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length;
    const completions = job.spec.completions ?? 1;
    const limit = job.spec.backoffLimit ?? 6;
    const startTime = job.status?.startTime ?? timestamp(clock.now());
    const restarts = pods
      .flatMap((pod) => pod.status?.containerStatuses ?? [])
      .reduce((total: number, each: { restartCount?: number }) => total + (each.restartCount ?? 0), 0);
    let conditions = job.status?.conditions;
    let completionTime: string | undefined;
    let running = active.length;
    if (succeeded >= completions) {
      const message = 'Reached expected number of succeeded pods';
      conditions = finish(job, 'Complete', 'CompletionsReached', message);
      completionTime = timestamp(clock.now());
    } else if (failed + restarts > limit) {
      for (const pod of active) await remove(control, caches.pods, pod);
      running = 0;
      const message = 'Job has reached the specified backoff limit';
      conditions = finish(job, 'Failed', 'BackoffLimitExceeded', message);
    } else if (job.spec.suspend !== true) {
      const wanted = Math.min(job.spec.parallelism ?? 1, completions - succeeded);
      for (; running < wanted; running += 1) await create(job);
    }
    await writeStatus(control, caches.jobs, caches.jobs.get(namespace, name) ?? job, {
      startTime,
      ...(conditions === undefined ? {} : { conditions }),
      ...(completionTime === undefined ? {} : { completionTime }),
      ...(running === 0 ? {} : { active: running }),
      ...(succeeded === 0 ? {} : { succeeded }),
      ...(failed === 0 ? {} : { failed }),
      terminating: pods.filter((pod) => !isFinished(pod) && !isActive(pod)).length,
      ready: active.filter(isReady).length,
      uncountedTerminatedPods: {},
    });
  };

  const queue = control.queue('job', reconcile);
  caches.jobs.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.pods.onChange((next, previous) => {
    const pod = next ?? previous;
    const owner = pod === undefined ? undefined : controllerOf(pod);
    if (pod !== undefined && owner?.kind === 'Job') queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
}
