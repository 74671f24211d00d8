/** 10,000 pods in 400 workloads: what one change of a pod costs, and one layout of the panel, against assessing everything once. */
import { type RolloutBoard, watchRollouts } from '../src/cluster/rollouts/rollout-watch.ts';
import { FakeCluster } from '../test/rollout-action/fake-cluster.ts';
import { imagePull, putDeployment, putPlace } from '../test/rollout-action/objects.ts';
import { FakeClock, settle } from '../test/state/fakes.ts';
import { layOut } from './lay-out.ts';
import { median, ratio } from './median.ts';

const workloads = 400;
const replicas = 25;

export async function bench(): Promise<Record<string, string>> {
  const clock = new FakeClock();
  const cluster = new FakeCluster();
  putPlace(cluster, clock.now());
  for (let index = 0; index < workloads; index += 1)
    putDeployment(cluster, { at: clock.now(), name: `w${index}`, replicas, ready: 20, waiting: imagePull });
  let board: RolloutBoard | undefined;
  const watch = watchRollouts(cluster, { namespaces: ['shop'] }, clock, (now) => {
    board = now;
  });
  await settle();
  let started = performance.now();
  await clock.pass(1);
  const all = performance.now() - started;
  if (board?.rollouts.length !== workloads) throw new Error('not all workloads are on the board');
  const changes: number[] = [];
  for (let turn = 0; turn < 50; turn += 1) {
    const before: RolloutBoard | undefined = board;
    putDeployment(cluster, {
      at: clock.now(),
      name: `w${turn}`,
      replicas,
      ready: 21,
      waiting: imagePull,
    });
    started = performance.now();
    await clock.pass(200);
    changes.push(performance.now() - started);
    if (board === before) throw new Error('the change was not told');
  }
  const layouts: number[] = [];
  for (let turn = 0; turn < 50; turn += 1) {
    started = performance.now();
    layOut(board, clock.now());
    layouts.push(performance.now() - started);
  }
  watch.close();
  return {
    'all assessed once (ms)': all.toFixed(1),
    'one change told (ms)': median(changes).toFixed(2),
    'all against one change': ratio(all, median(changes)),
    'one layout of the panel (ms)': median(layouts).toFixed(2),
  };
}
