/** A rollout gets stuck for every reason and goes on again, and what we say of it follows within two seconds. */
import { describe, expect, test } from 'vitest';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { type RolloutBoard, watchRollouts } from '../../src/cluster/rollouts/rollout-watch.ts';
import type { Rollout } from '../../src/rollout/model.ts';
import { eventually } from '../cluster/eventually.ts';
import type { Backend } from './backend.ts';
import { PLURALS, workload } from './objects.ts';
import { type Scene, STUCK, type StuckCase } from './stuck.ts';
import { createWire } from './wire.ts';

/** What a board says may be so much later than the cluster. ms. */
const PROMPT = 2_000;

const clock = {
  now: () => Date.now(),
  after(ms: number, then: () => void) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** When something of the namespace first had the sign, by watches of its own. */
function watchFor(backend: Backend, namespace: string, sign: RegExp) {
  const wire = createWire(backend.kubeconfig);
  let armed = false;
  let at: number | undefined;
  // Several changes may come in one piece; each is looked at once.
  const look = () => {
    let looked = 0;
    return (seen: readonly { readonly object?: unknown }[]) => {
      const fresh = seen.slice(looked);
      looked = seen.length;
      if (armed && fresh.some(({ object }) => sign.test(JSON.stringify(object) ?? ''))) at ??= Date.now();
      return false;
    };
  };
  const home = `namespaces/${namespace}`;
  const paths = [
    `/api/v1/${home}/pods`,
    `/api/v1/${home}/events`,
    '/api/v1/nodes',
    ...['deployments', 'replicasets', 'statefulsets', 'daemonsets'].map(
      (each) => `/apis/apps/v1/${home}/${each}`,
    ),
  ];
  for (const path of paths)
    wire.watch(`${path}?watch=true&timeoutSeconds=120`, look()).catch(() => undefined);
  return {
    arm: () => {
      armed = true;
    },
    at: () => at,
    close: () => wire.close(),
  };
}

const matches = (rollout: Rollout | undefined, { expected }: StuckCase): boolean =>
  rollout !== undefined &&
  ('phase' in expected
    ? rollout.phase === expected.phase
    : rollout.reasons.some(({ code }) => code === expected.reason));

async function run(backend: Backend, stuck: StuckCase): Promise<number> {
  const kind = stuck.kind ?? 'Deployment';
  const namespace = await backend.namespace();
  const ref = { apiVersion: 'apps/v1', resource: PLURALS[kind], namespace };
  const scene: Scene = {
    backend,
    namespace,
    kind,
    change: (patch) => backend.client.patch(ref, 'web', 'strategic', patch),
    settled: () =>
      backend.tools.kubectl(`-n ${namespace} rollout status ${kind.toLowerCase()}/web --timeout=30s`),
  };
  const api = openClusterApi(backend.kubeconfig, {});
  let saidAt: number | undefined;
  let armed = false;
  const mine = (board: RolloutBoard) => board.rollouts.find(({ ref: { name } }) => name === 'web');
  const said: string[] = [];
  const watch = watchRollouts(api, { namespaces: [namespace] }, clock, (board) => {
    const rollout = mine(board);
    said.push(`${rollout?.phase} ${rollout?.reasons.map(({ code }) => code).join()}`);
    if (armed && matches(rollout, stuck)) saidAt ??= Date.now();
  });
  const signs = watchFor(backend, namespace, stuck.sign);
  try {
    await backend.client.create(ref, workload('web', { ...stuck.start, kind }));
    const well = () => {
      const rollout = mine(watch.board);
      const done = rollout?.phase === 'DONE' || rollout?.phase === 'MANUAL';
      return done && rollout.kubectl.done ? rollout : undefined;
    };
    await eventually(well, `a rollout before there is ${stuck.what}`);
    signs.arm();
    armed = true;
    const mend = await stuck.stick(scene);
    await eventually(() => saidAt !== undefined && signs.at() !== undefined, stuck.what, 45_000).catch(
      (error) => {
        throw new Error(`${error.message}; sign ${signs.at()}, said ${[...new Set(said)].join(' | ')}`);
      },
    );
    const late = (saidAt ?? 0) - (signs.at() ?? 0) - (stuck.after ?? 0);
    await mend();
    await eventually(
      () => {
        const rollout = well();
        return rollout?.phase === 'DONE' && !matches(rollout, stuck);
      },
      `the way back from ${stuck.what}`,
      40_000,
    ).catch((error) => {
      throw new Error(`${error.message}; ${JSON.stringify(mine(watch.board)?.reasons)}`);
    });
    return late;
  } finally {
    watch.close();
    api.close();
    signs.close();
  }
}

/** `backend` is called within the tests only; `more` are cases that only this cluster can have. */
export function describeStuckReasons(backend: () => Backend, more: readonly StuckCase[] = []): void {
  describe('a rollout is held up by', () => {
    test.concurrent.each([...STUCK, ...more])(
      '$what, is told so at once, and goes on',
      async (stuck) => {
        expect(await run(backend(), stuck)).toBeLessThan(PROMPT);
      },
      100_000,
    );
  });
}
