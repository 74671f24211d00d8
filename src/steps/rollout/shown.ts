/** What the rollout kind shows of its work while it watches: its panel, and `-o json`, read this. Times are ms since the epoch. */
import type { RolloutBoard } from '../../cluster/rollouts/rollout-watch.ts';
import type { EventFacts } from '../../rollout/model.ts';

/** The last lines of a container's log, or why there are none. */
export interface PodLog {
  readonly container: string;
  /** They are of the container before the last restart. */
  readonly previous: boolean;
  readonly lines: readonly string[];
  readonly problem: string | undefined;
}

/** How it ended, in one sentence. */
export interface RolloutEnd {
  readonly verdict: 'done' | 'failed' | 'timed-out' | 'accepted' | 'cancelled';
  readonly detail: string;
  readonly at: number;
}

export interface RolloutShown {
  readonly board: RolloutBoard;
  readonly startedAt: number;
  readonly timeoutAt: number;
  /** When all will be good at the rate so far; undefined where that cannot be told. */
  readonly estimateAt: number | undefined;
  /** What was fetched of pods, by their uid. */
  readonly logs: Readonly<Record<string, PodLog>>;
  readonly events: Readonly<Record<string, readonly EventFacts[]>>;
  /** Whether to accept it as it is was said once, and waits to be said again. */
  readonly asking: boolean;
  readonly end: RolloutEnd | undefined;
}

/** What was fetched of one pod, for those who read it as data. */
export interface PodEvidence {
  readonly namespace: string;
  readonly pod: string;
  readonly log?: PodLog;
  readonly events?: readonly EventFacts[];
}

/** The logs and warnings that were fetched, by pod, in the order of the board. */
export function fetchedOf({ board, logs, events }: RolloutShown): readonly PodEvidence[] {
  return board.rollouts.flatMap(({ revisions }) =>
    revisions.flatMap(({ pods }) =>
      pods.flatMap(({ namespace, name, uid }): readonly PodEvidence[] => {
        const [log, about] = [logs[uid], events[uid]];
        if (!log && !about) return [];
        return [{ namespace, pod: name, ...(log ? { log } : {}), ...(about ? { events: about } : {}) }];
      }),
    ),
  );
}

/** The ids of rows in the panel, which are also what a word of the operator is about. */
export const rowId = {
  workload: (uid: string) => `w:${uid}`,
  revision: (uid: string, name: string) => `r:${uid}/${name}`,
  pod: (uid: string) => `p:${uid}`,
  /** A line of what was fetched of a pod: it belongs to that pod's row. */
  line: (uid: string, line: number) => `p:${uid}#${line}`,
} as const;

/** The row that a row belongs to: its own, but for the lines under a pod. */
export const ownerRow = (id: string): string => id.replace(/#\d+$/, '');
