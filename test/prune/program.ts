/** A program that prunes a practice cluster and can be killed at any moment; its notes and the cluster are left to the next one. */
import { openClusterApi } from '../../src/cluster/open-api.ts';
import type { Practice } from '../../src/practice/start-practice.ts';
import { type PerformContext, type Performed, type Planned, systemClock } from '../../src/state/kind.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { pruneKind } from '../../src/steps/prune/kind.ts';
import { performPrune } from '../../src/steps/prune/perform.ts';
import type { PrunePlan } from '../../src/steps/prune/plan.ts';
import { pruneSchema } from '../../src/steps/prune/schema.ts';

export class Died extends Error {}

export const specOf = (more: object = {}) => pruneSchema.spec.parse({ list: 'the list', ...more });

/** What the kind says when its command prints this; `kubeconfig` is the administrator's unless told. */
export async function planned(
  practice: Practice,
  printed: string,
  more: object = {},
  { kubeconfig = practice.kubeconfig, code = 0 } = {},
): Promise<Planned> {
  const api = openClusterApi(kubeconfig);
  try {
    return await pruneKind.plan!(specOf(more), {
      values: {},
      env: {},
      cluster: undefined,
      api,
      clock: systemClock,
      signal: AbortSignal.timeout(30_000),
      progress: () => undefined,
      read: async () => ({ ending: { type: 'exited', code, ok: code === 0 }, output: printed }),
      earlier: [],
    });
  } finally {
    api.close();
  }
}

export function planIn(answer: Planned): PrunePlan {
  if (answer.type !== 'plan') throw new Error(answer.detail);
  return answer.plan as PrunePlan;
}

/** Carries the plan out. `dieAt`: throws `Died` at that point, of which there is one before and after each note and each deletion. */
export async function performed(
  practice: Practice,
  plan: PrunePlan,
  options: { notes?: ActionNote[]; dieAt?: number; excluded?: readonly string[]; spec?: object } = {},
): Promise<Performed & { readonly points: number; readonly sent: readonly string[] }> {
  const { notes = [], dieAt, excluded = [] } = options;
  const real = openClusterApi(practice.kubeconfig);
  const sent: string[] = [];
  let points = 0;
  const point = () => {
    points += 1;
    if (points === dieAt) throw new Died();
  };
  const context: PerformContext = {
    at: { frame: 0, step: 'a', action: 'a/1' },
    runbooks: {},
    values: {},
    env: {},
    cluster: undefined,
    kubeconfigFile: undefined,
    api: {
      ...real,
      async delete(ref, name, which) {
        point();
        sent.push(name);
        const answer = await real.delete(ref, name, which);
        point();
        return answer;
      },
    },
    plan: { plan: JSON.parse(JSON.stringify(plan)), excluded },
    notes: [...notes],
    startedAt: 0,
    detail: '',
    lastSeenAt: 0,
    clock: systemClock,
    signal: AbortSignal.timeout(60_000),
    started: async () => 0,
    probe: async () => ({ type: 'exited', code: 0, ok: true }),
    async note(text, data) {
      point();
      notes.push({ time: new Date().toISOString(), text, data });
      point();
    },
    onSteer: () => undefined,
    read: () => {
      throw new Error('nothing is read any more');
    },
    progress: () => undefined,
  };
  try {
    return { ...(await performPrune(specOf(options.spec), context)), points, sent };
  } finally {
    real.close();
  }
}
