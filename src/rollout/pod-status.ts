import type { ContainerFacts, PodFacts } from './model.ts';

/** What kubectl shows of a pod in its columns STATUS, READY and RESTARTS. */
export interface PodColumns {
  readonly status: string;
  /** `1/2`: the ready ones of all that serve, native sidecars among them. */
  readonly ready: string;
  readonly restarts: number;
}

interface Part {
  readonly ready: number;
  readonly restarts: number;
}

/** `Error`, or `ExitCode:1`, `Signal:9` where the runtime gives no reason. */
function ended({ reason, exitCode, signal }: { reason: string; exitCode: number; signal: number }): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

/** What holds the initialisation up at this container; undefined where it is past it. */
function initStep({ state, role, started }: ContainerFacts, step: string): string | undefined {
  if (state.type === 'terminated' && state.exitCode === 0) return undefined;
  if (role === 'sidecar' && started) return undefined;
  if (state.type === 'terminated') return `Init:${ended(state)}`;
  const telling = state.type === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing';
  return `Init:${telling ? state.reason : step}`;
}

/** The init containers up to the first that is not past its part: what comes after it does not count yet. */
function initPart(containers: readonly ContainerFacts[]): Part & {
  readonly status: string | undefined;
  readonly sidecarRestarts: number;
} {
  let [ready, restarts, sidecarRestarts] = [0, 0, 0];
  for (const [index, container] of containers.entries()) {
    if (!container.reported) continue;
    restarts += container.restarts;
    if (container.role === 'sidecar') sidecarRestarts += container.restarts;
    const status = initStep(container, `${index}/${containers.length}`);
    if (status !== undefined) return { status, ready, restarts, sidecarRestarts };
    const over = container.state.type === 'terminated' && container.state.exitCode === 0;
    if (container.role === 'sidecar' && container.ready && !over) ready += 1;
  }
  return { status: undefined, ready, restarts, sidecarRestarts };
}

/** What the other containers make of it: the first that has something to say; an error rather than `Completed`. */
function mainPart(
  pod: PodFacts,
  containers: readonly ContainerFacts[],
  before: string,
): Part & { status: string } {
  let status = before;
  let failure = '';
  let [ready, restarts] = [0, 0];
  for (let index = containers.length - 1; index >= 0; index -= 1) {
    const { state, restarts: own, ready: isReady } = containers[index]!;
    restarts += own;
    if (state.type === 'waiting' && state.reason !== '') status = state.reason;
    else if (state.type === 'terminated') {
      status = ended(state);
      if (state.exitCode !== 0) failure = status;
    } else if (state.type === 'running' && isReady) ready += 1;
  }
  if (status !== 'Completed') return { status, ready, restarts };
  if (ready > 0 && pod.ready) status = 'Running';
  else if (failure !== '') status = failure;
  else if (ready > 0) status = 'NotReady';
  return { status, ready, restarts };
}

/** True of a pod that ended for good, evicted ones among them. */
export const isFinished = ({ phase }: PodFacts): boolean => phase === 'Succeeded' || phase === 'Failed';

const isInitialised = (pod: PodFacts) =>
  pod.conditions.some((each) => each.type === 'Initialized' && each.status === 'True');
const isGated = (pod: PodFacts) =>
  pod.conditions.some((each) => each.type === 'PodScheduled' && each.reason === 'SchedulingGated');

/** The pod in the words of kubectl's columns (Kubernetes 1.36 `pkg/printers/internalversion/printers.go`, printPod). */
export function podColumns(pod: PodFacts): PodColumns {
  const inits = pod.containers.filter((each) => each.role !== 'main');
  const mains = pod.containers.filter((each) => each.role === 'main');
  const total = mains.length + inits.filter((each) => each.role === 'sidecar').length;
  const init = initPart(inits);
  const before = init.status ?? (isGated(pod) ? 'SchedulingGated' : pod.reason || pod.phase);
  if (init.status !== undefined && !isInitialised(pod)) {
    return { status: atLast(pod, before), ready: `${init.ready}/${total}`, restarts: init.restarts };
  }
  const main = mainPart(pod, mains, before);
  return {
    status: atLast(pod, main.status),
    ready: `${init.ready + main.ready}/${total}`,
    restarts: init.sidecarRestarts + main.restarts,
  };
}

/** A pod that is being deleted is terminating, whatever its containers do. */
function atLast(pod: PodFacts, status: string): string {
  if (pod.deletedAt === undefined) return status;
  if (pod.reason === 'NodeLost') return 'Unknown';
  return isFinished(pod) ? status : 'Terminating';
}
