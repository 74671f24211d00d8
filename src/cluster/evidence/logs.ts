/** The last lines of the logs that may tell why something does not run. */
import type { LogTail, Read, SnapshotObject } from '../../diagnosis/snapshot.ts';
import { record, records, text, whole } from '../../rollout/json.ts';
import { redactText } from '../../runbook/redact.ts';
import { isOwn } from './own-pods.ts';
import { type Collecting, unreadFor } from './read-part.ts';

const LINES = 40;
const MOST_OF_MESH = 8;
const MOST_ELSEWHERE = 3;
const LONGEST_LINE = 1000;
const proxyContainer = /^linkerd-(?:proxy|init|network-validator)$/;

interface Container {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly own: boolean;
}

/** Of containers of the control plane and its extensions that do not run as they should, and of a few proxies. */
export async function readLogs(
  { api, timeoutMs, signal }: Collecting,
  pods: Read<readonly SnapshotObject[]>,
): Promise<Read<readonly LogTail[]>> {
  if (pods.state === 'unread') {
    return {
      state: 'unread',
      why: 'skipped',
      message: 'Without the pods it is not known which logs tell something.',
    };
  }
  const wanted = pods.value.flatMap(ailing);
  const chosen = [
    ...wanted.filter(({ own }) => own).slice(0, MOST_OF_MESH),
    ...wanted.filter(({ own }) => !own).slice(0, MOST_ELSEWHERE),
  ];
  const results = await Promise.all(
    chosen.map(async ({ namespace, pod, container, previous }) => ({
      tail: { namespace, pod, container, previous },
      result: await within(
        api.log({ namespace, name: pod }, { container, lines: LINES, previous }),
        timeoutMs,
        signal,
      ),
    })),
  );
  signal.throwIfAborted();
  const read = results.flatMap(({ tail, result }): LogTail[] =>
    result?.ok ? [{ ...tail, lines: clean(result.value) }] : [],
  );
  const refused = results.find(({ result }) => result?.ok === false && result.problem.type === 'denied');
  return read.length === 0 && refused?.result?.ok === false
    ? unreadFor(refused.result.problem)
    : { state: 'read', value: read };
}

const clean = (lines: readonly string[]) =>
  redactText(lines.join('\n'))
    .split('\n')
    .map((line) => line.slice(0, LONGEST_LINE));

/** Undefined where it takes too long: one log is no reason to wait. */
async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const over = AbortSignal.any([AbortSignal.timeout(ms), signal]);
  return Promise.race([
    promise,
    new Promise<undefined>((resolve) =>
      over.addEventListener('abort', () => resolve(undefined), { once: true }),
    ),
  ]);
}

/** Containers that were started and are not ready, or ended before: only those have said something. */
function ailing(pod: SnapshotObject): readonly Container[] {
  const { name, namespace = '' } = pod.metadata;
  const status = record(pod.status);
  if (text(status.phase) === 'Succeeded') return [];
  const own = isOwn(pod.metadata);
  return [
    ...records(status.initContainerStatuses).filter((one) => !isDone(one)),
    ...records(status.containerStatuses),
  ].flatMap((one) => {
    const container = text(one.name);
    if (!own && !proxyContainer.test(container)) return [];
    const restarted = whole(one.restartCount) > 0;
    const { waiting, running } = record(one.state);
    const started = running !== undefined || restarted || record(one.state).terminated !== undefined;
    if (!started || (one.ready === true && !(own && restarted))) return [];
    // What waits has no log of its own yet: that of the container before it tells why.
    return [{ namespace, pod: name, container, own, previous: restarted && waiting !== undefined }];
  });
}

const isDone = (status: unknown) =>
  record(record(record(status).state).terminated).exitCode === 0 || record(status).ready === true;
