/** As many changes as a busy hour brings to 10,000 pods, as fast as they are taken: the memory of who follows, early and late. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChanging } from './live/changing.ts';
import { type Follower, startFollower } from './live/follower.ts';
import { memoryOf } from './live/process-figures.ts';
import { liveNamespaces, livePods } from './live/real-cluster.ts';
import { ratio } from './median.ts';

/** 50 a second. */
const changes = 3_600 * 50;

/** Loaded before the program: at a signal it collects its garbage and writes down what is left. */
const probe = (file: string) => `
import { writeFileSync } from 'node:fs';
process.on('SIGUSR2', () => {
  gc(); gc();
  writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.memoryUsage()));
});
`;

interface Memory {
  readonly heap: number;
  readonly resident: number;
}

async function measure({ program }: Follower, file: string): Promise<Memory> {
  // What was sent last is taken in, and drawn.
  await sleep(3_000);
  rmSync(file, { force: true });
  process.kill(program.pid, 'SIGUSR2');
  for (let tries = 0; tries < 200; tries += 1) {
    await sleep(100);
    try {
      const { heapUsed, external, rss } = JSON.parse(readFileSync(file, 'utf8'));
      return { heap: (heapUsed + external) / 1e6, resident: rss / 1e6 };
    } catch {
      // Not yet, or only half of it.
    }
  }
  throw new Error('the program did not say how much memory it has');
}

export async function bench(root: string): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const [module, file] = [join(folder, 'probe.mjs'), join(folder, 'memory.json')];
  writeFileSync(module, probe(file));
  const replay = await startChanging(`${root}.cache/bench/live/replay-server.mjs`, {
    type: 'make',
    pods: livePods,
    namespaces: liveNamespaces,
    unfinished: 50,
  });
  let follower: Follower | undefined;
  try {
    follower = await startFollower(root, replay.kubeconfig, { node: ['--expose-gc', '--import', module] });
    const first = await replay.run({ type: 'hour', changes: changes / 10 });
    const early = await measure(follower, file);
    const rest = await replay.run({ type: 'hour', changes: changes - changes / 10 });
    const late = await measure(follower, file);
    if (!/\d+ of \d+ rolled out/.test(follower.program.text()))
      throw new Error('it did not follow to the end');
    return {
      'changes followed': (first.changes + rest.changes).toFixed(0),
      'in so many seconds': (first.seconds + rest.seconds).toFixed(0),
      'heap after a tenth, garbage collected (MB)': early.heap.toFixed(0),
      'heap at the end (MB)': late.heap.toFixed(0),
      'heap, end against a tenth (at most 1.1x)': ratio(late.heap, early.heap),
      'resident after a tenth (MB)': early.resident.toFixed(0),
      'resident at the end (MB)': late.resident.toFixed(0),
      'resident, end against a tenth (at most 1.1x)': ratio(late.resident, early.resident),
      'resident at the most (MB)': memoryOf(follower.program.pid).most.toFixed(0),
    };
  } finally {
    follower?.stop();
    replay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
