/** The drills, dealt out to the test files, so that those of two files run at the same time: each file has a practice cluster of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drillNames } from '../../src/commands/drill/find.ts';
import { practiceDown } from '../../src/practice/practice-control.ts';
import { temporaryHome } from '../helpers/handrail.ts';
import { play } from './play.ts';

/** Walked to the very end: what the fix leaves behind must carry a whole upgrade. */
const wholeWay = ['crd-mismatch', 'interrupted-upgrade', 'network-policy'];

/** How many files there are. */
const batches = 4;

/** Plays every drill of one batch, from 0. */
export function playBatch(batch: number): void {
  const home = temporaryHome();
  beforeAll(() => {
    // Sessions and the practice cluster are found by the environment of this process, which is one file's alone.
    Object.assign(process.env, { HOME: home.folder, XDG_STATE_HOME: home.env.XDG_STATE_HOME });
    delete process.env.KUBECONFIG;
  });
  afterAll(async () => {
    await practiceDown();
    home.remove();
  });

  const isLong = (name: string) => wholeWay.includes(name);
  const all = drillNames().toSorted((one, other) => Number(isLong(other)) - Number(isLong(one)));
  const names = all.filter((_, index) => index % batches === batch);
  test.each(names)(
    '%s',
    async (name) => {
      const { found, met, end, log } = await play(name, { wholeWay: isLong(name) });
      const told = log.join('\n');
      expect(met, told).toHaveLength(1);
      expect(met[0]!.ranked[0], `${met[0]!.codes.join(', ')}\n${told}`).toBe(found.pitfall.key);
      expect(end, told).toBe(found.drill.runbook === undefined || isLong(name) ? 'completed' : 'stopped');
    },
    240_000,
  );
}
