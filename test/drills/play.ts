/** Plays one drill as `handrail drill` does: a fresh practice cluster, its fault, and the walk with everything real about it. */
import { type FoundDrill, findDrill, runbookName } from '../../src/commands/drill/find.ts';
import { prepareCluster } from '../../src/commands/drill/prepare.ts';
import { environmentNow } from '../../src/commands/environment.ts';
import { createServices } from '../../src/commands/services.ts';
import { type Driven, operate } from './operator.ts';

export interface Played extends Driven {
  readonly found: FoundDrill;
}

/** How much faster than a real cluster pods come up. */
const speed = 60;

/** A drill with steps of its own is walked to its end; another runbook only until the step that failed is done, or the `wholeWay`. */
export async function play(name: string, { wholeWay }: { readonly wholeWay: boolean }): Promise<Played> {
  const found = await findDrill(name);
  const kubeconfig = await prepareCluster(found.drill, { speed, say: () => {} });
  const services = createServices({ kubeconfig }, { environment: environmentNow(), handOver: undefined });
  const started = await services.start(runbookName(found), found.drill.set ?? {}, 'live');
  if (!started.ok) throw new Error(started.message);
  const { walk } = started;
  try {
    const whole = wholeWay || found.drill.runbook === undefined;
    const driven = await operate(walk, ({ session }, { at }) => {
      return !whole && session.stack[0]?.steps[at.step]?.status === 'done';
    });
    return { ...driven, found };
  } finally {
    await walk.close();
  }
}
