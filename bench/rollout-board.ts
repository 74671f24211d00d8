/** 10,000 pods in 400 workloads: what one change of a pod costs, and one layout of the panel, against assessing everything once. */
import { type RolloutBoard, watchRollouts } from '../src/cluster/rollout-watch.ts';
import type { WalkState } from '../src/state/walk.ts';
import { rolloutPanel } from '../src/steps/rollout/panel.ts';
import type { RolloutShown } from '../src/steps/rollout/shown.ts';
import { UNICODE } from '../src/terminal/glyphs.ts';
import { FakeCluster } from '../test/rollout-action/fake-cluster.ts';
import { imagePull, putDeployment, putPlace } from '../test/rollout-action/objects.ts';
import { FakeClock, settle } from '../test/state/fakes.ts';
import { median, ratio } from './median.ts';

const workloads = 400;
const replicas = 25;
const at = { frame: 0, step: 'watch', action: 'watch/1' };

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
    draw(board, clock.now());
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

function draw(board: RolloutBoard, now: number): void {
  const value: RolloutShown = {
    board,
    startedAt: now,
    timeoutAt: now + 600_000,
    estimateAt: undefined,
    logs: {},
    events: {},
    asking: false,
    end: undefined,
  };
  const walk = { live: { progress: { at, value } } } as unknown as WalkState;
  const ui = { selected: undefined, toggled: [], excluded: [] };
  const view = rolloutPanel({ walk, at, ui, now, width: 53, height: 18, glyphs: UNICODE });
  if (!view || view.rows.length === 0) throw new Error('nothing was drawn');
}
