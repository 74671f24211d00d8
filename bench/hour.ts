/** As many changes as a busy hour brings to 10,000 pods, as fast as they are taken: the memory of who follows, early and late. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beatWord } from './live/beacon.ts';
import { type Changing, startChanging } from './live/changing.ts';
import { type Follower, startFollower } from './live/follower.ts';
import { memoryOf } from './live/process-figures.ts';
import { liveNamespaces, livePods } from './live/real-cluster.ts';
import { median, ratio } from './median.ts';

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

/** MB that are in use after a garbage collection. */
async function measure({ program }: Follower, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(program.pid, 'SIGUSR2');
  for (let tries = 0; tries < 200; tries += 1) {
    await sleep(100);
    try {
      const { heapUsed, external } = JSON.parse(readFileSync(file, 'utf8'));
      return (heapUsed + external) / 1e6;
    } catch {
      // Not yet, or only half of it.
    }
  }
  throw new Error('the program did not say how much memory it has');
}

/** All of them are sent, and the last one is on screen. The answer is what is resident meanwhile (MB), again and again. */
async function followed(replay: Changing, { program }: Follower, count: number): Promise<readonly number[]> {
  let last = 0;
  const resident: number[] = [];
  await replay.run({ type: 'hour', changes: count }, (beat) => {
    last = beat;
    if (beat % 10 === 0) resident.push(memoryOf(program.pid).now);
  });
  await program.waitFor(beatWord(last), 60_000);
  return resident;
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
    const begun = performance.now();
    const tenth = changes / 10;
    const early = [...(await followed(replay, follower, tenth))];
    const heapEarly = await measure(follower, file);
    early.push(...(await followed(replay, follower, 4 * tenth)));
    const late = await followed(replay, follower, 5 * tenth);
    const seconds = (performance.now() - begun) / 1000;
    const heapLate = await measure(follower, file);
    return {
      'changes followed': changes.toFixed(0),
      'in so many seconds': seconds.toFixed(0),
      'heap after a tenth, garbage collected (MB)': heapEarly.toFixed(0),
      'heap at the end (MB)': heapLate.toFixed(0),
      'heap, end against a tenth (at most 1.1x)': ratio(heapLate, heapEarly),
      'resident in the first half, median and most (MB)': `${median(early).toFixed(0)} and ${Math.max(...early).toFixed(0)}`,
      'resident in the second half, median and most (MB)': `${median(late).toFixed(0)} and ${Math.max(...late).toFixed(0)}`,
      'most of the second against the first (at most 1.1x)': ratio(Math.max(...late), Math.max(...early)),
    };
  } finally {
    follower?.stop();
    replay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
