import { timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerReference, remove, writeStatus } from './control.ts';
import { condition } from './pods.ts';

/** One field of a schedule as the set of its values; undefined when it cannot be read. */
function field(text: string, low: number, high: number): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, whole, from, to, step] = match;
    const first = whole === '*' ? low : Number(from);
    const last = whole === '*' || (step !== undefined && to === undefined) ? high : Number(to ?? from);
    if (first < low || last > high || first > last || step === '0') return undefined;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

const NAMED: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

/** The first whole minute after `from` that a five-field schedule names, in UTC; undefined for a schedule that names none. */
export function nextRun(schedule: string, from: number): number | undefined {
  const parts = (NAMED[schedule.trim()] ?? schedule).trim().split(/\s+/);
  const limits: [number, number][] = [
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 7],
  ];
  if (parts.length !== 5) return undefined;
  const sets = parts.map((part, index) => field(part, ...(limits[index] ?? [0, 0])));
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const anyDay = parts[2]?.startsWith('*') === true;
  const anyWeekday = parts[4]?.startsWith('*') === true;
  const time = new Date(Math.floor(from / 60_000) * 60_000 + 60_000);
  const end = from + 366 * 86_400_000;
  while (time.getTime() < end) {
    const day = days.has(time.getUTCDate());
    const weekday = weekdays.has(time.getUTCDay()) || (time.getUTCDay() === 0 && weekdays.has(7));
    const dayFits = anyDay || anyWeekday ? day && weekday : day || weekday;
    if (!months.has(time.getUTCMonth() + 1) || !dayFits) {
      time.setUTCHours(24, 0, 0, 0);
    } else if (!hours.has(time.getUTCHours())) {
      time.setUTCHours(time.getUTCHours() + 1, 0, 0, 0);
    } else if (!minutes.has(time.getUTCMinutes())) {
      time.setUTCMinutes(time.getUTCMinutes() + 1, 0, 0);
    } else {
      return time.getTime();
    }
  }
  return undefined;
}

/** CronJobs keep to the wall clock, whatever the speed: a practice hour must not bring a week of jobs. */
export function startCronJobController(control: Control, speed: number): void {
  const { caches, client, clock, events } = control;

  const fire = async (cron: KubeObject, due: number): Promise<void> => {
    const template = cron.spec.jobTemplate;
    const name = `${cron.metadata.name}-${Math.floor(due / 60_000)}`;
    await client.create(caches.jobs.ref(cron.metadata.namespace), {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        ...(cron.metadata.namespace === undefined ? {} : { namespace: cron.metadata.namespace }),
        labels: { ...template.metadata?.labels },
        annotations: {
          ...template.metadata?.annotations,
          'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due),
        },
        ownerReferences: [controllerReference(cron)],
      },
      spec: structuredClone(template.spec),
    });
    const message = `Created job ${name}`;
    events.record(cron, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message,
      component: 'cronjob-controller',
    });
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const cron = caches.cronjobs.get(namespace, name);
    if (cron === undefined || cron.metadata.deletionTimestamp !== undefined) return;
    const jobs = caches.jobs.ownedBy(cron.metadata.uid ?? '');
    const over = (type: string) => jobs.filter((job) => condition(job, type)?.status === 'True');
    const active = jobs.filter((job) => !over('Complete').includes(job) && !over('Failed').includes(job));
    let lastScheduleTime = cron.status?.lastScheduleTime as string | undefined;
    const since = Date.parse(lastScheduleTime ?? cron.metadata.creationTimestamp ?? '') || clock.now();
    const due = nextRun(cron.spec.schedule ?? '', Math.max(since, clock.now() - 120_000));
    const now = clock.now();
    if (cron.spec.suspend !== true && due !== undefined && due <= now) {
      const policy = cron.spec.concurrencyPolicy ?? 'Allow';
      if (policy === 'Replace') for (const job of active) await remove(control, caches.jobs, job);
      if (policy !== 'Forbid' || active.length === 0) await fire(cron, due);
      lastScheduleTime = timestamp(due);
    }
    for (const [type, limit] of [
      ['Complete', cron.spec.successfulJobsHistoryLimit ?? 3],
      ['Failed', cron.spec.failedJobsHistoryLimit ?? 1],
    ] as const) {
      const sorted = over(type).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      for (const job of sorted.slice(0, Math.max(sorted.length - limit, 0)))
        await remove(control, caches.jobs, job, { propagationPolicy: 'Background' });
    }
    const lastDone = over('Complete')
      .map((job) => job.status?.completionTime as string | undefined)
      .sort()
      .at(-1);
    await writeStatus(control, caches.cronjobs, cron, {
      ...cron.status,
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(lastDone === undefined ? {} : { lastSuccessfulTime: lastDone }),
      active: active.map((job) => ({
        apiVersion: 'batch/v1',
        kind: 'Job',
        name: job.metadata.name,
        namespace: job.metadata.namespace,
        uid: job.metadata.uid,
      })),
    });
    const next = nextRun(cron.spec.schedule ?? '', now);
    if (next !== undefined) queue.addAfter(key, (next - now) * speed + 1);
  };

  const queue = control.queue('cronjob', reconcile);
  caches.cronjobs.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.jobs.onChange((next, previous) => {
    const job = next ?? previous;
    const owner = job?.metadata.ownerReferences?.find((each) => each.kind === 'CronJob');
    if (job !== undefined && owner !== undefined) queue.add(`${job.metadata.namespace}/${owner.name}`);
  });
}
