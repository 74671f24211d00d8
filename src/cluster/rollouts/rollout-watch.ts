/** Follows the rollouts of a cluster: streams in, a board of assessed rollouts out, at most a few times a second. */

import { assess } from '../../rollout/assess.ts';
import type { EventFacts, PodFacts, Rollout } from '../../rollout/model.ts';
import type { ClusterApi } from '../api.ts';
import { RolloutIndex } from './rollout-index.ts';
import { type MissingThing, missingOf, unknownOf } from './rollout-missing.ts';
import type { RolloutScope } from './rollout-scope.ts';
import { type Followed, openStreams, type StreamState, unseenOf } from './rollout-streams.ts';

/** Everything that is in sight at one moment. It is replaced as a whole; rollouts that did not change stay the same objects. */
export interface RolloutBoard {
  /** By namespace, then name, then kind. */
  readonly rollouts: readonly Rollout[];
  readonly streams: readonly StreamState[];
  /** All that may be seen has been listed at least once. */
  readonly complete: boolean;
  /** All that may be seen is up to date: only then does the board say how things are. */
  readonly live: boolean;
  /** What could not be looked at, as `what (permission that is missing)`. */
  readonly unseen: readonly string[];
  /** Named, and certainly not there. */
  readonly missing: readonly MissingThing[];
  /** Named, and nobody here may see whether it is there. */
  readonly unknown: readonly MissingThing[];
}

/** Time as it is needed here. Milliseconds. */
interface Clock {
  now(): number;
  after(ms: number, then: () => void): () => void;
}

export interface RolloutWatch {
  /** As of the last change that was told. */
  readonly board: RolloutBoard;
  /** Any pod in sight, by its uid. */
  pod(uid: string): PodFacts | undefined;
  /** The warnings about a pod, oldest first. */
  eventsOf(podUid: string): readonly EventFacts[];
  close(): void;
}

/** Changes are told at most five times a second: more than that nobody can read. */
const tellEveryMs = 200;
/** Reasons come of age by time alone, without any change on the cluster. */
const tickMs = 1_000;
/** How many pods are looked at again in one tick; with more than that, the workloads take turns. */
const podsATick = 400;

/** Follows the rollouts of the scope until it is closed; `onChange` is told of every change, the first list included. */
export function watchRollouts(
  api: ClusterApi,
  scope: RolloutScope,
  clock: Clock,
  onChange: (board: RolloutBoard) => void,
): RolloutWatch {
  const index = new RolloutIndex(() => clock.now());
  const rollouts = new Map<string, Rollout>();
  /** The uids as they stand on the board; undefined: one has come or gone. */
  let order: readonly string[] | undefined;
  let board: RolloutBoard = {
    rollouts: [],
    streams: [],
    complete: false,
    live: false,
    unseen: [],
    missing: [],
    unknown: [],
  };
  let closed = false;
  let opened: readonly Followed[] | undefined;
  let lastTold = Number.NEGATIVE_INFINITY;
  let cancelTell: (() => void) | undefined;
  let turn = 0;

  const look = (uid: string): void => {
    const evidence = index.evidence(uid, board.unseen);
    if (rollouts.has(uid) !== (evidence !== undefined)) order = undefined;
    if (evidence) rollouts.set(uid, assess(evidence, clock.now()));
    else rollouts.delete(uid);
  };
  const inOrder = (): readonly Rollout[] => {
    order ??= sortedUids(rollouts);
    return order.map((uid) => rollouts.get(uid)!);
  };

  const tell = (): void => {
    cancelTell = undefined;
    if (closed || !opened) return;
    lastTold = clock.now();
    const streams = opened.map(stateOf);
    const unseen = unseenOf(streams);
    if (unseen.join() !== board.unseen.join()) {
      board = { ...board, unseen };
      index.touchAll();
    }
    const dirty = index.takeDirty();
    for (const uid of dirty) look(uid);
    board = {
      rollouts: dirty.length === 0 ? board.rollouts : inOrder(),
      streams,
      complete: board.complete || streams.every(({ status }) => status.type !== 'connecting'),
      live: streams.every(({ status }) => status.type === 'live' || status.type === 'denied'),
      unseen,
      missing: missingOf(scope, index, streams),
      unknown: unknownOf(scope, index, streams),
    };
    onChange(board);
  };
  const soon = (): void => {
    if (closed || cancelTell) return;
    cancelTell = clock.after(Math.max(0, lastTold + tellEveryMs - clock.now()), tell);
  };

  /** What is not over is looked at again as it gets older. */
  const tick = (): void => {
    cancelTick = clock.after(tickMs, tick);
    const open = [...rollouts].filter(([, rollout]) => !rollout.settled);
    let pods = 0;
    let changed = false;
    for (let count = 0; count < open.length && pods < podsATick; count += 1) {
      turn = (turn + 1) % open.length;
      const [uid, rollout] = open[turn]!;
      pods += 1 + rollout.revisions.reduce((sum, revision) => sum + revision.pods.length, 0);
      look(uid);
      if (JSON.stringify(rollouts.get(uid)) === JSON.stringify(rollout)) rollouts.set(uid, rollout);
      else changed = true;
    }
    if (!changed) return;
    board = { ...board, rollouts: inOrder() };
    soon();
  };
  let cancelTick = clock.after(tickMs, tick);

  opened = openStreams(api, scope, index, { changed: soon, status: soon });
  soon();
  return {
    get board() {
      return board;
    },
    pod: (uid) => index.podOf(uid),
    eventsOf(uid) {
      const pod = index.podOf(uid);
      return pod ? index.eventsAbout({ ...pod, kind: 'Pod' }).toSorted((a, b) => a.at - b.at) : [];
    },
    close() {
      closed = true;
      cancelTick();
      cancelTell?.();
      for (const { stream } of opened ?? []) stream.close();
    },
  };
}

const stateOf = ({ resource, namespace, stream }: Followed): StreamState => ({
  resource,
  ...(namespace === undefined ? {} : { namespace }),
  status: stream.status,
});

function sortedUids(rollouts: ReadonlyMap<string, Rollout>): readonly string[] {
  const keyed = [...rollouts].map(
    ([uid, { ref }]) => [`${ref.namespace} ${ref.name} ${ref.kind}`, uid] as const,
  );
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, uid]) => uid);
}
