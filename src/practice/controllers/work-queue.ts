import type { Clock, Timer } from '../clock.ts';

/** Keys of objects to look at, each by one worker at a time, as in client-go's `workqueue`. */
export interface WorkQueue {
  /** Asks for a look at `key`. Asked for twice before it begins, it is looked at once. */
  add(key: string): void;
  /** As `add`, once `ms` of the cluster's time have passed; the earliest wish for a key wins. */
  addAfter(key: string, ms: number): void;
  /** True while nothing waits to be done now and nothing is being done. */
  idle(): boolean;
  stop(): void;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 20_000;

/**
 * Level driven work: the reconciler is handed a key, never an event, and one key is never in two hands at once. What throws
 * is tried again, each time after a longer wait. `onError` hears of it.
 */
export function createWorkQueue(
  clock: Clock,
  reconcile: (key: string) => Promise<void>,
  options: { workers?: number; onError?: (key: string, error: unknown) => unknown } = {},
): WorkQueue {
  const workers = options.workers ?? 4;
  const ready = new Set<string>();
  const busy = new Set<string>();
  const again = new Set<string>();
  const failures = new Map<string, number>();
  const delayed = new Map<string, Timer>();
  let stopped = false;
  let pumping = false;

  const add = (key: string) => {
    if (stopped) return;
    if (busy.has(key)) again.add(key);
    else ready.add(key);
    if (pumping) return;
    pumping = true;
    // One turn later, so that a burst of events about one object becomes one look.
    queueMicrotask(pump);
  };
  const addAfter = (key: string, ms: number) => {
    if (stopped) return;
    const waiting = delayed.get(key);
    if (waiting !== undefined && waiting.due <= clock.moment(ms)) return;
    waiting?.cancel();
    const timer = clock.after(ms, () => {
      delayed.delete(key);
      add(key);
    });
    delayed.set(key, timer);
  };
  const work = async (key: string) => {
    try {
      await reconcile(key);
      failures.delete(key);
    } catch (error) {
      if (!stopped) {
        const count = failures.get(key) ?? 0;
        failures.set(key, count + 1);
        options.onError?.(key, error);
        addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** count, LAST_RETRY_MS));
      }
    }
    busy.delete(key);
    if (again.delete(key)) ready.add(key);
    pump();
  };
  const pump = () => {
    pumping = false;
    for (const key of ready) {
      if (stopped || busy.size >= workers) return;
      ready.delete(key);
      busy.add(key);
      void work(key);
    }
  };

  return {
    add,
    addAfter,
    idle: () => ready.size === 0 && busy.size === 0,
    stop() {
      stopped = true;
      ready.clear();
      for (const timer of delayed.values()) timer.cancel();
      delayed.clear();
    },
  };
}
