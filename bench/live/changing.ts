/** What is said between a bench and the process that changes a cluster: a real one, or one that is replayed. */
import { type ChildProcess, fork } from 'node:child_process';

/** First of all: which cluster. */
export type Place =
  | { readonly type: 'make'; readonly pods: number; readonly namespaces: number; readonly unfinished: number }
  | { readonly type: 'join'; readonly kubeconfig: string; readonly unfinished: number };

export type Task =
  /** So many changes of pods a second, or as many as can be had, and a beat every now and then. */
  | { readonly type: 'pace'; readonly perSecond: number; readonly seconds: number }
  /** So many changes of a busy hour, as fast as they are taken. */
  | { readonly type: 'hour'; readonly changes: number };

export type Told =
  | { readonly type: 'ready'; readonly kubeconfig: string }
  | { readonly type: 'beat'; readonly beat: number; readonly at: number }
  | { readonly type: 'done'; readonly changes: number; readonly seconds: number };

export type Done = Extract<Told, { type: 'done' }>;

/** The process, for as long as the bench needs it. */
export interface Changing {
  readonly kubeconfig: string;
  /** Settles when all changes are made. `onBeat`: the beacon was set to that number at that time (ms since the epoch). */
  run(task: Task, onBeat?: (beat: number, at: number) => void): Promise<Done>;
  stop(): void;
}

/** `program`: `replay-server` or `real-writer`, built. */
export async function startChanging(program: string, place: Place): Promise<Changing> {
  const child = fork(program);
  const ready = await order(child, place, 'ready').catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    kubeconfig: ready.kubeconfig,
    run: (task, onBeat) => order(child, task, 'done', onBeat),
    stop: () => void child.kill('SIGKILL'),
  };
}

function order<T extends 'ready' | 'done'>(
  child: ChildProcess,
  what: Place | Task,
  until: T,
  onBeat: (beat: number, at: number) => void = () => {},
): Promise<Extract<Told, { type: T }>> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) =>
      reject(new Error(`the process that makes changes ended with code ${code}`));
    const hear = (told: Told) => {
      if (told.type === 'beat') onBeat(told.beat, told.at);
      if (told.type !== until) return;
      child.off('message', hear);
      child.off('exit', gone);
      resolve(told as Extract<Told, { type: T }>);
    };
    child.on('message', hear);
    child.once('exit', gone);
    child.send(what);
  });
}

/** The side of the process: `place` is given the first order, what it gives the others. It ends with whoever started it. */
export function takeOrders(place: (place: Place) => Promise<(task: Task) => Promise<void>>): void {
  let work: ReturnType<typeof place> | undefined;
  process.on('message', (order: Place | Task) => {
    const run = async () => {
      if (order.type === 'make' || order.type === 'join') {
        work = place(order);
        await work;
      } else await (await work)?.(order);
    };
    run().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.on('disconnect', () => process.exit(0));
}

export const tell = (what: Told): void => void process.send?.(what);

/** ms since the epoch, to a fraction. */
export const exactly = (): number => performance.timeOrigin + performance.now();

/** Until the next beat, in seconds: never in step with the frames of who watches. */
export const untilNextBeat = (): number => 0.08 + 0.14 * Math.random();
