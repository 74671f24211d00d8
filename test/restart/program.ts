/** A program that carries a plan out and can be killed at any moment; what it noted and the world are left to the next one. */

import type { PlannedWorkload, RestartPlan } from '../../src/data-plane/restart-plan.ts';
import type { Ending } from '../../src/state/event.ts';
import type { PerformContext, Performed, Steer } from '../../src/state/kind.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { performRestart } from '../../src/steps/restart/perform.ts';
import type { RestartProgress } from '../../src/steps/restart/progress.ts';
import { type RestartSpec, restartSchema } from '../../src/steps/restart/schema.ts';
import { settle } from '../state/fakes.ts';
import type { World } from './world.ts';

export const spec = (more: object = {}): RestartSpec => restartSchema.spec.parse({ all: true, ...more });

/** A plan of every Deployment of the world. */
export function planFor(
  world: World,
  shape: { canary?: number; atOnce?: number; size?: number } = {},
): RestartPlan {
  const { canary = 1, atOnce = 2, size = 3 } = shape;
  const workloads = world.all('deployments').map(({ metadata, spec: { replicas } }): PlannedWorkload => {
    const { namespace = '', name, uid = '' } = metadata;
    return {
      id: `Deployment/${namespace}/${name}`,
      kind: 'Deployment',
      namespace,
      name,
      uid,
      pods: replicas,
      versions: [{ version: 'stable-2.13.7', pods: replicas }],
      expect: 'stable-2.14.10',
      meshed: true,
      remarks: [],
    };
  });
  const sizes = { canary, size };
  const rest = { left: [], upToDate: 0, notices: [], unseen: [] };
  return {
    form: 1,
    expect: 'stable-2.14.10',
    from: 'control plane in linkerd',
    workloads,
    sizes,
    atOnce,
    ...rest,
  };
}

export interface Journal {
  readonly notes: ActionNote[];
}

export interface Program {
  /** Undefined while it runs, and for ever once it was killed. */
  ended: Performed | undefined;
  readonly died: () => boolean;
  readonly points: () => number;
  readonly progress: () => RestartProgress | undefined;
  readonly notices: string[];
  steer(steer: Steer): void;
  stop(): void;
}

export interface Start {
  readonly plan: RestartPlan;
  readonly spec?: RestartSpec;
  readonly excluded?: readonly string[];
  /** Dies at the point of that number: before or after a line is on disk, before or after a call reaches the cluster. */
  readonly dieAt?: number;
  readonly probe?: (script: string) => Ending;
}

/** Starts the work in the world, from the notes that are there. */
export function start(world: World, journal: Journal, options: Start): Program {
  let points = 0;
  let dead = false;
  const point = async (): Promise<void> => {
    points += 1;
    if (points === options.dieAt) dead = true;
    if (dead) await new Promise<void>(() => {});
  };
  const alive = () => !dead;
  const abort = new AbortController();
  const listeners: ((steer: Steer) => void)[] = [];
  let progress: RestartProgress | undefined;
  const notices: string[] = [];
  const { clock } = world;
  const context: PerformContext = {
    at: { frame: 0, step: 'a', action: 'a/1' },
    runbooks: {},
    values: {},
    env: {},
    cluster: undefined,
    kubeconfigFile: '/kubeconfig',
    api: world.api(point, alive),
    plan: { plan: options.plan, excluded: options.excluded ?? [] },
    get notes() {
      return [...journal.notes];
    },
    startedAt: clock.now(),
    detail: '',
    lastSeenAt: clock.now(),
    clock: {
      now: () => clock.now(),
      after: (ms, then) =>
        clock.after(ms, () => {
          if (alive()) then();
        }),
    },
    signal: abort.signal,
    started: async () => clock.now(),
    probe: async (script) => {
      await point();
      return options.probe?.(script) ?? { type: 'exited', code: 0, ok: true };
    },
    async note(text, data) {
      await point();
      journal.notes.push(
        JSON.parse(JSON.stringify({ time: new Date(clock.now()).toISOString(), text, data })) as ActionNote,
      );
      await point();
    },
    onSteer: (heard) => listeners.push(heard),
    read: () => {
      throw new Error('a restart reads no output');
    },
    progress: (shown) => {
      if (shown.progress !== undefined) progress = shown.progress as RestartProgress;
      if (shown.notice !== undefined) notices.push(shown.notice);
    },
  };
  const program: Program = {
    ended: undefined,
    died: () => dead,
    points: () => points,
    progress: () => progress,
    notices,
    steer: (steer) => {
      for (const heard of listeners) heard(steer);
    },
    stop: () => abort.abort(),
  };
  void performRestart(options.spec ?? spec(), context).then((ended) => {
    program.ended = ended;
  });
  return program;
}

/** Lets time pass until something is so; throws when nothing can happen any more, or after an hour. */
export async function until(world: World, met: () => boolean): Promise<void> {
  const { clock } = world;
  const last = clock.now() + 3_600_000;
  await settle();
  while (!met()) {
    const { next } = clock;
    if (next === undefined || next > last) throw new Error('it never came to that');
    await clock.pass(Math.max(0, next - clock.now()));
  }
}

/** Runs it to its end, or its death. */
export async function run(world: World, journal: Journal, options: Start): Promise<Program> {
  const program = start(world, journal, options);
  await until(world, () => program.ended !== undefined || program.died());
  return program;
}

export const texts = ({ notes }: Journal): readonly string[] => notes.map(({ text }) => text);
