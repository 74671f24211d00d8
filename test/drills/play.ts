/** Plays one drill as `handrail drill` does: a fresh practice cluster, its fault, and the walk with everything real about it. */
import { brief } from '../../src/commands/brief.ts';
import { type FoundDrill, findDrill } from '../../src/commands/drill/find.ts';
import { prepareCluster } from '../../src/commands/drill/prepare.ts';
import { environmentNow } from '../../src/commands/environment.ts';
import { load } from '../../src/commands/library.ts';
import { startSession } from '../../src/commands/open-session.ts';
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
  const bundle = await load(found.walked);
  const environment = environmentNow();
  const { briefing, cluster } = await brief(name, bundle, found.drill.set ?? {}, { kubeconfig }, environment);
  const started = await startSession(
    {
      location: found.walked,
      bundle: briefing.bundle,
      values: briefing.values,
      mode: 'live',
      cluster,
      lacking: [],
    },
    { environment, handOver: undefined },
  );
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
