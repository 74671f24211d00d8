/**
 * The time of the practice cluster. What is written on objects is wall time; what has to pass (a back-off, a deadline, an image
 * pull) passes `speed` times as fast. Before the cluster opens its doors the clock can run ahead: time then jumps from one
 * timer to the next, which is how a world comes up with everything already running.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fn` once `ms` of the cluster's time have passed. */
  after(ms: number, fn: () => void): Timer;
  /** The moment at which `ms` of the cluster's time will have passed. */
  moment(ms: number): number;
  /** How much of the cluster's time lies between a moment and now, in milliseconds; negative for what is to come. */
  elapsed(since: number): number;
}

export interface PracticeClock extends Clock {
  /** The moment of the next timer, undefined where none waits. Only while time stands still. */
  next(): number | undefined;
  /** Moves time on, and runs what has come due. Only while time stands still. */
  moveTo(moment: number): void;
  /** From here on time runs by itself. */
  run(): void;
  /** Drops every timer. */
  stop(): void;
}

export interface Timer {
  /** When it calls, as long as nobody cancels it. Another moment once time begins to run. */
  readonly due: number;
  cancel(): void;
}

interface Waiting extends Timer {
  due: number;
  readonly fn: () => void;
  handle?: ReturnType<typeof setTimeout>;
}

/** A clock that stands still until `run`. `speed` is how many seconds of the cluster pass in one of ours. */
export function createClock({
  speed = 1,
  start = Date.now(),
}: {
  speed?: number;
  start?: number;
} = {}): PracticeClock {
  const timers = new Set<Waiting>();
  let still = true;
  let stillAt = start;

  const now = () => (still ? stillAt : Date.now());
  const rate = () => (still ? 1 : speed);
  const arm = (timer: Waiting) => {
    const wait = Math.min(Math.max(timer.due - Date.now(), 0), 2 ** 31 - 1);
    timer.handle = setTimeout(() => {
      timers.delete(timer);
      timer.fn();
    }, wait);
    // A cluster that only waits must not keep a program alive; its server does.
    timer.handle.unref();
  };
  const next = () => {
    let first: number | undefined;
    for (const timer of timers) if (first === undefined || timer.due < first) first = timer.due;
    return first;
  };

  return {
    now,
    moment: (ms) => now() + ms / rate(),
    elapsed: (since) => (now() - since) * rate(),
    after(ms, fn) {
      const timer: Waiting = {
        due: now() + ms / rate(),
        fn,
        cancel() {
          timers.delete(timer);
          clearTimeout(timer.handle);
        },
      };
      timers.add(timer);
      if (!still) arm(timer);
      return timer;
    },
    next,
    moveTo(moment) {
      stillAt = Math.max(stillAt, moment);
      const due = [...timers].filter((timer) => timer.due <= stillAt).sort((a, b) => a.due - b.due);
      for (const timer of due) {
        if (timers.delete(timer)) timer.fn();
      }
    },
    run() {
      if (!still) return;
      still = false;
      const live = Date.now();
      for (const timer of timers) {
        timer.due = live + Math.max(timer.due - stillAt, 0) / speed;
        arm(timer);
      }
    },
    stop() {
      for (const timer of timers) clearTimeout(timer.handle);
      timers.clear();
    },
  };
}

/** The form of time on Kubernetes objects: whole seconds, UTC. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The form of time with microseconds, as leases and newer events have it. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}
