/** The rollout board over 10,000 pods of a real API server, in this process: from a change that has come to the new picture. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../src/cluster/api.ts';
import { openClusterApi } from '../src/cluster/open-api.ts';
import {
  type RolloutBoard,
  type RolloutWatch,
  watchRollouts,
} from '../src/cluster/rollouts/rollout-watch.ts';
import { createHttpClient } from '../src/practice/http-client.ts';
import { layOut } from './lay-out.ts';
import { livePods, type RealCluster } from './live/real-cluster.ts';
import { median } from './median.ts';

const turns = 30;

/** The time at which the last change was handed over, before the board was told of it. */
function noticing(api: ClusterApi): { readonly api: ClusterApi; readonly changedAt: () => number } {
  let changedAt = Number.NaN;
  const noticed: ClusterApi = {
    ...api,
    stream: (options) =>
      api.stream({
        ...options,
        onChange(...change) {
          changedAt = performance.now();
          options.onChange?.(...change);
        },
      }),
  };
  return { api: noticed, changedAt: () => changedAt };
}

/** One picture after the other: each waits for the next board that there is. */
class Pictures {
  readonly watch: RolloutWatch;
  #drawn: (board: RolloutBoard) => void = () => {};

  constructor(api: ClusterApi) {
    const after = (ms: number, then: () => void) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    };
    this.watch = watchRollouts(api, { namespaces: 'all' }, { now: Date.now, after }, (board) => {
      layOut(board, Date.now());
      this.#drawn(board);
    });
  }

  /** Settles when a board that is as it should be has been laid out. */
  until(holds: (board: RolloutBoard) => boolean): Promise<number> {
    return new Promise((resolve) => {
      this.#drawn = (board) => {
        if (holds(board)) resolve(performance.now());
      };
    });
  }
}

export async function bench(_root: string, cluster: RealCluster): Promise<Record<string, string>> {
  const client = createHttpClient(cluster.kubeconfig);
  const open = openClusterApi(cluster.kubeconfig, {});
  const { api, changedAt } = noticing(open);
  const started = performance.now();
  const pictures = new Pictures(api);
  try {
    const first = (await pictures.until(({ live }) => live)) - started;
    const { rollouts } = pictures.watch.board;
    const pods = rollouts.reduce(
      (sum, one) => sum + one.revisions.reduce((all, { pods }) => all + pods.length, 0),
      0,
    );
    if (pods < livePods) throw new Error(`the board has ${pods} of ${livePods} pods`);

    /** Of one change: from when it came to the picture that has it. */
    const refresh = async (change: () => Promise<unknown>): Promise<number> => {
      // A board that has just told something waits for its turn; here and there a change finds it so.
      await sleep(400 * Math.random());
      const board = pictures.watch.board;
      const drawn = pictures.until((now) => now.rollouts !== board.rollouts);
      await change();
      return (await drawn) - changedAt();
    };
    const one: number[] = [];
    const all: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const status = turn % 2 === 0 ? 'False' : 'True';
      const lastTransitionTime = new Date().toISOString();
      const patch = (types: readonly string[]) => ({
        status: { conditions: types.map((type) => ({ type, status, lastTransitionTime })) },
      });
      const pod = rollouts[Math.floor(turn / 2)]!.revisions[0]!.pods[0]!;
      const ref = { apiVersion: 'v1', resource: 'pods', namespace: pod.namespace };
      const write = (
        resource: typeof ref | { apiVersion: string; resource: string },
        name: string,
        types: string[],
      ) => client.patch(resource, name, 'strategic', patch(types), { subresource: 'status' });
      one.push(await refresh(() => write(ref, pod.name, ['Ready', 'ContainersReady'])));
      all.push(await refresh(() => write({ apiVersion: 'v1', resource: 'nodes' }, 'practice-1', ['Ready'])));
    }
    return {
      'workloads and pods on the board': `${rollouts.length} and ${pods}`,
      'from nothing to the first full picture (ms)': first.toFixed(0),
      'a pod changes: to the new picture (ms), median': median(one).toFixed(0),
      'a pod changes: at the most (at most 300)': Math.max(...one).toFixed(0),
      'a node changes, all assessed anew (ms), median': median(all).toFixed(0),
      'a node changes: at the most (at most 300)': Math.max(...all).toFixed(0),
    };
  } finally {
    pictures.watch.close();
    open.close();
    client.close();
  }
}
